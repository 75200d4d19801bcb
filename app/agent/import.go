package agent

import (
	"context"
	"time"

	"freshkey/app/api"
	"freshkey/app/transfer"
	"freshkey/oauth"
	"freshkey/oauth/keeper"
)

// Import stores the account that is in a file. A file is taken once, and one that was made here not at all, unless a person says that it has
// brought the account nowhere since.
func (a *Agent) Import(ctx context.Context, in api.ImportRequest) (api.Account, error) {
	file, err := transfer.Parse(in.File)
	var inside transfer.Account
	if err == nil {
		inside, err = file.Open(in.Passphrase)
	}
	named := api.Account{Name: inside.Settings.Name}
	if err != nil {
		return api.Account{}, a.transferProblem(err, named)
	}
	a.editing.Lock()
	defer a.editing.Unlock()
	before, err := a.moves.last(file.ID)
	switch {
	case err != nil:
		return api.Account{}, a.problem(err, named)
	case before == movedIn && !in.TakeBack:
		return api.Account{}, a.refusedImport("imported_already", named)
	case before == movedOut && !in.TakeBack:
		return api.Account{}, a.refusedImport("exported_here", named)
	}
	if err := a.moves.note(file.ID, movedIn); err != nil { // first: taken once and then forgotten would be taken twice
		return api.Account{}, a.problem(err, named)
	}
	if err := a.arrive(ctx, in, file, inside); err != nil {
		a.report("moves", a.moves.note(file.ID, before))
		return api.Account{}, a.words.Problem(err, named, time.Now())
	}
	a.log.Info("moved here", "account", inside.Settings.ID, "move", file.ID, "generation", inside.Record.Grant.Generation)
	return a.find(inside.Settings.ID)
}

// arrive stores what came, or gives back what left from here and did not arrive elsewhere.
func (a *Agent) arrive(ctx context.Context, in api.ImportRequest, file transfer.File, inside transfer.Account) error {
	settings := inside.Settings
	if _, _, err := a.settings(settings.ID); err == nil {
		m, gone, err := a.keeper.Moved(ctx, settings.ID)
		switch {
		case err != nil:
			return err
		case !gone || m.ID != file.ID || !in.TakeBack:
			return a.refusedImport("import_here", api.Account{Name: settings.Name})
		}
		return a.keeper.Return(ctx, settings.ID, file.ID, inside.Record)
	}
	settings.Name = chosen(in.Name, settings.Name)
	settings.HeldUntil = time.Time{}
	p, err := settings.Provider.Resolve()
	if err == nil {
		err = oauth.CheckName(settings.Name)
	}
	if err == nil {
		err = oauth.CheckAccount(settings)
	}
	if err == nil {
		err = a.refuse(ctx, settings.Name, p.TokenURL)
	}
	if err == nil {
		err = a.knownElsewhere(ctx, inside.Record.Grant.Token.Refresh)
	}
	if err != nil {
		return err
	}
	if !accountID.MatchString(settings.ID) {
		return keeper.ErrNoAccount
	}
	return a.keeper.Arrive(ctx, settings, inside.Record, func() error {
		if err := a.config.edit(func(c *config) { c.Accounts = append(c.Accounts, settings) }); err != nil {
			return a.configProblem(err)
		}
		return nil
	})
}

func (a *Agent) refusedImport(reason oauth.Reason, account api.Account) error {
	id := "problem." + string(reason)
	return &api.Problem{Code: api.CodeUsage, Reason: reason, What: a.words.Text(id, say(account.Name)), Advice: a.words.Text(id+".advice", say(account.Name))}
}
