package journal

import (
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// maxSeals is how many answers of an account stay beside the newest.
const maxSeals = 8

// maxUnsent is how many files stay that say of a request that it was not sent, and how many that say it may have been: a keychain
// that goes back brings its intent back.
const maxUnsent = 4

// Generations is how many generations the archive can bring back one by one.
const Generations = maxSeals

// Successors finds the answers that were got for a refresh token since a generation, the last first, and the intents they
// came from. An empty fingerprint stands for every refresh token.
func (s Seals) Successors(account, fingerprint string, generation int, key []byte) iter.Seq2[*Intent, Sealed] {
	return func(yield func(*Intent, Sealed) bool) {
		for _, path := range slices.Backward(s.files(account, fingerprint)) {
			id := intentOf(path)
			data, err := os.ReadFile(path)
			if err != nil || generationOf(id) < generation {
				continue
			}
			out, err := decryptReply(data, key, account+id)
			if err != nil {
				continue
			}
			in := &Intent{ID: id, Fingerprint: fingerprintOf(path), At: out.Reply.Received, Cause: out.Cause, Key: key, To: out.To, Settings: out.Settings}
			if !yield(in, out) {
				return
			}
		}
	}
}

// OutOfReach reports whether a file of an answer that was got for a refresh token since a generation cannot be read just now. An
// empty fingerprint stands for every refresh token.
func (s Seals) OutOfReach(account, fingerprint string, generation int) bool {
	if slices.ContainsFunc(s.folders(account), unreadable) {
		return true
	}
	return slices.ContainsFunc(s.files(account, fingerprint), func(path string) bool {
		return generationOf(intentOf(path)) >= generation && phaseOf(path) == PhaseOutOfReach
	})
}

// Sent is the intent of the last request that spent a refresh token and whose answer was never read, as far as the files say; nil if
// there is none, or if the record knows better. A keychain that forgot its last writes knows nothing of it. later counts requests
// of later generations than the record's too.
func (s Seals) Sent(account, fingerprint string, r Record, later bool) *Intent {
	for _, path := range slices.Backward(s.files(account, fingerprint)) {
		id := intentOf(path)
		if phaseOf(path) != PhaseSending || id == r.Concluded || (!later && generationOf(id) > r.Grant.Generation) {
			continue
		}
		in := &Intent{ID: id, Fingerprint: fingerprint, Key: r.SealKey}
		if info, err := os.Stat(path); err == nil {
			in.At = info.ModTime().Round(0)
		}
		return in
	}
	return nil
}

// Sendings are the fingerprints of the refresh tokens that were sent since a generation and whose answers were never read.
func (s Seals) Sendings(account string, generation int) (fingerprints []string) {
	for _, path := range s.files(account, "") {
		if phaseOf(path) == PhaseSending && generationOf(intentOf(path)) >= generation {
			fingerprints = append(fingerprints, fingerprintOf(path))
		}
	}
	return fingerprints
}

// Generation is the one that an account's next intent spends: the record's, or one above every answer that was sealed, where
// the keychain was restored from before them. One that cannot be read just now counts: its name says enough.
func (s Seals) Generation(account string, r Record) int {
	highest := 0
	for _, path := range s.files(account, "") {
		if phase := phaseOf(path); phase == PhaseSealed || phase == PhaseOutOfReach {
			highest = max(highest, generationOf(intentOf(path)))
		}
	}
	if highest > r.Grant.Generation {
		return highest + 1
	}
	return r.Grant.Generation
}

// Resolve removes what says that the outcome of spending a refresh token is open: it is known now.
func (s Seals) Resolve(account, fingerprint string) {
	for _, path := range s.files(account, fingerprint) {
		if phaseOf(path) == PhaseSending {
			_ = os.Remove(path)
		}
	}
}

// Forget removes the answers to a refresh token that is nobody's: they would take the place of others.
func (s Seals) Forget(account, fingerprint string) {
	for _, path := range s.files(account, fingerprint) {
		_ = os.Remove(path)
	}
}

// intentOf is the id of the intent a sealed file belongs to.
func intentOf(path string) string {
	return strings.TrimSuffix(path[strings.LastIndexByte(path, '-')+1:], ".sealed")
}

// Prune removes what is of no more use to a record: room that was made for an answer that never came, and answers older than
// the last few. What one of the record's intents refers to stays, and what says that a refresh token of the record may have
// been sent.
func (s Seals) Prune(account string, r Record) {
	var answers, unsent, sent []string
	for _, f := range s.files(account, "") {
		switch phase := phaseOf(f); {
		case refersTo(account, r, f):
		case phase == PhaseSealed:
			answers = append(answers, f)
		case phase == PhaseOutOfReach:
		case phase == PhaseSending && generationOf(intentOf(f)) > r.Grant.Generation: // the keychain went back, and knows nothing of it
		case phase == PhaseSending && intentOf(f) == r.Concluded:
			_ = os.Remove(f)
		case phase == PhaseReserved:
			unsent = append(unsent, f)
		case phase == PhaseSending && r.succeeds(&Intent{Fingerprint: fingerprintOf(f)}):
		case phase == PhaseSending:
			sent = append(sent, f)
		default:
			_ = os.Remove(f)
		}
	}
	for _, f := range slices.Concat(allBut(maxSeals, answers), allBut(maxUnsent, unsent), allBut(maxUnsent, sent)) {
		_ = os.Remove(f)
	}
	s.removeUnfinished(account)
}

// allBut are all but the last n.
func allBut(n int, files []string) []string { return files[:max(0, len(files)-n)] }

func refersTo(account string, r Record, path string) bool {
	for _, in := range append([]*Intent{r.Intent, r.Unanswered}, r.Unparsed...) {
		if in != nil && name(account, in) == filepath.Base(path) {
			return true
		}
	}
	return false
}

// fingerprintOf is the fingerprint of the refresh token that a sealed file names.
func fingerprintOf(path string) string {
	parts := strings.Split(strings.TrimSuffix(filepath.Base(path), ".sealed"), "-")
	if len(parts) < 3 {
		return ""
	}
	return parts[len(parts)-2]
}

// Discard removes all there is of an account.
func (s Seals) Discard(account string) {
	for _, f := range s.files(account, "") {
		_ = os.Remove(f)
	}
	s.removeUnfinished(account)
	_ = os.Remove(s.folder(account))
}
