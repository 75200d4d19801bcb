package agent

import (
	"context"
	"embed"
	"errors"
	"html/template"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"syscall"
	"time"

	"freshkey/app/api"
	"freshkey/app/words"
	"freshkey/oauth"
)

//go:embed landing.html
var landing embed.FS

// outcomeTimeout is how long the browser's page waits to say how the sign-in ended.
const outcomeTimeout = 20 * time.Second

// redirectAddress is where a redirect URI can be listened at: an http address on this computer, at the very port that is
// registered. ok is false for every other one.
func redirectAddress(uri string) (addresses []string, path string, ok bool) {
	u, err := url.Parse(uri)
	if err != nil || u.Scheme != "http" {
		return nil, "", false
	}
	port := u.Port()
	if port == "" {
		port = "80"
	}
	path = u.Path
	if path == "" {
		path = "/"
	}
	if u.Hostname() == "localhost" { // browsers choose either
		return []string{"127.0.0.1:" + port, "[::1]:" + port}, path, true
	}
	ip, err := netip.ParseAddr(u.Hostname())
	if err != nil || !ip.IsLoopback() {
		return nil, "", false
	}
	return []string{net.JoinHostPort(u.Hostname(), port)}, path, true
}

// awaitRedirect listens where the provider sends the browser, if that is on this computer. What it returns ends it.
func (a *Agent) awaitRedirect(ctx context.Context, l *login, account api.Account) (end func()) {
	addresses, path, ok := redirectAddress(l.status.RedirectURI)
	if !ok {
		return nil
	}
	open, ok := a.listen(ctx, addresses)
	if !ok {
		p := &api.Problem{Code: api.CodeFailed, What: a.words.Text("login.port", words.Args{Address: addresses[0]}), Advice: a.words.Text("login.port.advice")}
		a.step(l, func(s *api.Login) { s.Problem = p })
		return nil
	}
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet || r.URL.Path != path {
			http.NotFound(w, r)
			return
		}
		a.redirected(w, r, l, account)
	})
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, MaxHeaderBytes: 16 << 10}
	for _, listener := range open {
		a.start(func(context.Context) { _ = server.Serve(listener) }) // ends with end
	}
	a.step(l, func(s *api.Login) { s.Listening = true })
	return func() {
		late, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		defer cancel()
		if server.Shutdown(late) != nil { // the page with the outcome goes out first
			_ = server.Close()
		}
	}
}

// listen opens the addresses that are here. ok is false if there is none, or if another program has one: the browser
// might go to it.
func (a *Agent) listen(ctx context.Context, addresses []string) (open []net.Listener, ok bool) {
	taken := false
	for _, address := range addresses {
		listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
		if err != nil {
			taken = taken || errors.Is(err, syscall.EADDRINUSE) // the other of localhost's addresses may just not be there
			a.log.Warn("redirect address", "error", err)
			continue
		}
		open = append(open, listener)
	}
	if taken {
		for _, listener := range open {
			_ = listener.Close()
		}
		return nil, false
	}
	return open, len(open) > 0
}

// redirected is the browser coming back. The page it gets says how it ended.
func (a *Agent) redirected(w http.ResponseWriter, r *http.Request, l *login, account api.Account) {
	q := r.URL.Query()
	if q.Get("state") != l.state { // some other page sent it here; the sign-in goes on waiting
		a.landingPage(w, http.StatusBadRequest, a.words.LoginProblem(&oauth.Error{Reason: oauth.ReasonWrongState}), account)
		return
	}
	code, err := oauth.ReadRedirect("?"+r.URL.RawQuery, l.state)
	if err != nil {
		a.endLogin(l, api.StepFailed, a.loginProblem(err, account))
	} else {
		l.take(code)
	}
	timer := time.NewTimer(outcomeTimeout)
	defer timer.Stop()
	select {
	case <-l.ended:
	case <-timer.C:
	case <-r.Context().Done():
	}
	a.landingPage(w, http.StatusOK, a.loginStatus(l).Problem, account)
}

func (a *Agent) landingPage(w http.ResponseWriter, status int, p *api.Problem, account api.Account) {
	page := struct{ Good, Title, What, Advice string }{
		Good: "good", Title: a.words.Text("login.page.done", say(account.Name)), What: a.words.Text("login.page.close"),
	}
	if p != nil {
		page.Good, page.Title, page.What, page.Advice = "bad", a.words.Text("login.page.failed", say(account.Name)), p.What, p.Advice
	}
	t, err := template.ParseFS(landing, "landing.html")
	if err != nil {
		a.report("landing page", err)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer") // the address holds the code
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	w.WriteHeader(status)
	if err := t.Execute(w, page); err != nil && !errors.Is(err, context.Canceled) {
		a.report("landing page", err)
	}
}
