package agent

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"freshkey/app/api"
	"freshkey/oauth"
)

// Snapshot is everything a window paints.
func (a *Agent) Snapshot() api.Snapshot {
	s := a.keeper.Snapshot()
	out := api.Snapshot{
		Revision: s.Revision, Raise: int(a.raise.Load()), Accounts: make([]api.Account, len(s.Accounts)),
		Logins: a.logins.snapshot(), Settings: a.config.get().Settings, Providers: a.config.get().Providers,
		Status: api.Status{Version: a.options.Version, Profile: a.options.Profile.Name(), PID: os.Getpid(), Tray: a.tray.Load()},
	}
	for n, account := range s.Accounts {
		out.Accounts[n] = toAPI(account)
	}
	return out
}

func toAPI(s oauth.AccountState) api.Account {
	return api.Account{
		ID: s.ID, Name: s.Name, Provider: s.Provider, ClientID: s.ClientID, RedirectURI: s.RedirectURI, Cause: s.Cause, State: s.State, Reason: s.Reason, Detail: s.Detail,
		Since: s.Since, IssuedAt: s.Issued, ExpiresAt: s.UsableUntil, NextRefreshAt: s.Next, LastRefreshAt: s.LastRefresh,
		Generation: s.Generation, Fingerprint: s.Fingerprint, Scope: s.Scope, OpenID: s.OpenID, TokenType: s.Type, HasMACKey: s.HasMACKey,
		HeldUntil: s.HeldUntil, SentAt: s.Sent,
	}
}

// find takes an account's name or id.
func (a *Agent) find(ref string) (api.Account, error) {
	for _, account := range a.config.get().Accounts {
		if account.ID == ref || fold(account.Name) == fold(ref) {
			if s, err := a.keeper.Account(account.ID); err == nil {
				return toAPI(s), nil
			}
		}
	}
	return api.Account{Name: ref}, a.words.NoAccount(ref)
}

// now is the account as it is after something happened to it.
func (a *Agent) now(before api.Account) api.Account {
	if s, err := a.keeper.Account(before.ID); err == nil {
		return toAPI(s)
	}
	return before
}

// problem puts an error into words, with the account's state as it is now.
func (a *Agent) problem(err error, account api.Account) error {
	return a.words.Problem(err, a.now(account), time.Now())
}

// Add stores a new account: its record into the keychain, then its settings into the config.
func (a *Agent) Add(ctx context.Context, in api.AddRequest) (api.Account, error) {
	account, secret, token, err := a.readRequest(ctx, in)
	if err != nil {
		return api.Account{}, a.words.Problem(err, api.Account{Name: in.Name}, time.Now())
	}
	if a.keptElsewhere(ctx, token.Refresh) {
		return api.Account{}, a.words.Problem(oauth.ErrDuplicate, api.Account{Name: in.Name}, time.Now())
	}
	if err := a.keeper.Add(ctx, account, secret, token); err != nil {
		return api.Account{}, a.words.Problem(err, api.Account{Name: in.Name}, time.Now())
	}
	if err := a.config.edit(func(c *config) { c.Accounts = append(c.Accounts, account) }); err != nil {
		a.report("take back", a.keeper.Remove(context.WithoutCancel(ctx), account.ID))
		return api.Account{}, a.configProblem(err)
	}
	a.log.Info("added", "account", account.ID, "fingerprint", token.Refresh.Fingerprint())
	return a.find(account.ID)
}

// readRequest checks everything that can be checked before something is stored.
func (a *Agent) readRequest(ctx context.Context, in api.AddRequest) (oauth.Account, oauth.Secret, oauth.Token, error) {
	var c oauth.Credentials
	p, err := in.Provider.Resolve()
	if err != nil {
		return oauth.Account{}, "", oauth.Token{}, err
	}
	if strings.TrimSpace(in.Answer) != "" {
		c, err = oauth.ParseCredentials(p.Prefix, []byte(in.Answer), time.Now())
		if f, ok := errors.AsType[*oauth.FieldError](err); ok && f.Field == "refresh_token" && (in.SignIn || in.RefreshToken != "") {
			err = nil
		}
		if f, ok := errors.AsType[*oauth.FieldError](err); ok && f.Field == "input" { // not JSON: perhaps a curl line or an address
			if found := oauth.Recognize(in.Answer, time.Now()); found.Token.Refresh != "" || found.ClientSecret != "" {
				c, err = found.Credentials, nil
			}
		}
		if err != nil {
			return oauth.Account{}, "", oauth.Token{}, err
		}
	}
	if in.RefreshToken != "" {
		c.Token.Refresh = oauth.Secret(strings.TrimSpace(in.RefreshToken))
	}
	account := oauth.Account{
		ID: newID(), Name: strings.TrimSpace(in.Name), Provider: in.Provider,
		ClientID: or(in.ClientID, c.ClientID), RedirectURI: or(in.RedirectURI, c.RedirectURI),
	}
	account.Provider.Name = p.Name
	secret := oauth.Secret(or(in.ClientSecret, c.ClientSecret.Reveal()))
	if err := oauth.CheckAccount(account); err != nil {
		return oauth.Account{}, "", oauth.Token{}, err
	}
	switch {
	case secret == "":
		return oauth.Account{}, "", oauth.Token{}, &oauth.FieldError{Field: "client_secret", Problem: "is missing or empty"}
	case c.Token.Refresh == "" && !in.SignIn:
		return oauth.Account{}, "", oauth.Token{}, &oauth.FieldError{Field: "refresh_token", Problem: "is missing or empty"}
	}
	taken := slices.ContainsFunc(a.config.get().Accounts, func(other oauth.Account) bool { return fold(other.Name) == fold(account.Name) })
	if taken {
		return oauth.Account{}, "", oauth.Token{}, a.usage("name", "problem.duplicate_name", account.Name)
	}
	if a.options.Profile.Name() == "" && isSandbox(ctx, p.TokenURL) {
		return oauth.Account{}, "", oauth.Token{}, a.usage("token_url", "problem.sandbox_profile", account.Name)
	}
	if c.Token.Issued.IsZero() {
		c.Token.Issued = time.Now().Round(0)
	}
	return account, secret, c.Token, nil
}

// keptElsewhere looks for a refresh token in the person's other profiles: two agents would spend it for each other. A
// profile that cannot be read is no reason to refuse.
func (a *Agent) keptElsewhere(ctx context.Context, refresh oauth.Secret) bool {
	profiles, err := api.Profiles()
	a.report("list profiles", err)
	for _, p := range profiles {
		dir, err := p.ConfigDir()
		if err != nil || p == a.options.Profile {
			continue
		}
		data, err := os.ReadFile(filepath.Join(dir, "config.json"))
		if err != nil {
			continue
		}
		other, err := parseConfig(data)
		if err != nil {
			continue
		}
		vault := a.options.Open(p.Service())
		for _, account := range other.Accounts {
			if record, err := vault.Get(ctx, account.ID); err == nil && oauth.Holds(record, refresh) {
				return true
			}
		}
	}
	return false
}

func or(a, b string) string {
	if a = strings.TrimSpace(a); a != "" {
		return a
	}
	return strings.TrimSpace(b)
}

func newID() string {
	b := make([]byte, 8)
	_, _ = rand.Read(b) // never fails; see crypto/rand
	return hex.EncodeToString(b)
}

// Remove deletes an account: its record first, because only that can fail for lack of a keychain.
func (a *Agent) Remove(ctx context.Context, ref string) error {
	account, err := a.find(ref)
	if err != nil {
		return err
	}
	if err := a.keeper.Remove(ctx, account.ID); err != nil {
		return a.problem(err, account)
	}
	a.logins.drop(account.ID)
	a.history.remove(account.ID)
	err = a.config.edit(func(c *config) {
		c.Accounts = slices.DeleteFunc(c.Accounts, func(o oauth.Account) bool { return o.ID == account.ID })
	})
	if err != nil {
		return a.configProblem(err)
	}
	a.log.Info("removed", "account", account.ID)
	return nil
}

// Refresh rotates the chain now.
func (a *Agent) Refresh(ctx context.Context, ref string) (api.Account, error) {
	account, err := a.find(ref)
	if err != nil {
		return account, err
	}
	if err := a.keeper.Refresh(ctx, account.ID); err != nil {
		return account, a.problem(err, account)
	}
	after := a.now(account)
	if after.State == oauth.StateUnsaved {
		return after, &api.Problem{Code: api.CodeKeychain, Reason: after.Reason, What: a.words.Say("what.unsaved"), Advice: a.words.Say("advice.unsaved")}
	}
	return after, nil
}

// Token returns a token, refreshing first only if needed.
func (a *Agent) Token(ctx context.Context, ref string, minValid time.Duration) (api.Token, error) {
	account, err := a.find(ref)
	if err != nil {
		return api.Token{}, err
	}
	t, err := a.keeper.Access(ctx, account.ID, minValid)
	if err != nil {
		return api.Token{}, a.problem(err, account)
	}
	return tokenToAPI(t), nil
}

func tokenToAPI(t oauth.Token) api.Token {
	return api.Token{
		AccessToken: t.Access.Reveal(), TokenType: t.Type, MACKey: t.MACKey.Reveal(), MACAlgorithm: t.MACAlgorithm, ExpiresAt: t.Expires,
		ExpiresIn: int(t.ValidFor(time.Now()).Seconds()), Scope: t.Scope, OpenID: t.OpenID,
	}
}

// Unlock has the keychain ask the person for its password, and goes on with what waited for it.
func (a *Agent) Unlock(ctx context.Context) error {
	if err := a.vault.Unlock(ctx); err != nil {
		return a.words.Problem(oauth.AsVaultError(err), api.Account{}, time.Now())
	}
	a.keeper.Settle(0)
	return nil
}

// OpenWindow opens the window, or brings it to the front.
func (a *Agent) OpenWindow() error {
	running, err := a.window.open()
	if running {
		a.raise.Add(1)
		a.watchers.tell()
	}
	return err
}

// Quit ends the agent; what was sent comes home first.
func (a *Agent) Quit() { a.quit() }

func (a *Agent) usage(field, id, account string) *api.Problem {
	return &api.Problem{Code: api.CodeUsage, Field: field, What: a.words.Say(id, say(account)), Advice: a.words.Say(id+".advice", say(account))}
}
