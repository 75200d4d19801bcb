package agent

import (
	"context"
	"crypto/rand"
	"errors"
	"sync"
	"time"

	"freshkey/app/api"
	"freshkey/app/transfer"
	"freshkey/oauth"
	"freshkey/oauth/journal"
	"freshkey/oauth/keeper"
)

// An account moves to another computer in three steps, so that at each moment exactly one of the two can spend its chain:
//
//	Export         seals the record in a file that lacks a key: nobody can open it
//	LetGo          has looked into the file, writes down that the chain has left (with the key), and only then gives out the key
//	FinishExport   has looked into the finished file, and removes the account
//
// Whoever was interrupted takes the step again, with the file as it is.

// departures are the files that were begun since the agent runs: what each lacks, and which refresh token is in it.
type departures struct {
	mu  sync.Mutex // guards all
	all map[string]departure
}

type departure struct {
	release     oauth.Secret
	fingerprint string
}

func (d *departures) note(id string, begun departure) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.all == nil {
		d.all = map[string]departure{}
	}
	d.all[id] = begun
}

func (d *departures) of(id string) departure {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.all[id]
}

// Export seals an account in a file, once a person agrees: whoever has the file in the end has the chain.
func (a *Agent) Export(ctx context.Context, ref string, in api.ExportRequest) (api.ExportResult, error) {
	account, err := a.find(ref)
	if err != nil {
		return api.ExportResult{}, err
	}
	if !transfer.LongEnough(in.Passphrase) {
		return api.ExportResult{}, a.usage("passphrase", "problem.passphrase", account.Name)
	}
	if _, err := a.keeper.Departing(ctx, account.ID); err != nil { // before anybody is asked
		return api.ExportResult{}, a.transferProblem(err, account)
	}
	if err := a.agreed(ctx, account, api.Question{Export: true}); err != nil {
		return api.ExportResult{}, err
	}
	record, err := a.keeper.Departing(ctx, account.ID)
	if err != nil {
		return api.ExportResult{}, a.transferProblem(err, account)
	}
	settings, _, err := a.settings(account.ID)
	if err != nil {
		return api.ExportResult{}, a.problem(err, account)
	}
	id, release := newID()+newID(), oauth.Secret(rand.Text())
	file, err := transfer.Seal(transfer.Account{Settings: settings, Record: record}, id, in.Passphrase, release, time.Now())
	if err != nil {
		return api.ExportResult{}, a.problem(err, account)
	}
	a.departures.note(id, departure{release, record.Grant.Token.Refresh.Fingerprint()})
	a.log.Info("sealed for a move", "account", account.ID, "move", id)
	return api.ExportResult{File: file.Encode()}, nil
}

// LetGo finishes a file. From then on nothing is sent here.
func (a *Agent) LetGo(ctx context.Context, ref string, in api.ExportRequest) (api.ExportResult, error) {
	account, err := a.find(ref)
	if err != nil {
		return api.ExportResult{}, err
	}
	file, err := transfer.Parse(in.File)
	if err != nil {
		return api.ExportResult{}, a.transferProblem(err, account)
	}
	begun := a.departures.of(file.ID)
	if before, gone, err := a.keeper.Moved(ctx, account.ID); err == nil && gone && before.ID == file.ID {
		begun.release = before.Release
	}
	if begun.release == "" { // by an agent that has ended since, without letting go
		return api.ExportResult{}, a.transferProblem(keeper.ErrMovedOn, account)
	}
	inside, err := file.Released(begun.release).Open(in.Passphrase) // what was written can be read, and by this passphrase
	if err == nil && inside.Settings.ID != account.ID {
		err = transfer.ErrNoFile
	}
	if err != nil {
		return api.ExportResult{}, a.transferProblem(err, account)
	}
	if err := a.moves.note(file.ID, movedOut); err != nil {
		return api.ExportResult{}, a.problem(err, account)
	}
	m, err := a.keeper.LetGo(ctx, account.ID, begun.fingerprint, journal.Move{ID: file.ID, At: time.Now().Round(0), Release: begun.release})
	if err != nil {
		return api.ExportResult{}, a.transferProblem(err, account)
	}
	return api.ExportResult{File: file.Released(m.Release).Encode()}, nil
}

// FinishExport removes an account that has left, once the file that it left in was seen to be whole.
func (a *Agent) FinishExport(ctx context.Context, ref string, in api.ExportRequest) error {
	account, err := a.find(ref)
	if err != nil {
		return err
	}
	file, err := transfer.Parse(in.File)
	if err == nil {
		_, err = file.Open(in.Passphrase)
	}
	if err != nil {
		return a.transferProblem(err, account)
	}
	m, gone, err := a.keeper.Moved(ctx, account.ID)
	if err == nil && (!gone || m.ID != file.ID) {
		err = keeper.ErrMovedOn
	}
	if err != nil {
		return a.transferProblem(err, account)
	}
	return a.Remove(ctx, account.ID, false)
}

// transferProblem words what stands in the way of a move.
func (a *Agent) transferProblem(err error, account api.Account) error {
	for cause, reason := range map[error]oauth.Reason{
		keeper.ErrDoubt: "move_in_doubt", keeper.ErrNoChain: "move_no_chain", keeper.ErrMoved: "moved_already", keeper.ErrMovedOn: "moved_on",
		transfer.ErrNoFile: "move_no_file", transfer.ErrUnfinished: "move_unfinished", transfer.ErrPassphrase: "move_passphrase",
	} {
		if errors.Is(err, cause) {
			id := "problem." + string(reason)
			return &api.Problem{Code: api.CodeFailed, Reason: reason, What: a.words.Text(id, say(account.Name)), Advice: a.words.Text(id+".advice", say(account.Name))}
		}
	}
	return a.problem(err, account)
}
