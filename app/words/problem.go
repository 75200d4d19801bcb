package words

import (
	"context"
	"errors"
	"time"

	"freshkey/app/api"
	"freshkey/oauth"
)

// Problem turns any error of the engine's into words. account is the one it happened to, as it is now.
func (w Words) Problem(err error, account api.Account, now time.Time) *api.Problem {
	if p, ok := errors.AsType[*api.Problem](err); ok {
		return p
	}
	if f, ok := errors.AsType[*oauth.FieldError](err); ok {
		return w.FieldProblem(f)
	}
	var x *oauth.Error
	var v *oauth.VaultError
	p := &api.Problem{Code: api.CodeFailed}
	args := Args{Account: account.Name, Until: w.Clock(account.ExpiresAt, now), Next: w.Ahead(account.NextRefreshAt, now)}
	switch {
	case errors.As(err, &x):
		args.Detail = x.Detail()
		if !x.Sent.IsZero() {
			args.Sent = w.Clock(x.Sent, now)
		}
		p.Reason, p.What = x.Reason, w.reason(x.Reason, args)
		p.Code = map[oauth.Class]api.Code{oauth.Dead: api.CodeSignIn, oauth.Offline: api.CodeOffline}[x.Class]
		if x.Reason == oauth.ReasonNoAnswer { // offline or timed out
			p.Code = api.CodeOffline
		}
		p.Advice = w.advice(account, args, now)
	case errors.As(err, &v):
		p.Code, p.Reason, p.What, p.Advice = api.CodeKeychain, v.Reason, w.Say("what."+string(v.Reason), args), w.Say("advice."+string(v.Reason), args)
	case errors.Is(err, oauth.ErrSignIn):
		p.Code, p.Reason, p.What, p.Advice = api.CodeSignIn, oauth.ReasonRefused, w.Say("what.refresh_token_refused"), w.Say("advice.signin")
	case errors.Is(err, oauth.ErrHeld):
		p.What, p.Advice = w.Say("problem.held", Args{Account: account.Name, Until: w.Clock(account.HeldUntil, now)}), w.Say("problem.held.advice")
	case errors.Is(err, oauth.ErrNoAccount):
		return w.NoAccount(account.Name)
	case errors.Is(err, oauth.ErrDuplicate):
		p.Code, p.Field, p.What, p.Advice = api.CodeUsage, "refresh_token", w.Say("problem.duplicate_token"), w.Say("problem.duplicate_token.advice")
	case errors.Is(err, oauth.ErrTooLong):
		args.Left = w.Span(account.ExpiresAt.Sub(account.IssuedAt))
		p.Code, p.Field, p.What, p.Advice = api.CodeUsage, "min_valid", w.Say("problem.too_long", args), w.Say("problem.too_long.advice")
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		p.Code, p.What, p.Advice = api.CodeOffline, w.Say("problem.timeout"), w.Say("problem.timeout.advice")
	case errors.Is(err, oauth.ErrShutdown):
		p.Code, p.What = api.CodeNoAgent, w.Say("problem.shutdown")
	default:
		p.What = w.Say("problem.internal", Args{Problem: err.Error()})
	}
	if p.Code == "" {
		p.Code = api.CodeFailed
	}
	return p
}

// LoginProblem words a sign-in that failed; the account is as it was before.
func (w Words) LoginProblem(x *oauth.Error) *api.Problem {
	args := Args{Detail: x.Detail()}
	p := &api.Problem{Code: api.CodeFailed, Reason: x.Reason, What: w.reason(x.Reason, args)}
	if x.Class == oauth.Offline {
		p.Code = api.CodeOffline
	}
	p.Advice = w.Say("login.again")
	if id := "advice." + string(x.Reason); w.has(id) {
		p.Advice = w.Say(id)
	}
	return p
}

// FieldProblem names the input to mend.
func (w Words) FieldProblem(f *oauth.FieldError) *api.Problem {
	args := Args{Field: f.Field, Detail: f.Detail}
	id := "flaw." + string(f.Flaw)
	if special := id + "." + f.Field; w.has(special) {
		id = special
	}
	return &api.Problem{Code: api.CodeUsage, Field: f.Field, What: w.Say(id, args), Advice: w.Say("problem.field.advice")}
}

// NoAccount is a name nobody has.
func (w Words) NoAccount(name string) *api.Problem {
	return &api.Problem{Code: api.CodeNoAccount, What: w.Say("problem.no_account", Args{Account: name}), Advice: w.Say("problem.no_account.advice")}
}

// NoAgent is a socket nobody answers on.
func (w Words) NoAgent() *api.Problem {
	return &api.Problem{Code: api.CodeNoAgent, What: w.Say("problem.no_agent"), Advice: w.Say("problem.no_agent.advice")}
}
