package agent

import (
	"context"
	"errors"
	"os"
	"slices"
	"sync"
	"time"

	"freshkey/app/api"
	"freshkey/oauth"
	"freshkey/oauth/keeper"
)

// Language is what answers are worded in, and everything else that the agent says.
func (a *Agent) Language() string { return a.words.Language() }

// Snapshot is everything a window paints. Readers share its accounts, and change nothing of them.
func (a *Agent) Snapshot() api.Snapshot {
	s := a.keeper.Snapshot()
	c := a.config.get()
	out := api.Snapshot{
		Revision: s.Revision, Raise: int(a.raise.Load()), Accounts: a.accounts.of(a, s),
		Logins: a.logins.snapshot(), Settings: c.Settings, Providers: c.Providers,
		Status: a.status(),
	}
	out.Questions, out.Permissions = a.consents.now()
	if door := a.Door(); len(door.Keys) > 0 {
		out.Door = door
	}
	return out
}

func (a *Agent) status() api.Status {
	return api.Status{
		Version: a.options.Version, Profile: a.options.Profile.Name(), PID: os.Getpid(), Window: a.window.pid(), SettingsAside: a.aside(), Tray: a.tray.Load(), Last: a.last.get(),
		Locked: a.keeper.Locked(), Releases: a.options.Releases != "", Newer: a.newer(),
	}
}

// accounts are those of the keeper's last snapshot as the API has them, for whoever asks next: tray, notices and each window look after each
// change. One that has not changed is the same in the next list: there may be thousands.
type accounts struct {
	mu       sync.Mutex // guards what follows
	revision uint64
	handed   uint64
	versions []*keeper.Version // of the snapshot that are still there, and …
	last     []*api.Account    // … what each is to the API
}

func (c *accounts) of(a *Agent, s keeper.Snapshot) []*api.Account {
	handed := a.handed.revision() // first: what is handed out meanwhile is news
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.last != nil && c.revision == s.Revision && c.handed == handed {
		return c.last
	}
	all, versions := make([]*api.Account, 0, len(s.Accounts)), s.Accounts
	for n, version := range s.Accounts {
		if n < len(c.versions) && c.versions[n] == version && !a.handed.changedSince(version.ID, c.handed) {
			all = append(all, c.last[n])
		} else if state, err := a.keeper.Account(version.ID); err == nil {
			one := a.toAPI(state)
			all = append(all, &one)
		} else { // it has gone meanwhile, which is news
			versions = nil
		}
	}
	c.revision, c.handed, c.versions, c.last = s.Revision, handed, versions, all
	return all
}

func (a *Agent) toAPI(s keeper.AccountState) api.Account {
	superseded, copySuperseded := a.handed.superseded(s, time.Now())
	return api.Account{
		ID: s.ID, Name: s.Name, Provider: s.Provider, ClientID: s.ClientID, RedirectURI: s.RedirectURI, Cause: s.Cause, State: s.State, Reason: s.Reason, Detail: s.Detail,
		Since: s.Since, IssuedAt: s.Issued, ExpiresAt: s.UsableUntil, KeptBack: s.KeptBack, NextRefreshAt: s.Next, LastRefreshAt: s.LastRefresh,
		Generation: s.Generation, Fingerprint: s.Fingerprint, Scope: s.Scope, OpenID: s.OpenID, TokenType: s.Type, HasMACKey: s.HasMACKey, Revocable: s.Revocable,
		HeldUntil: s.HeldUntil, SentAt: s.Sent, SignInBy: s.SignInBy, SignInSoon: s.SignInSoon, Device: s.Device, Origins: s.Origins, ConfirmedOrigins: s.Confirmed, Ask: s.Ask,
		SupersededAt: superseded, CopySupersededAt: copySuperseded,
	}
}

// find takes an account's id or name. An id goes first: a name may look like another account's id.
func (a *Agent) find(ref string) (api.Account, error) {
	all, name, n := a.config.get().Accounts, api.FoldName(ref), -1
	for i := range all { // not by value: there may be thousands
		if all[i].ID == ref {
			n = i
			break
		}
		if n < 0 && api.FoldName(all[i].Name) == name {
			n = i
		}
	}
	if n >= 0 {
		if s, err := a.keeper.Account(all[n].ID); err == nil {
			return a.toAPI(s), nil
		}
	}
	if aside := a.aside(); aside != "" {
		p := a.words.SettingsAside(aside)
		p.Code = api.CodeNoAccount
		return api.Account{Name: ref}, p
	}
	var names []string
	for i := range all {
		names = append(names, all[i].Name)
	}
	return api.Account{Name: ref}, a.words.NoAccount(ref, names...)
}

// now is the account as it is after something happened to it.
func (a *Agent) now(before api.Account) api.Account {
	if s, err := a.keeper.Account(before.ID); err == nil {
		return a.toAPI(s)
	}
	return before
}

// problem puts an error into words, with the account's state as it is now.
func (a *Agent) problem(err error, account api.Account) error {
	return a.words.Problem(err, a.now(account), time.Now())
}

// undone is why something was not done that a person or a script asked for: with a keychain that gives nothing, that does not go on by itself.
func (a *Agent) undone(ctx context.Context, err error) error {
	p, ok := errors.AsType[*api.Problem](err)
	if !ok || p.Code != api.CodeKeychain {
		return err
	}
	if again := "advice." + string(p.Reason) + ".again"; a.words.Has(again) {
		p.Advice = a.words.Text(again)
	}
	if p.Reason == keeper.ReasonLocked {
		a.adviseCommand(ctx, p, "advice.unlock", api.Account{})
	}
	return p
}

// Remove deletes an account: its record first, because only that can fail for lack of a keychain.
func (a *Agent) Remove(ctx context.Context, ref string, revoke bool) error {
	account, err := a.find(ref)
	if err != nil {
		return err
	}
	if m, gone, err := a.keeper.Moved(ctx, account.ID); err == nil && gone { // its file may lack the key still
		about, err := a.moves.of(m.ID)
		if err == nil && about.Way != movedOut {
			err = a.moves.note(move{ID: m.ID, Way: movedOut, Account: account.ID, Release: m.Release})
		}
		if err != nil {
			return a.problem(err, account)
		}
	}
	a.logins.drop(account.ID, 0) // one that asks something would keep the account busy
	if revoke {
		if err := a.revoke(ctx, account); err != nil {
			return err
		}
	}
	if err := a.keeper.Remove(ctx, account.ID); err != nil {
		return a.undone(ctx, a.problem(err, account))
	}
	a.forget(account.ID)
	a.editing.Lock()
	defer a.editing.Unlock()
	err = a.config.edit(func(c *config) {
		c.Accounts = slices.DeleteFunc(c.Accounts, func(s savedAccount) bool { return s.ID == account.ID })
		c.Door = c.Door.without(account.ID)
	})
	if err != nil {
		return a.configProblem(err)
	}
	if err := a.keeper.Drop(ctx, account.ID); err != nil && !errors.Is(err, keeper.ErrNoAccount) {
		a.report("drop", err) // somebody edited it at the same moment
	}
	a.log.Info("removed", "account", account.ID)
	return nil
}

// forget drops what the state folder knows of an account that was removed.
func (a *Agent) forget(account string) {
	a.report("moves", a.moves.settle(account))
	a.history.remove(account)
	a.events.forget(account)
	a.handed.forget(account)
}

// Refresh rotates the chain now.
func (a *Agent) Refresh(ctx context.Context, ref string) (api.Account, error) {
	account, err := a.find(ref)
	if err != nil {
		return account, err
	}
	if err := a.keeper.Refresh(ctx, account.ID); err != nil {
		account = a.now(account)
		return account, a.withCommand(ctx, err, a.words.Problem(err, account, time.Now()), account)
	}
	after := a.now(account)
	if after.Unsaved() {
		return after, a.words.Unsaved(after, time.Now())
	}
	return after, nil
}

// Token returns a token, refreshing first only if needed.
func (a *Agent) Token(ctx context.Context, ref string, minValid time.Duration) (api.Token, error) {
	account, t, err := a.tokenFor(ctx, ref, minValid)
	if err != nil {
		return api.Token{}, err
	}
	a.handedOut(account.ID, t, toProgram)
	out := tokenToAPI(t)
	out.SignInNeeded = a.now(account).NeedsSignIn()
	return out, nil
}

func tokenToAPI(t oauth.Token) api.Token {
	return api.Token{
		AccessToken: t.Access.Reveal(), TokenType: t.Type, MACKey: t.MACKey.Reveal(), MACAlgorithm: t.MACAlgorithm, ExpiresAt: t.Expires,
		ExpiresIn: int(t.ValidFor(time.Now()).Seconds()), Scope: t.Scope, OpenID: t.OpenID,
	}
}

// Unlock has the keychain ask the person for its password, and goes on with what waited for it. It ends a lock.
func (a *Agent) Unlock(ctx context.Context) error {
	if err := a.vault.Unlock(ctx); err != nil {
		return a.words.Problem(keeper.AsVaultError(err), api.Account{}, time.Now())
	}
	a.unlock(lockedByPerson, lockedWithScreen, lockedIdle)
	a.keychainChanged(true)
	return nil
}

// Quit ends the agent; what was sent comes back first.
func (a *Agent) Quit() { a.quit() }

// Restart is Quit, and then another start of the program, with the window.
func (a *Agent) Restart() {
	a.restart.Store(true)
	a.quit()
}

func (a *Agent) usage(field, id, account string) *api.Problem {
	return &api.Problem{Code: api.CodeUsage, Field: field, What: a.words.Text(id, say(account)), Advice: a.words.Text(id+".advice", say(account))}
}
