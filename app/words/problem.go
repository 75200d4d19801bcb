package words

import (
	"cmp"
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/agnivade/levenshtein"

	"freshkey/app/api"
	"freshkey/oauth"
	"freshkey/oauth/keeper"
)

// Problem turns any error of the engine's into words. account is the one it happened to, as it is now.
func (w Catalog) Problem(err error, account api.Account, now time.Time) *api.Problem {
	if p, ok := errors.AsType[*api.Problem](err); ok {
		return p
	}
	if f, ok := errors.AsType[*oauth.FieldError](err); ok {
		return w.FieldProblem(f)
	}
	args := Args{Account: account.Name, Until: w.Clock(account.ExpiresAt, now), Next: w.Ahead(account.NextRefreshAt, now)}
	if x, ok := errors.AsType[*oauth.Error](err); ok {
		return w.exchangeProblem(x, account, args, now)
	}
	if v, ok := errors.AsType[*keeper.VaultError](err); ok {
		return &api.Problem{
			Code: api.CodeKeychain, Reason: v.Reason, What: w.Text("what."+string(v.Reason), args), Advice: w.Text("advice."+string(v.Reason), args),
		}
	}
	return w.plainProblem(err, account, args, now)
}

// exchangeProblem words what came of asking the provider; the advice is that of the account's state.
func (w Catalog) exchangeProblem(x *oauth.Error, account api.Account, args Args, now time.Time) *api.Problem {
	args.Detail = x.Detail()
	if account.EndpointChanged() && x.Reason == account.Reason {
		args.Detail, args.Was = account.Detail, strings.Join(account.ConfirmedOrigins, ", ")
	}
	if !x.Sent.IsZero() {
		args.Sent = w.Clock(x.Sent, now)
	}
	p := &api.Problem{Code: api.CodeFailed, Reason: x.Reason, What: w.reason(x.Reason, args), Advice: w.advice(account, args, now)}
	switch {
	case x.Reason == oauth.ReasonNoAnswer, x.Class == oauth.Offline: // no answer is offline or timed out
		p.Code = api.CodeOffline
	case x.Class == oauth.Dead:
		p.Code = api.CodeSignIn
	}
	if p.Passes() && account.NextRefreshAt.After(now) {
		p.RetryAt = account.NextRefreshAt
	}
	return p
}

// plainProblem words the errors that hold nothing but which one they are.
func (w Catalog) plainProblem(err error, account api.Account, args Args, now time.Time) *api.Problem {
	p := &api.Problem{Code: api.CodeFailed}
	switch {
	case errors.Is(err, keeper.ErrHeld):
		p.Reason, p.RetryAt = api.ReasonHeld, holdEnd(account)
		p.What, p.Advice = w.Text("problem.held", Args{Account: account.Name, Until: w.Clock(holdEnd(account), now)}), w.Text("problem.held.advice")
	case errors.Is(err, keeper.ErrOrigins):
		p.What, p.Advice = w.Text("problem.origins"), w.Text("problem.origins.advice")
	case errors.Is(err, keeper.ErrEdited):
		p.What, p.Advice = w.Text("problem.edited", args), w.Text("problem.edited.advice")
	case errors.Is(err, keeper.ErrNoAccount):
		return w.NoAccount(account.Name)
	case errors.Is(err, keeper.ErrDuplicate):
		p.Code, p.Field, p.What, p.Advice = api.CodeUsage, "refresh_token", w.Text("problem.duplicate_token"), w.Text("problem.duplicate_token.advice")
	case errors.Is(err, keeper.ErrSpent):
		p.Code, p.Field, p.What, p.Advice = api.CodeUsage, "refresh_token", w.Text("problem.spent_token"), w.Text("problem.spent_token.advice")
	case errors.Is(err, keeper.ErrTooLong):
		life := account.ExpiresAt.Sub(account.IssuedAt)
		args.Left, args.Most = w.Span(life), typedLength(life*9/10) // see keeper.ErrTooLong
		p.Code, p.Field, p.What, p.Advice = api.CodeUsage, "min_valid", w.Text("problem.too_long", args), w.Text("problem.too_long.advice")
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		p.Code, p.What, p.Advice = api.CodeOffline, w.Text("problem.timeout"), w.Text("problem.timeout.advice")
	case errors.Is(err, keeper.ErrShutdown):
		p.Code, p.What = api.CodeNoAgent, w.Text("problem.shutdown")
	default:
		p.What = w.Text("problem.internal", Args{Problem: err.Error()})
	}
	return p
}

// typedLength is a length of time as a command line takes it, to the second: 1m48s, 64h48m.
func typedLength(d time.Duration) string {
	s := d.Truncate(time.Second).String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	if days := d / (24 * time.Hour); days > 0 {
		s = strconv.Itoa(int(days)) + "d" + strings.TrimPrefix(typedLength(d%(24*time.Hour)), "0s")
	}
	return s
}

// LoginProblem words a sign-in that failed; the account is as it was before.
func (w Catalog) LoginProblem(x *oauth.Error) *api.Problem {
	args := Args{Detail: x.Detail()}
	p := &api.Problem{Code: api.CodeFailed, Reason: x.Reason, What: w.reason(x.Reason, args)}
	if x.Class == oauth.Offline {
		p.Code = api.CodeOffline
	}
	if id := "login.what." + string(x.Reason); w.Has(id) { // a refresh would say it otherwise
		p.What = w.Text(id, args)
	}
	p.Advice = w.Text("login.again")
	if id := "advice." + string(x.Reason); w.Has(id) {
		p.Advice = w.Text(id)
	}
	return p
}

// BroughtProblem words a refresh token that was brought and has not become the account's chain, which is as it was before; or not yet, where nobody
// knows whether it was spent.
func (w Catalog) BroughtProblem(x *oauth.Error) *api.Problem {
	p := w.LoginProblem(x)
	switch {
	case x.Class == oauth.Uncertain:
		p.What, p.Advice = w.Text("login.brought.uncertain"), w.Text("login.brought.uncertain.advice")
	case x.Class == oauth.Dead:
		p.Advice = w.Text("login.brought.refused.advice")
	}
	return p
}

// BroughtStays is a keychain that failed while a refresh token was brought.
func (w Catalog) BroughtStays(v *keeper.VaultError) *api.Problem {
	return &api.Problem{Code: api.CodeKeychain, Reason: v.Reason, What: w.reason(v.Reason, Args{}), Advice: w.Text("login.brought.stays")}
}

// LoginReplaced is a sign-in whose place another one of the account has taken.
func (w Catalog) LoginReplaced() *api.Problem {
	return &api.Problem{Code: api.CodeFailed, Reason: "sign_in_replaced", What: w.Text("login.replaced")}
}

// Unsaved words a new token that came from the provider and that the keychain does not take.
func (w Catalog) Unsaved(account api.Account, now time.Time) *api.Problem {
	s := w.State(account, now)
	return &api.Problem{Code: api.CodeKeychain, Reason: account.Reason, What: s.What, Advice: s.Advice}
}

// FieldProblem names the input to mend by its key, which is what people write on a command line and in a file.
func (w Catalog) FieldProblem(f *oauth.FieldError) *api.Problem {
	p := &api.Problem{Code: api.CodeUsage, Field: f.Field, Flaw: f.Code, Detail: f.Detail, Advice: w.Text("problem.field.advice")}
	p.What = w.flaw(p, f.Field)
	return p
}

// Labelled is what happened, with an input called by the label that stands beside it in the window.
func (w Catalog) Labelled(p *api.Problem) string {
	for _, label := range []string{"window.field." + p.Field, "provider." + p.Field} {
		if p.Flaw != "" && w.Has(label) {
			return w.flaw(p, w.Text(label))
		}
	}
	return p.What
}

func (w Catalog) flaw(p *api.Problem, name string) string {
	id := "flaw." + string(p.Flaw)
	if special := id + "." + p.Field; w.Has(special) {
		id = special
	}
	return w.Text(id, Args{Field: name, Detail: p.Detail})
}

// fewNames are so many that a person reads them all.
const fewNames = 12

// NoAccount is a name nobody has. names are those that somebody has, if they are known.
func (w Catalog) NoAccount(name string, names ...string) *api.Problem {
	p := &api.Problem{Code: api.CodeNoAccount, What: w.Text("problem.no_account", Args{Account: name})}
	near := slices.DeleteFunc(slices.Clone(names), func(n string) bool { return !isMisspelt(name, n) })
	listed := func(id string, names []string) {
		if len(names) > 0 && len(names) <= fewNames {
			slices.SortFunc(names, func(a, b string) int { return cmp.Compare(api.FoldName(a), api.FoldName(b)) })
			p.Advice = api.Join(p.Advice, w.Text(id, Args{List: strings.Join(names, ", ")}))
		}
	}
	listed("usage.command.near", near)
	listed("problem.no_account.names", names)
	p.Advice = cmp.Or(p.Advice, w.Text("problem.no_account.advice"))
	return p
}

// isMisspelt reports whether what was typed may stand for a name: two letters differ at most, and half of the name's.
func isMisspelt(typed, name string) bool {
	typed, name = api.FoldName(typed), api.FoldName(name)
	length := utf8.RuneCountInString(name)
	most := min(2, length/2)
	if more := utf8.RuneCountInString(typed) - length; more > most || -more > most { // to compare long texts takes long
		return false
	}
	return levenshtein.ComputeDistance(typed, name) <= most
}

// SettingsAside is settings that could not be read when the agent started, and lie at a path now.
func (w Catalog) SettingsAside(path string) *api.Problem {
	args := Args{Path: path}
	return &api.Problem{Code: api.CodeFailed, Reason: "settings_aside", What: w.Text("problem.settings_aside", args), Advice: w.Text("problem.settings_aside.advice", args)}
}

// NoClaims is an access token that says nothing of itself. Where there is no terminal, a button asks the provider.
func (w Catalog) NoClaims(account string, terminal bool) *api.Problem {
	a, advice := Args{Account: account}, "problem.no_claims.window"
	if terminal {
		advice = "problem.no_claims.advice"
	}
	return &api.Problem{Code: api.CodeFailed, Reason: "no_claims", What: w.Text("problem.no_claims", a), Advice: w.Text(advice, a)}
}

// NoWindow is a window that is not installed.
func (w Catalog) NoWindow() *api.Problem {
	return &api.Problem{Code: api.CodeFailed, What: w.Text("problem.no_window"), Advice: w.Text("problem.no_window.advice")}
}

// NoProgram is an agent that is not installed.
func (w Catalog) NoProgram() *api.Problem {
	return &api.Problem{Code: api.CodeNoAgent, What: w.Text("problem.no_program"), Advice: w.Text("problem.no_program.advice")}
}

// NotStarted is an agent that ended at once, or never answered; its log lies in dir.
func (w Catalog) NotStarted(dir string) *api.Problem {
	return &api.Problem{
		Code: api.CodeNoAgent, What: w.Text("problem.agent_start"), Advice: w.Text("problem.agent_start.advice", Args{Path: filepath.Join(dir, "agent.log")}),
	}
}

// NoAgent is a socket nobody answers on.
func (w Catalog) NoAgent() *api.Problem {
	return &api.Problem{Code: api.CodeNoAgent, What: w.Text("problem.no_agent"), Advice: w.Text("problem.no_agent.advice")}
}
