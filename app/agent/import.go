package agent

import (
	"cmp"
	"context"
	"runtime/debug"
	"time"

	"freshkey/app/api"
	"freshkey/app/transfer"
	"freshkey/oauth"
)

// Import stores the account that is in a file. A file is taken once; one that was made here not at all, unless a person says that it has
// brought the account nowhere since.
func (a *Agent) Import(ctx context.Context, in api.ImportRequest) (_ api.Account, err error) {
	defer func() { err = a.undone(ctx, err) }()
	if !a.moving.TryLock() {
		return api.Account{}, a.moveProblem("move_busy", api.Account{}, "")
	}
	defer a.moving.Unlock()
	if a.config.isUnread() {
		return api.Account{}, a.configProblem(errUnread)
	}
	defer debug.FreeOSMemory() // a passphrase takes a hundred megabytes
	file, inside, err := openTransfer(in)
	named := api.Account{Name: inside.Settings.Name}
	if err != nil {
		return api.Account{}, a.transferProblem(err, named)
	}
	before, err := a.lastMove(ctx, file.ID, inside.Settings.ID)
	switch {
	case err != nil:
		return api.Account{}, a.problem(err, named)
	case before.Way == movedIn:
		return api.Account{}, a.moveProblem("imported_already", named, "")
	case before.Way == movedOut && !in.TakeBack:
		return api.Account{}, a.moveProblem("exported_here", named, "")
	}
	a.editing.Lock()
	defer a.editing.Unlock()
	taken := move{ID: file.ID, Way: arriving, Account: inside.Settings.ID, Fingerprint: inside.Record.Grant.Token.Refresh.Fingerprint()}
	if _, _, here := a.settings(inside.Settings.ID); here == nil {
		err = a.takeBack(ctx, file.ID, inside)
	} else {
		err = a.arrive(ctx, in, taken, inside)
	}
	if err != nil {
		return api.Account{}, a.words.Problem(err, named, time.Now())
	}
	taken.Way = movedIn
	a.report("moves", a.moves.note(taken))
	a.log.Info("moved here", "account", inside.Settings.ID, "move", file.ID, "generation", inside.Record.Grant.Generation)
	return a.find(inside.Settings.ID)
}

// lastMove is what is known of a file. Where the keychain says that an account has left in it, it has, whatever the list says: taking it back
// may have been interrupted.
func (a *Agent) lastMove(ctx context.Context, file, account string) (move, error) {
	before, err := a.moves.of(file)
	if err != nil {
		return before, err
	}
	if m, gone, err := a.keeper.Moved(ctx, account); err == nil && gone && m.ID == file {
		before.Way = movedOut
	}
	return before, nil
}

func openTransfer(in api.ImportRequest) (file transfer.File, inside transfer.Account, err error) {
	if file, err = transfer.Parse(in.File); err == nil {
		inside, err = file.Open(in.Passphrase)
	}
	if err == nil && !isAccountID(inside.Settings.ID) { // it becomes part of file names
		err = transfer.ErrNoFile
	}
	return file, inside, err
}

// takeBack undoes an export that came to nothing, and whose account was not removed.
func (a *Agent) takeBack(ctx context.Context, file string, inside transfer.Account) error {
	m, gone, err := a.keeper.Moved(ctx, inside.Settings.ID)
	switch {
	case err != nil:
		return err
	case !gone || m.ID != file:
		return a.moveProblem("import_here", api.Account{Name: inside.Settings.Name}, "")
	}
	if err := a.moves.note(move{ID: file}); err != nil { // first: else the chain would be said to have left
		return err
	}
	return a.keeper.Return(ctx, inside.Settings.ID, file, inside.Record)
}

// arrive stores what came. That it is being taken is noted before: taken once and then forgotten, it would be taken twice.
func (a *Agent) arrive(ctx context.Context, in api.ImportRequest, taken move, inside transfer.Account) error {
	settings := inside.Settings
	settings.Name, settings.HeldUntil = chosen(in.Name, settings.Name), time.Time{}
	p, err := settings.Provider.Resolve()
	err = cmp.Or(err, oauth.CheckName(settings.Name), oauth.CheckAccount(settings))
	if err == nil {
		err = a.refuse(ctx, settings.Name, p.TokenURL)
	}
	if err == nil {
		err = a.knownElsewhere(ctx, inside.Record.Grant.Token.Refresh)
	}
	if err == nil {
		err = a.moves.note(taken)
	}
	if err != nil {
		return err
	}
	return a.keeper.Arrive(ctx, settings, inside.Record, func() error {
		if err := a.config.edit(func(c *config) { c.Accounts = append(c.Accounts, saved(settings)) }); err != nil {
			return a.configProblem(err)
		}
		return nil
	})
}
