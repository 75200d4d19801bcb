package agent

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"freshkey/app/api"
	"freshkey/app/atomicfile"
	"freshkey/app/transfer"
	"freshkey/app/words"
	"freshkey/oauth"
	"freshkey/oauth/journal"
	"freshkey/oauth/keeper"
)

// mostTries is how often an export begins anew because the account has changed meanwhile.
const mostTries = 3

// Export moves an account into a file for another computer, once a person agrees. At each moment one computer at most can spend the chain:
//
//	seal     the record is in the file, which nobody can open yet: it lacks a key
//	let go   the keychain knows that the chain has left, and the key; then the state folder does
//	finish   the file has its key
//	remove   the account is no longer here
//
// Whoever was interrupted asks for the same again: what was let go is finished, and nobody is asked a second time.
func (a *Agent) Export(ctx context.Context, ref string, in api.ExportRequest) error {
	if !a.moving.TryLock() { // a person may take a minute to answer
		return a.moveProblem("move_busy", api.Account{}, "")
	}
	defer a.moving.Unlock()
	defer debug.FreeOSMemory() // a passphrase takes a hundred megabytes
	file, exists, err := a.begunExport(in)
	if err != nil {
		return err
	}
	account, err := a.find(ref)
	if err != nil {
		return a.exportedBefore(ref, file, in, err)
	}
	m, gone, err := a.keeper.Moved(ctx, account.ID)
	about, aboutErr := a.moves.of(file.ID)
	left := about.Way == movedOut && about.Account == account.ID // in this very file
	switch recordGone := err != nil && keeper.AsVaultError(err).Reason == keeper.ReasonRecordMissing; {
	case aboutErr != nil:
		return a.problem(aboutErr, account)
	case recordGone && left && file.Release != "": // interrupted while it was removed
		return a.Remove(ctx, account.ID, false)
	case err != nil:
		return a.problem(err, account)
	case !gone && left && file.Release == "": // somebody has signed in since: that chain is another one
		return a.finish(file, journal.Move{ID: file.ID, Release: about.Release}, account, in)
	case !gone && exists && (about.Way != leaving || about.Account != account.ID): // it may be the only place where a chain is
		return a.moveProblem("move_exists", account, in.Path)
	case !gone:
		if file, m, err = a.leave(ctx, account, in); err != nil {
			return err
		}
	}
	if err := a.finish(file, m, account, in); err != nil {
		return err
	}
	a.log.Info("moved", "account", account.ID, "move", file.ID)
	return a.Remove(ctx, account.ID, false)
}

// begunExport is what an earlier call has left at the path, if what is asked for can be done.
func (a *Agent) begunExport(in api.ExportRequest) (file transfer.File, exists bool, err error) {
	switch {
	case !filepath.IsAbs(in.Path):
		return file, false, a.usage("path", "problem.move_path", "")
	case !transfer.LongEnough(in.Passphrase):
		return file, false, a.usage("passphrase", "problem.passphrase", "")
	}
	return a.readTransfer(in.Path)
}

// readTransfer is what lies at the path of a file: nothing, or a file of an account that moves. Anything else is not written over.
func (a *Agent) readTransfer(path string) (file transfer.File, exists bool, err error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return file, false, nil
	}
	if err == nil {
		file, err = transfer.Parse(data)
	}
	if err != nil {
		return file, true, a.moveProblem("move_exists", api.Account{}, path)
	}
	return file, true, nil
}

// exportedBefore is nil where an account is no longer here because it has left in that very file, which is finished if it is not.
func (a *Agent) exportedBefore(ref string, file transfer.File, in api.ExportRequest, notHere error) error {
	about, err := a.moves.of(file.ID)
	if err != nil || about.Way != movedOut {
		return notHere
	}
	whole := file.Released(about.Release)
	inside, err := whole.Open(in.Passphrase)
	switch {
	case errors.Is(err, transfer.ErrPassphrase):
		return a.transferProblem(err, api.Account{Name: ref})
	case err != nil || (inside.Settings.ID != ref && !api.SameName(inside.Settings.Name, ref)):
		return notHere
	}
	return a.writeTransfer(in.Path, whole)
}

// leave asks a person, seals, and lets go.
func (a *Agent) leave(ctx context.Context, account api.Account, in api.ExportRequest) (transfer.File, journal.Move, error) {
	if _, _, err := a.keeper.Departing(ctx, account.ID); err != nil { // before anybody is asked
		return transfer.File{}, journal.Move{}, a.transferProblem(err, account)
	}
	if err := atomicfile.CanWrite(in.Path); err != nil {
		return transfer.File{}, journal.Move{}, a.notWritten(in.Path, err)
	}
	if err := a.agreed(ctx, account, api.Question{Export: in.Path}, func() { api.Asking(ctx) }); err != nil {
		return transfer.File{}, journal.Move{}, err
	}
	for tries := 1; ; tries++ {
		file, m, err := a.leaveOnce(ctx, account, in)
		if err == nil || tries == mostTries || !errors.Is(err, keeper.ErrMovedOn) {
			return file, m, a.transferProblem(err, account)
		}
	}
}

func (a *Agent) leaveOnce(ctx context.Context, account api.Account, in api.ExportRequest) (file transfer.File, m journal.Move, err error) {
	settings, record, err := a.keeper.Departing(ctx, account.ID)
	if err != nil {
		return file, m, err
	}
	m = journal.Move{ID: newID() + newID(), At: time.Now().Round(0), Release: oauth.Secret(rand.Text())}
	if file, err = transfer.Seal(transfer.Account{Settings: settings, Record: record}, m.ID, in.Passphrase, m.Release, m.At); err != nil {
		return file, m, err
	}
	if _, err = file.Released(m.Release).Open(in.Passphrase); err != nil {
		return file, m, err
	}
	if err = a.beginTransfer(in.Path, file, account); err != nil {
		return file, m, err
	}
	if err = a.keeper.LetGo(ctx, settings, record, m); err != nil {
		return file, m, err
	}
	return file, m, a.moves.note(move{ID: m.ID, Way: movedOut, Account: account.ID, Fingerprint: record.Grant.Token.Refresh.Fingerprint(), Release: m.Release})
}

// beginTransfer writes a file that lacks its key, and notes that it is one: such a file, of the same account, may be written over.
func (a *Agent) beginTransfer(path string, file transfer.File, account api.Account) error {
	before, exists, err := a.readTransfer(path) // a person may have taken a minute to answer
	if err != nil {
		return err
	}
	about, err := a.moves.of(before.ID)
	if err == nil && exists && (about.Way != leaving || about.Account != account.ID) {
		err = a.moveProblem("move_exists", account, path)
	}
	if err == nil && exists {
		err = a.moves.note(move{ID: before.ID})
	}
	if err == nil {
		err = a.moves.note(move{ID: file.ID, Way: leaving, Account: account.ID})
	}
	if err != nil {
		return err
	}
	return a.writeTransfer(path, file)
}

// finish gives the file its key. A file that was begun by an earlier call is the one that the chain has left in, and its passphrase is the one
// that is given.
func (a *Agent) finish(file transfer.File, m journal.Move, account api.Account, in api.ExportRequest) error {
	if file.ID != m.ID {
		return a.moveProblem("moved_already", account, in.Path)
	}
	inside, err := file.Released(m.Release).Open(in.Passphrase)
	if err != nil {
		return a.transferProblem(err, account)
	}
	about := move{ID: m.ID, Way: movedOut, Account: account.ID, Fingerprint: inside.Record.Grant.Token.Refresh.Fingerprint(), Release: m.Release}
	if err := a.moves.note(about); err != nil {
		return a.problem(err, account)
	}
	return a.transferProblem(a.writeTransfer(in.Path, file.Released(m.Release)), account)
}

// writeTransfer puts the file on the disk, and reads it back.
func (a *Agent) writeTransfer(path string, file transfer.File) error {
	data := file.Encode()
	err := atomicfile.Write(path, data, 0o600)
	if err == nil {
		var back []byte
		if back, err = os.ReadFile(path); err == nil && !bytes.Equal(back, data) {
			err = errors.New("what was written is not what is read back")
		}
	}
	if err == nil {
		return nil
	}
	return a.notWritten(path, err)
}

func (a *Agent) notWritten(path string, err error) error {
	return a.worded(api.CodeFailed, "move_not_written", "problem.move_not_written", words.Args{Path: path, Problem: err.Error()})
}

func (a *Agent) moveProblem(reason oauth.Reason, account api.Account, path string) error {
	return a.worded(api.CodeUsage, reason, "problem."+string(reason), words.Args{Account: account.Name, Path: path})
}

// transferProblem words what stands in the way of a move; nil if nothing does.
func (a *Agent) transferProblem(err error, account api.Account) error {
	if err == nil {
		return nil
	}
	for cause, reason := range map[error]oauth.Reason{
		keeper.ErrDoubt: "move_in_doubt", keeper.ErrNoChain: "move_no_chain", keeper.ErrMoved: "moved_already", keeper.ErrMovedOn: "moved_on",
		transfer.ErrNoFile: "move_no_file", transfer.ErrUnfinished: "move_unfinished", transfer.ErrPassphrase: "move_passphrase",
	} {
		if errors.Is(err, cause) {
			return a.worded(api.CodeFailed, reason, "problem."+string(reason), say(account.Name))
		}
	}
	return a.problem(err, account)
}
