package agent

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"time"

	"freshkey/app/api"
	"freshkey/app/words"
	"freshkey/oauth"
	"freshkey/oauth/keeper"
)

// Add stores a new account: its record into the keychain, then its settings into the config.
func (a *Agent) Add(ctx context.Context, in api.AddRequest) (_ api.Account, err error) {
	defer func() { err = a.undone(ctx, err) }()
	a.editing.Lock()
	defer a.editing.Unlock()
	if a.config.isUnread() {
		return api.Account{}, a.configProblem(errUnread)
	}
	account, secret, token, err := a.readRequest(ctx, in)
	if err != nil {
		return api.Account{}, a.addProblem(err, api.Account{Name: in.Name})
	}
	if err := a.ownedElsewhere(ctx, token.Refresh, in.Name); err != nil {
		return api.Account{}, a.addProblem(err, api.Account{Name: in.Name})
	}
	err = a.keeper.Add(ctx, account, secret, token, func() error {
		if err := a.config.edit(func(c *config) { c.Accounts = append(c.Accounts, saved(account)) }); err != nil {
			return a.configProblem(err)
		}
		return nil
	})
	if err != nil {
		return api.Account{}, a.addProblem(err, api.Account{Name: in.Name})
	}
	a.log.Info("added", "account", account.ID, "fingerprint", token.Refresh.Fingerprint())
	return a.find(account.ID)
}

// addProblem words why an account was not added, or its chain not replaced; of a refresh token that is kept already it says where.
func (a *Agent) addProblem(err error, account api.Account) *api.Problem {
	p := a.words.Problem(err, account, time.Now())
	if kept, ok := errors.AsType[*keptElsewhere](err); ok {
		p.What = a.words.Text("problem.duplicate_token.where", words.Args{Account: kept.account, Name: kept.profile})
	}
	if kept, ok := errors.AsType[*keeper.KeptError](err); ok {
		p.What = a.words.Text("problem.duplicate_token.where", words.Args{Account: a.now(api.Account{ID: kept.Account}).Name})
	}
	return p
}

// keptElsewhere is keeper.ErrDuplicate, and which account of which profile keeps the token.
type keptElsewhere struct{ account, profile string }

func (e *keptElsewhere) Error() string { return keeper.ErrDuplicate.Error() }
func (e *keptElsewhere) Unwrap() error { return keeper.ErrDuplicate }

// readRequest checks everything that can be checked before something is stored.
func (a *Agent) readRequest(ctx context.Context, in api.AddRequest) (oauth.Account, oauth.Secret, oauth.Token, error) {
	var err error
	if in.Provider, err = a.exchange().Discovered(ctx, in.Provider); err != nil {
		return oauth.Account{}, "", oauth.Token{}, err
	}
	p, err := in.Provider.Resolve()
	if err != nil {
		return oauth.Account{}, "", oauth.Token{}, err
	}
	c, err := readPaste(in, p)
	if err != nil {
		return oauth.Account{}, "", oauth.Token{}, err
	}
	if in.RefreshToken != "" {
		c.Token.Refresh = oauth.Secret(strings.TrimSpace(in.RefreshToken))
	}
	account := oauth.Account{
		ID: newID(), Name: strings.TrimSpace(in.Name), Provider: in.Provider, Device: in.Device,
		ClientID: chosen(in.ClientID, c.ClientID), RedirectURI: chosen(chosen(in.RedirectURI, c.RedirectURI), p.RedirectURI),
	}
	account.Provider.Name = p.Name
	secret := oauth.Secret(chosen(in.ClientSecret, c.ClientSecret.Reveal()))
	if method := authMethod(p, secret); method != p.AuthMethod {
		p.AuthMethod, account.Provider.AuthMethod = method, method
	}
	if err := cmp.Or(oauth.CheckName(account.Name), oauth.CheckAccount(account)); err != nil {
		return oauth.Account{}, "", oauth.Token{}, err
	}
	if field := missing(p, secret, c.Token.Refresh, in.SignIn); field != "" {
		return oauth.Account{}, "", oauth.Token{}, &oauth.FieldError{Field: field, Code: oauth.FieldMissing}
	}
	if err := a.refuse(ctx, account.Name, p.TokenURL); err != nil {
		return oauth.Account{}, "", oauth.Token{}, err
	}
	if c.Token.Issued.IsZero() {
		c.Token.Issued = time.Now().Round(0)
	}
	return account, secret, c.Token, nil
}

// missing is the secret that an account cannot be without.
func missing(p oauth.Provider, secret, refresh oauth.Secret, signsIn bool) (field string) {
	switch {
	case secret == "" && p.NeedsSecret():
		return "client_secret"
	case refresh == "" && !signsIn:
		return "refresh_token"
	}
	return ""
}

// authMethod is how an app shows who it is, by the secret that it has or has not.
func authMethod(p oauth.Provider, secret oauth.Secret) oauth.AuthMethod {
	switch {
	case secret == "" && p.TakesPublic:
		return oauth.AuthNone
	case secret != "" && !p.NeedsSecret():
		return oauth.AuthPost
	}
	return p.AuthMethod
}

// readPaste reads what was pasted or piped in, if anything was. The refresh token may be missing where it comes another
// way.
func readPaste(in api.AddRequest, p oauth.Provider) (oauth.Credentials, error) {
	if strings.TrimSpace(in.Answer) == "" {
		return oauth.Credentials{}, nil
	}
	c, err := oauth.ParseCredentials(p, []byte(in.Answer), time.Now())
	f, ok := errors.AsType[*oauth.FieldError](err)
	switch {
	case ok && f.Field == "refresh_token" && (in.SignIn || in.RefreshToken != ""):
		return c, nil
	case ok && f.Field == "input": // not JSON: perhaps a curl line or an address
		if found := oauth.Recognize(in.Answer, time.Now()); found.Token.Refresh != "" || found.ClientSecret != "" {
			return found.Credentials, nil
		}
	}
	return c, err
}

// taken reports whether an account has a name, but for the one of an id.
func (a *Agent) taken(name, but string) bool {
	return slices.ContainsFunc(a.config.get().Accounts, func(s savedAccount) bool { return s.ID != but && api.SameName(s.Name, name) })
}

// refuse keeps out a name that another account has, and a rehearsal's provider from the profile that is in earnest.
func (a *Agent) refuse(ctx context.Context, name, tokenURL string) error {
	if a.taken(name, "") {
		return a.usage("name", "problem.duplicate_account", name)
	}
	if a.options.Profile.Name() == "" && isSandbox(ctx, tokenURL) {
		return a.usage("token_url", "problem.sandbox_profile", name)
	}
	return nil
}

// chosen is what a person wrote into a field, or what was there or found.
func chosen(written, otherwise string) string {
	return cmp.Or(strings.TrimSpace(written), strings.TrimSpace(otherwise))
}

func newID() string {
	b := make([]byte, 8)
	_, _ = rand.Read(b) // never fails; see crypto/rand
	return hex.EncodeToString(b)
}
