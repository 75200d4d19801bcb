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
func (a *Agent) Import(ctx context.Context, in api.ImportRequest) (api.Account, error) {
	if !a.moving.TryLock() {
		return api.Account{}, a.moveProblem("move_busy", api.Account{}, "")
	}
	defer a.moving.Unlock()
	defer debug.FreeOSMemory() // a passphrase takes a hundred megabytes
	file, inside, err := openTransfer(in)
	named := api.Account{Name: inside.Settings.Name}
	if err != nil {
		return api.Account{}, a.transferProblem(err, named)
	}
	before, err := a.moves.of(file.ID)
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
	taken := move{ID: file.ID, Way: arriving, Account: inside.Settings.ID}
	if before.Way == movedOut {
		err = a.takeBack(ctx, in, before, inside)
	} else if err = a.moves.note(taken); err == nil { // first: taken once and then forgotten would be taken twice
		err = a.arrive(ctx, in, inside)
	}
	if err != nil {
		return api.Account{}, a.words.Problem(err, named, time.Now())
	}
	taken.Way = movedIn
	a.report("moves", a.moves.note(taken))
	a.log.Info("moved here", "account", inside.Settings.ID, "move", file.ID, "generation", inside.Record.Grant.Generation)
	return a.find(inside.Settings.ID)
}

func openTransfer(in api.ImportRequest) (file transfer.File, inside transfer.Account, err error) {
	if file, err = transfer.Parse(in.File); err == nil {
		inside, err = file.Open(in.Passphrase)
	}
	if err == nil && !accountID.MatchString(inside.Settings.ID) { // it becomes part of file names
		err = transfer.ErrNoFile
	}
	return file, inside, err
}

// takeBack undoes an export that came to nothing. From then on the chain is here again, whatever becomes of the file.
func (a *Agent) takeBack(ctx context.Context, in api.ImportRequest, left move, inside transfer.Account) error {
	if _, _, err := a.settings(inside.Settings.ID); err != nil { // it was removed
		back := left
		back.Way = arriving
		if err := a.moves.note(back); err != nil {
			return err
		}
		return a.arrive(ctx, in, inside)
	}
	m, gone, err := a.keeper.Moved(ctx, inside.Settings.ID)
	switch {
	case err != nil:
		return err
	case !gone || m.ID != left.ID:
		return a.moveProblem("import_here", api.Account{Name: inside.Settings.Name}, "")
	}
	if err := a.moves.note(move{ID: left.ID}); err != nil { // else the chain would be said to have left
		return err
	}
	return a.keeper.Return(ctx, inside.Settings.ID, left.ID, inside.Record)
}

// arrive stores what came.
func (a *Agent) arrive(ctx context.Context, in api.ImportRequest, inside transfer.Account) error {
	settings := inside.Settings
	if _, _, err := a.settings(settings.ID); err == nil {
		return a.moveProblem("import_here", api.Account{Name: settings.Name}, "")
	}
	settings.Name, settings.HeldUntil = chosen(in.Name, settings.Name), time.Time{}
	p, err := settings.Provider.Resolve()
	err = cmp.Or(err, oauth.CheckName(settings.Name), oauth.CheckAccount(settings))
	if err == nil {
		err = a.refuse(ctx, settings.Name, p.TokenURL)
	}
	if err == nil {
		err = a.knownElsewhere(ctx, inside.Record.Grant.Token.Refresh)
	}
	if err != nil {
		return err
	}
	return a.keeper.Arrive(ctx, settings, inside.Record, func() error {
		if err := a.config.edit(func(c *config) { c.Accounts = append(c.Accounts, settings) }); err != nil {
			return a.configProblem(err)
		}
		return nil
	})
}
