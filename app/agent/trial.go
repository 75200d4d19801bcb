package agent

import (
	"context"
	"errors"
	"strings"
	"time"

	"freshkey/app/api"
	"freshkey/app/words"
	"freshkey/oauth"
)

// TestProvider tries a provider out, step by step, up to the first that fails: what its issuer says, whether its token endpoint answers, and as
// OAuth does, whether that knows the app, and whether the sign-in's page takes it. No refresh token is sent, and nobody signed in.
func (a *Agent) TestProvider(ctx context.Context, in api.TestRequest) (api.Check, error) {
	t := trial{agent: a, check: api.Check{Name: in.Name}}
	p, err := t.resolve(ctx, in.Provider)
	if err != nil || t.failed {
		return t.check, err
	}
	if !t.speaks(ctx, p) {
		return t.check, nil
	}
	if id := strings.TrimSpace(in.ClientID); id != "" {
		app := oauth.Account{ClientID: id, RedirectURI: p.RedirectURI}
		p.AuthMethod = authMethod(p, oauth.Secret(in.ClientSecret)) // as an account of it would have
		if !t.knows(ctx, p, app, oauth.Secret(in.ClientSecret)) || !t.pageTakes(ctx, p, app) {
			return t.check, nil
		}
		t.check.Result = t.outcome(p, app, in.ClientSecret == "" && p.NeedsSecret())
	}
	t.check.OK = true
	return t.check, nil
}

// trial is a test of a provider under way.
type trial struct {
	agent  *Agent
	check  api.Check
	failed bool
}

func (t *trial) pass(step string) bool {
	t.check.Steps = append(t.check.Steps, api.Check{Name: t.agent.words.Text(step), OK: true})
	return true
}

func (t *trial) fail(step, result, advice string) bool {
	t.check.Steps = append(t.check.Steps, api.Check{Name: t.agent.words.Text(step), Result: result, Advice: advice})
	t.check.Result, t.check.Advice, t.failed = result, advice, true
	return false
}

// failWith is fail with an error's words.
func (t *trial) failWith(step string, err error) bool {
	p := t.agent.words.Problem(err, api.Account{}, time.Now())
	return t.fail(step, p.What, p.Advice)
}

// resolve asks the issuer where that is needed. The error is a mistake in the provider's file.
func (t *trial) resolve(ctx context.Context, in oauth.Provider) (oauth.Provider, error) {
	found, err := t.agent.exchange().Discovered(ctx, in)
	if err != nil {
		t.failWith("test.issuer", err)
		return in, nil
	}
	if in.Undiscovered() {
		t.pass("test.issuer")
	}
	p, err := found.Resolve()
	if err != nil {
		return p, t.agent.words.Problem(err, api.Account{}, time.Now())
	}
	return p, nil
}

// speaks has the token endpoint refuse a request without a token.
func (t *trial) speaks(ctx context.Context, p oauth.Provider) bool {
	say := t.agent.words.Text
	code, known, err := t.agent.exchange().Probe(ctx, p)
	if x, _ := errors.AsType[*oauth.Error](err); x != nil && x.Class == oauth.Offline {
		return t.fail("test.reach", say("provider.offline"), say("provider.offline.advice"))
	}
	t.pass("test.reach")
	if !known {
		return t.fail("test.dialect", say("provider.strange"), say("provider.strange.advice"))
	}
	t.check.Result = say("provider.ok", words.Args{ErrorCode: string(code)})
	return t.pass("test.dialect")
}

// knows has the provider say whether it knows the app. Without its secret that cannot be asked.
func (t *trial) knows(ctx context.Context, p oauth.Provider, app oauth.Account, secret oauth.Secret) bool {
	if secret == "" && p.NeedsSecret() {
		return true
	}
	refusal, err := t.agent.exchange().ProbeApp(ctx, p, app, secret)
	if err != nil {
		return t.failWith("test.client", err)
	}
	say := t.agent.words.Text
	switch {
	case refusal == nil:
		return t.fail("test.client", say("provider.strange"), "")
	case refusal.Class == oauth.Misconfigured:
		return t.fail("test.client", say("test.client.refused", words.Args{ErrorCode: refusal.Detail()}), "")
	case refusal.Class != oauth.Dead:
		return t.fail("test.client", say("test.client.unclear", words.Args{ErrorCode: refusal.Detail()}), "")
	}
	return t.pass("test.client")
}

// pageTakes asks for the sign-in's page, if there is one and it is known where that leads back to.
func (t *trial) pageTakes(ctx context.Context, p oauth.Provider, app oauth.Account) bool {
	if p.AuthorizeURL == "" || (app.RedirectURI == "" && p.NeedsRedirectURI()) {
		return true
	}
	refusal, err := t.agent.exchange().ProbePage(ctx, p, app.ClientID, redirectOf(p, app))
	switch {
	case err != nil:
		return t.failWith("test.page", err)
	case refusal != "":
		return t.fail("test.page", t.agent.words.Text("test.page.refused", words.Args{Detail: refusal}), "")
	}
	return t.pass("test.page")
}

// outcome is what there is to be said of an app that nothing was found against.
func (t *trial) outcome(p oauth.Provider, app oauth.Account, unasked bool) string {
	say := t.agent.words.Text
	var untried []string
	if unasked {
		untried = append(untried, say("test.untried.client"))
	}
	if p.AuthorizeURL != "" && app.RedirectURI == "" && p.NeedsRedirectURI() {
		untried = append(untried, say("test.untried.page"))
	}
	if len(untried) == 0 {
		return say("test.ok")
	}
	return strings.Join(append([]string{say("test.ok.partly")}, untried...), " ")
}

// redirectOf is where a sign-in of the app would come back to; of one that takes any port, any port.
func redirectOf(p oauth.Provider, app oauth.Account) string {
	if p.Redirect == oauth.RedirectLoopback {
		return loopbackAt(app.RedirectURI, "8765")
	}
	return app.RedirectURI
}
