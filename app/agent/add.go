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

// Add stores a new account: its record into the keychain, then its settings into the config.
func (a *Agent) Add(ctx context.Context, in api.AddRequest) (api.Account, error) {
	a.editing.Lock()
	defer a.editing.Unlock()
	account, secret, token, err := a.readRequest(ctx, in)
	if err != nil {
		return api.Account{}, a.words.Problem(err, api.Account{Name: in.Name}, time.Now())
	}
	if a.keptElsewhere(ctx, token.Refresh) {
		return api.Account{}, a.words.Problem(oauth.ErrDuplicate, api.Account{Name: in.Name}, time.Now())
	}
	err = a.keeper.Add(ctx, account, secret, token, func() error {
		if err := a.config.edit(func(c *config) { c.Accounts = append(c.Accounts, account) }); err != nil {
			return a.configProblem(err)
		}
		return nil
	})
	if err != nil {
		return api.Account{}, a.words.Problem(err, api.Account{Name: in.Name}, time.Now())
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
		return oauth.Account{}, "", oauth.Token{}, &oauth.FieldError{Field: "client_secret", Flaw: oauth.FlawMissing}
	case c.Token.Refresh == "" && !in.SignIn:
		return oauth.Account{}, "", oauth.Token{}, &oauth.FieldError{Field: "refresh_token", Flaw: oauth.FlawMissing}
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
