package oauth

import (
	"cmp"
	"encoding/binary"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// after finds the answers that were got for a refresh token since a generation, the last first, and the intents they came
// from.
func (s seals) after(account, fingerprint string, generation int, key []byte) iter.Seq2[*Intent, sealed] {
	return func(yield func(*Intent, sealed) bool) {
		for _, path := range slices.Backward(s.files(account + "-" + fingerprint)) {
			id := intentOf(path)
			data, err := os.ReadFile(path)
			if err != nil || id[:generationDigits] < intentID(generation)[:generationDigits] {
				continue
			}
			out, err := unseal(data, key, account+id)
			if err != nil {
				continue
			}
			if !yield(&Intent{ID: id, Fingerprint: fingerprint, Cause: out.Cause, Key: key}, out) {
				return
			}
		}
	}
}

// generationDigits is how much of an intent's id is the generation.
const generationDigits = 8

// intentOf is the id of the intent a sealed file belongs to.
func intentOf(path string) string {
	return strings.TrimSuffix(path[strings.LastIndexByte(path, '-')+1:], ".sealed")
}

// files lists sealed files, the oldest first: by generation, and by the clock only within one. Accounts, fingerprints and
// intents are hex digits: the pattern is a good one.
func (s seals) files(prefix string) []string {
	files, _ := filepath.Glob(filepath.Join(s.dir, prefix+"-*.sealed"))
	written := map[string]time.Time{}
	for _, f := range files {
		if info, err := os.Stat(f); err == nil {
			written[f] = info.ModTime()
		}
	}
	files = slices.DeleteFunc(files, func(f string) bool { return len(intentOf(f)) < generationDigits })
	slices.SortFunc(files, func(a, b string) int {
		return cmp.Or(cmp.Compare(intentOf(a)[:generationDigits], intentOf(b)[:generationDigits]), written[a].Compare(written[b]))
	})
	return files
}

// prune removes what is of no more use: room that was made for an answer that never came, and answers older than the last
// few. What one of the intents refers to stays.
func (s seals) prune(account string, intents ...*Intent) {
	var answers []string
	for _, f := range s.files(account) {
		switch wanted := slices.ContainsFunc(intents, func(in *Intent) bool { return in != nil && s.path(account, in) == f }); {
		case wanted:
		case empty(f):
			_ = os.Remove(f)
		default:
			answers = append(answers, f)
		}
	}
	for _, f := range answers[:max(0, len(answers)-mostSeals)] {
		_ = os.Remove(f)
	}
}

// discard removes all there is of an account.
func (s seals) discard(account string) {
	for _, f := range s.files(account) {
		_ = os.Remove(f)
	}
}

// empty tells whether there is room in a file, and no answer.
func empty(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	var header [headerSize]byte
	n, err := io.ReadFull(f, header[:])
	return n < headerSize && (err == io.EOF || err == io.ErrUnexpectedEOF) || err == nil && binary.BigEndian.Uint32(header[:]) == 0
}
