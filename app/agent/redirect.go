package agent

import (
	"context"
	"embed"
	"errors"
	"html/template"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"freshkey/app/api"
	"freshkey/app/loopback"
	"freshkey/app/words"
	"freshkey/oauth"
)

//go:embed landing.html
var landing embed.FS

// outcomeTimeout is how long the browser's page waits to say how the sign-in ended.
const outcomeTimeout = 20 * time.Second

// redirectAddress is where a redirect URI can be listened at: an http address on this computer, at the very port that is
// registered. ok is false for every other one; there are no addresses for one that may be on this computer, in a spelling that nobody can listen at.
func redirectAddress(uri string) (addresses []string, host, path string, ok bool) {
	u, err := url.Parse(uri)
	if err != nil { // browsers are less strict
		return nil, oauth.Printable(uri), "", strings.HasPrefix(strings.ToLower(uri), "http:")
	}
	if u.Scheme != "http" {
		return nil, "", "", false
	}
	port := u.Port()
	if port == "" {
		port = "80"
	}
	path = u.Path
	if path == "" {
		path = "/"
	}
	if strings.ContainsFunc(u.Hostname(), func(r rune) bool { return r > '~' || r == '%' }) { // a browser makes another name of it, which may be this computer's
		return nil, oauth.Printable(u.Host), "", true
	}
	name, ips := loopback.Resolve(u.Hostname())
	for _, ip := range ips {
		addresses = append(addresses, net.JoinHostPort(ip, port))
	}
	return addresses, net.JoinHostPort(name, port), path, len(ips) > 0
}

// sameHost compares where a browser says it goes to with where it was sent: a name of somebody else's that leads here is another
// page's.
func sameHost(got, want string) bool {
	return strings.EqualFold(strings.TrimSuffix(got, ":80"), strings.TrimSuffix(want, ":80")) // browsers leave the usual port out
}

// awaitRedirect listens where the provider sends the browser, if that is on this computer. What it returns ends it.
func (a *Agent) awaitRedirect(ctx context.Context, l *login, account api.Account) (end func()) {
	addresses, host, path, ok := redirectAddress(l.status.RedirectURI)
	if !ok {
		return nil
	}
	open, err := a.listen(ctx, addresses)
	if len(open) == 0 && err == nil {
		err = loopback.ErrNoAddress
	}
	if err != nil {
		a.log.Warn("redirect address", "error", err)
		id := "login.port"
		if !errors.Is(err, loopback.ErrInUse) {
			id = "login.unheard"
		}
		p := &api.Problem{Code: api.CodeFailed, Reason: "not_listening", What: a.words.Text(id, words.Args{Address: chosen(strings.Join(addresses, ", "), host)}), Advice: a.words.Text(id + ".advice")}
		a.step(l, func(s *api.Login) { s.Problem = p })
		return nil
	}
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet || !sameHost(r.Host, host) || r.URL.Path != path {
			hardenPage(w.Header())
			http.NotFound(w, r)
			return
		}
		a.redirected(w, r, l, account)
	})
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, MaxHeaderBytes: 16 << 10}
	for _, listener := range open {
		a.start(func(context.Context) { _ = server.Serve(listener) }) // ends with the listener
	}
	a.step(l, func(s *api.Login) { s.Listening, l.listeners = true, open })
	return func() {
		late, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		defer cancel()
		if server.Shutdown(late) != nil { // the page with the outcome goes out first
			_ = server.Close()
		}
	}
}

// freePort ends the listening: another sign-in may want the port, and a browser that has come back gets its page all the same. It wants logins.mu.
func (l *login) freePort() {
	for _, listener := range l.listeners {
		_ = listener.Close()
	}
}

// listen opens the addresses that this computer has, of which there is one at least. Any of them that cannot be listened at is an
// error: the browser might go there, and find another program.
func (a *Agent) listen(ctx context.Context, addresses []string) (open []net.Listener, err error) {
	for _, address := range addresses {
		listener, e := loopback.Listen(ctx, address, a.refusedVisit)
		if e == nil {
			open = append(open, listener)
		} else if err == nil || !errors.Is(e, loopback.ErrNoAddress) {
			err = e
		}
	}
	if len(open) > 0 && errors.Is(err, loopback.ErrNoAddress) {
		err = nil // the other of localhost's addresses is just not there
	}
	if err != nil {
		for _, listener := range open {
			_ = listener.Close()
		}
	}
	return open, err
}

// redirected is the browser coming back. The page it gets says how it ended.
func (a *Agent) redirected(w http.ResponseWriter, r *http.Request, l *login, account api.Account) {
	q := r.URL.Query()
	if q.Get("state") != l.state { // some other page sent it here; the sign-in goes on waiting
		a.landingPage(w, http.StatusBadRequest, page{Title: a.words.Text("login.page.failed"), Problem: a.words.LoginProblem(&oauth.Error{Reason: oauth.ReasonWrongState})})
		return
	}
	code, err := oauth.ReadRedirect(l.provider, "?"+r.URL.RawQuery, l.state)
	if err != nil {
		a.endLogin(l, api.StepFailed, a.loginProblem(err, account))
	} else if given := l.grantOf(code); a.take(l, given) {
		l.grants <- given
	}
	timer := time.NewTimer(outcomeTimeout)
	defer timer.Stop()
	select {
	case <-l.ended:
	case <-timer.C:
	case <-r.Context().Done():
	}
	a.landingPage(w, http.StatusOK, a.outcomePage(a.loginStatus(l), account))
}

// page is what the browser shows at the end. Only who brings the sign-in's state reads the account's name there.
type page struct {
	Title   string
	Text    string
	Problem *api.Problem // in the text's place
}

func (a *Agent) outcomePage(l api.Login, account api.Account) page {
	switch {
	case l.Step == api.StepDone:
		return page{Title: a.words.Text("login.page.done", say(account.Name)), Text: a.words.Text("login.page.close")}
	case l.Step == api.StepFailed && l.Problem != nil:
		return page{Title: a.words.Text("login.page.failed"), Problem: l.Problem}
	}
	return page{Title: a.words.Text("login.page.open"), Text: a.words.Text("login.page.look")}
}

// hardenPage keeps what this computer answers to a browser out of caches, frames and other pages' reach.
func hardenPage(h http.Header) {
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer") // the address holds the code
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
}

func (a *Agent) landingPage(w http.ResponseWriter, status int, p page) {
	t, err := template.ParseFS(landing, "landing.html")
	if err != nil {
		a.report("landing page", err)
		return
	}
	hardenPage(w.Header())
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	if err := t.Execute(w, p); err != nil && !errors.Is(err, context.Canceled) {
		a.report("landing page", err)
	}
}
