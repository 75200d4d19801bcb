package agent

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode"

	"freshkey/app/api"
	"freshkey/app/words"
	"freshkey/oauth"
	"freshkey/oauth/keeper"
)

// settings are an account's own and its provider, whole.
func (a *Agent) settings(id string) (oauth.Account, oauth.Provider, error) {
	for _, c := range a.config.get().Accounts {
		if c.ID == id {
			account := c.account()
			p, err := account.Provider.Resolve()
			return account, p, err
		}
	}
	return oauth.Account{}, oauth.Provider{}, keeper.ErrNoAccount
}

// trusted are the settings of an account whose secrets may go where they lead. A keychain that cannot be asked is no reason against it:
// without it no secret can be sent.
func (a *Agent) trusted(ctx context.Context, id string) (oauth.Account, oauth.Provider, error) {
	if err := a.keeper.Trust(ctx, id); err != nil {
		if _, isVault := errors.AsType[*keeper.VaultError](err); !isVault {
			return oauth.Account{}, oauth.Provider{}, err
		}
	}
	return a.settings(id)
}

// changeSettings checks an account's new settings, does what else has to be done first, writes them, and tells the keeper.
func (a *Agent) changeSettings(account api.Account, change func(*oauth.Account), first func() error) (api.Account, error) {
	if _, err := a.changed(account, change); err != nil {
		return account, err
	}
	if err := first(); err != nil { // may wait for the account's turn, which is nothing to the other accounts
		return account, a.problem(err, account)
	}
	a.editing.Lock()
	defer a.editing.Unlock()
	next, err := a.changed(account, change)
	if err != nil {
		return account, err
	}
	err = a.config.edit(func(c *config) {
		if n := slices.IndexFunc(c.Accounts, func(s savedAccount) bool { return s.ID == next.ID }); n >= 0 {
			next = c.Accounts[n].account() // as it is now: a person may have edited it by hand a moment ago
			change(&next)
			c.Accounts[n] = saved(next)
		}
	})
	if err != nil {
		return account, a.configProblem(err)
	}
	a.keeper.Put(next)
	a.answerMoot()
	return a.now(account), nil
}

// changed is an account's settings after a change, if they can be used.
func (a *Agent) changed(account api.Account, change func(*oauth.Account)) (oauth.Account, error) {
	next, _, err := a.settings(account.ID)
	if err != nil {
		return next, a.problem(err, account)
	}
	before := next.Name
	change(&next)
	err = oauth.CheckAccount(next)
	if next.Name != before {
		err = cmp.Or(oauth.CheckName(next.Name), err)
	}
	if err != nil {
		return next, a.problem(err, account)
	}
	if a.taken(next.Name, next.ID) && !api.SameName(next.Name, before) {
		return next, a.usage("name", "problem.duplicate_name", next.Name)
	}
	return next, nil
}

// Edit changes an account's settings. Its chain stays, and its secrets go where they went: to another endpoint only once that is
// confirmed.
func (a *Agent) Edit(ctx context.Context, ref string, in api.EditRequest) (account api.Account, err error) {
	defer func() { err = a.undone(ctx, err) }()
	account, err = a.find(ref)
	if err != nil {
		return account, err
	}
	if in.Provider, err = a.exchange().Discovered(ctx, in.Provider); err != nil { // which may take a while
		return account, a.problem(err, account)
	}
	ended, err := a.mayAsk(ctx, a.now(account), in.Ask)
	if err != nil {
		return account, err
	}
	change := func(o *oauth.Account) {
		if in.Ask != nil && (*in.Ask || ended) { // one that did not ask, and has begun to meanwhile, goes on
			o.Ask = *in.Ask
		}
		o.Name, o.ClientID, o.RedirectURI = chosen(in.Name, o.Name), chosen(in.ClientID, o.ClientID), chosen(in.RedirectURI, o.RedirectURI)
		o.Provider = edited(o.Provider, in)
	}
	var agreed []string
	if in.Confirm {
		if agreed, err = a.agreedOrigins(ctx, account, change); err != nil {
			return account, err
		}
	}
	account, err = a.changeSettings(account, change, func() error { return a.editSecret(ctx, account, strings.TrimSpace(in.ClientSecret)) })
	if err != nil {
		return account, err
	}
	if len(agreed) > 0 {
		a.report("endpoint", a.keeper.Confirm(ctx, account.ID, agreed)) // else the account goes on asking
	}
	a.report("trust", ignoring(keeper.ReasonEndpointChanged, a.keeper.Trust(ctx, account.ID))) // so that the answer says what is to be asked
	return a.now(account), nil
}

// mayAsk is nil if an account may ask from now on, or no more: nil is no change. To have it ask where nobody can answer would be to give its
// tokens to no one. ended reports whether a person has agreed that it asks no more.
func (a *Agent) mayAsk(ctx context.Context, account api.Account, ask *bool) (ended bool, err error) {
	switch {
	case ask == nil || *ask == account.Ask:
		return false, nil
	case !*ask: // a program that is asked about would do away with the question first, and one that is allowed for today with tomorrow's
		if err := a.askPerson(ctx, account, api.Question{EndsAsking: true}); err != nil {
			return false, a.problem(err, account)
		}
		return a.now(account).Ask, nil // else it was ended elsewhere while the question waited, and nobody has agreed to anything beyond that
	case !a.canAsk(ctx):
		return false, a.worded(api.CodeFailed, api.ReasonNobodyToAsk, "problem.ask_nobody", words.Args{Account: account.Name})
	}
	return false, nil
}

// edited is an account's provider after an edit. An app that gets a secret shows it, and one that had none goes on without where that is taken.
func edited(p oauth.Provider, in api.EditRequest) oauth.Provider {
	had, secret := p.NeedsSecret(), strings.TrimSpace(in.ClientSecret)
	p = p.With(in.Provider)
	switch {
	case secret != "" && !p.NeedsSecret():
		p.AuthMethod = oauth.AuthPost
	case secret == "" && !had && p.TakesPublic:
		p.AuthMethod = oauth.AuthNone
	}
	return p
}

// ignoring is err, unless it is the exchange's of that reason.
func ignoring(reason oauth.Reason, err error) error {
	if x, ok := errors.AsType[*oauth.Error](err); ok && x.Reason == reason {
		return nil
	}
	return err
}

// editSecret stores another client secret, alone or in JSON as an account is added with; an empty one changes nothing.
func (a *Agent) editSecret(ctx context.Context, account api.Account, secret string) error {
	if inside, isJSON := api.SecretIn(secret); isJSON {
		if secret = inside; inside == "" {
			return a.usage("client_secret", "usage.secret_json", account.Name)
		}
	}
	switch {
	case secret == "":
		return nil
	case strings.ContainsFunc(secret, unicode.IsSpace): // a paste that went to the wrong place, and a good secret is not to be had back
		return &oauth.FieldError{Field: "client_secret", Code: oauth.FieldBlanks}
	}
	return a.keeper.SetSecret(ctx, account.ID, oauth.Secret(secret))
}

// Hold keeps an account's token as it is until a moment; the zero time, or one that has passed, releases it.
func (a *Agent) Hold(_ context.Context, ref string, in api.HoldRequest) (api.Account, error) {
	account, err := a.find(ref)
	if err != nil {
		return account, err
	}
	now, until := time.Now(), in.Until.Round(0)
	switch {
	case !until.After(now):
		until = time.Time{}
	case account.Works(now) || account.State == keeper.StateLocked || account.Reason == keeper.ReasonNotRead: // of which nobody knows
	default:
		return account, a.nothingToHold(account)
	}
	if !until.IsZero() && account.State != keeper.StateRefreshing && account.Works(now) && account.ExpiresAt.Before(until) {
		until = account.ExpiresAt // it is for this token, and not for those that follow it
	}
	held, err := a.changeSettings(account, func(o *oauth.Account) { o.HeldUntil = until }, func() error { return nil })
	if err == nil && (!until.IsZero() || !account.HeldUntil.IsZero()) {
		a.report("history", a.history.add(holdEvent(held, until)))
	}
	return held, err
}

func (a *Agent) nothingToHold(account api.Account) error {
	p := a.worded(api.CodeFailed, "nothing_to_hold", "problem.hold_nothing", words.Args{Account: account.Name})
	if account.NeedsSignIn() {
		p.Code, p.Advice = api.CodeSignIn, a.words.Text("problem.hold_nothing.sign_in", words.Args{Account: account.Name})
	}
	return p
}

// holdEvent is what the history says of a hold until a moment; of the zero time, of its end.
func holdEvent(held api.Account, until time.Time) keeper.Event {
	e := keeper.Event{Account: held.ID, At: time.Now().Round(0), Cause: keeper.CauseHold, State: held.State, Generation: held.Generation, Fingerprint: held.Fingerprint, Expires: held.ExpiresAt, HeldUntil: until}
	if until.IsZero() {
		e.Cause = keeper.CauseRelease
	}
	return e
}

// Log is an account's history.
func (a *Agent) Log(ref string) ([]keeper.Event, error) {
	account, err := a.find(ref)
	if err != nil {
		return nil, err
	}
	return a.history.of(account.ID)
}
