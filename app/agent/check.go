package agent

import (
	"freshkey/app/api"
	"freshkey/oauth"
	"freshkey/oauth/keeper"
)

// Check says whose an access token is, and whether another one has taken its place. It asks nobody but the accounts' histories.
func (a *Agent) Check(in api.CheckRequest) (api.CheckResult, error) {
	fingerprint := oauth.AccessTokenIn(in.Token).Fingerprint()
	if fingerprint == "" {
		return api.CheckResult{}, a.requestProblem(&oauth.FieldError{Field: "token", Code: oauth.FieldMissing}, api.Account{})
	}
	for _, account := range a.Snapshot().Accounts {
		current, err := a.keeper.Account(account.ID)
		if err != nil {
			continue
		}
		if current.Access == fingerprint {
			return api.CheckResult{Known: true, Account: account.Name, Generation: current.Generation, Current: true, ExpiresAt: current.UsableUntil}, nil
		}
		all, err := a.history.of(account.ID)
		if err != nil {
			return api.CheckResult{}, err
		}
		if found, ok := inHistory(all, fingerprint); ok {
			found.Account = account.Name
			found.Current = current.Access == "" && (found.Generation == current.Generation || current.Generation == 0 && found.ReplacedAt.IsZero()) // locked: out of memory, or not read yet
			return found, nil
		}
	}
	return api.CheckResult{}, nil
}

// inHistory looks for an access token that was an account's, and for what took its place.
func inHistory(all []keeper.Event, fingerprint string) (found api.CheckResult, ok bool) {
	for _, e := range all {
		switch {
		case e.Access == fingerprint:
			found, ok = api.CheckResult{Known: true, Generation: e.Generation, ExpiresAt: e.Expires}, true
		case ok && found.ReplacedAt.IsZero() && e.Generation > found.Generation && e.Access != "":
			found.ReplacedAt = e.At
		}
	}
	return found, ok
}
