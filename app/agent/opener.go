package agent

import (
	"context"
	"net/http"
	"sync/atomic"
	"time"

	"freshkey/app/api"
	"freshkey/app/loopback"
	"freshkey/oauth"
)

// visit sends the person's browser to the sign-in's page, and reports whether one could be started. Where none could the sign-in says so, and
// goes on: the person may open the page by hand.
func (a *Agent) visit(l *login) bool {
	err := a.openBrowser(a.life, l, a.loginStatus(l).AuthorizeURL)
	a.report("browser", err)
	if err != nil {
		a.step(l, func(s *api.Login) { s.NoBrowser = true })
		return false
	}
	a.start(func(ctx context.Context) { a.awaitVisit(ctx, l) })
	return true
}

// visitPatience is how long a browser takes at most to come for the page, but for slow ones.
const visitPatience = 5 * time.Second

// awaitVisit says of a browser that was started whether it has come: one may end at once, and what started it knows nothing of that.
func (a *Agent) awaitVisit(ctx context.Context, l *login) {
	if l.comes(ctx, visitPatience) {
		return
	}
	a.step(l, func(s *api.Login) { s.NoBrowser = s.Step == api.StepBrowser && !l.taken.Load() })
	if l.comes(ctx, signInTimeout) {
		a.step(l, func(s *api.Login) { s.NoBrowser = false })
	}
}

// come notes that a browser has come, or what it brings.
func (l *login) come() {
	l.arrival.Do(func() {
		if l.visited != nil { // else nobody waits
			close(l.visited)
		}
	})
}

// comes waits for a browser, or until nobody waits for one any more.
func (l *login) comes(ctx context.Context, patience time.Duration) bool {
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-timer.C:
		return false
	case <-l.visited:
	case <-l.ended:
	case <-ctx.Done():
	}
	return true
}

// openBrowser opens the provider's sign-in page in the browser. What starts a browser is in everybody's list of processes, and
// the page's address holds the state of the sign-in: so the browser is given an address on this computer that sends it on,
// once. A second visit ends the sign-in: one of the two was not the person's, and where the system does not tell whose, it
// may have been the first.
func (a *Agent) openBrowser(ctx context.Context, l *login, address string) error {
	listener, err := loopback.Listen(ctx, "127.0.0.1:0", a.refusedVisit)
	if err != nil {
		return err
	}
	host, path := listener.Addr().String(), "/"+oauth.SignInState()
	var gone atomic.Bool
	server := &http.Server{
		ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, MaxHeaderBytes: 16 << 10,
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method != http.MethodGet || r.Host != host || r.URL.Path != path {
				http.NotFound(w, r)
				return
			}
			if !gone.CompareAndSwap(false, true) {
				a.landingPage(w, http.StatusGone, page{Title: a.words.Text("login.page.failed"), Problem: a.visitedTwice(l)})
				return
			}
			l.come()
			hardenPage(w.Header())
			http.Redirect(w, r, address, http.StatusSeeOther)
		}),
	}
	a.start(func(context.Context) { _ = server.Serve(listener) })
	a.start(func(ctx context.Context) {
		select {
		case <-l.ended:
		case <-ctx.Done():
		}
		late, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		defer cancel()
		if server.Shutdown(late) != nil { // the page that says why goes out first
			_ = server.Close()
		}
	})
	return a.desk.Browse(ctx, "http://"+host+path)
}

// visitedTwice ends a sign-in whose page was opened twice, if its code is not on its way yet.
func (a *Agent) visitedTwice(l *login) *api.Problem {
	p := &api.Problem{Code: api.CodeFailed, Reason: "opened_twice", What: a.words.Text("login.twice"), Advice: a.words.Text("login.twice.advice")}
	a.step(l, func(s *api.Login) {
		if s.Step == api.StepBrowser {
			s.Step, s.Problem = api.StepFailed, p
			close(l.ended)
		}
	})
	return p
}

// refusedVisit says that somebody knocked who is not the person.
func (a *Agent) refusedVisit(err error) { a.log.Warn("a visitor was turned away", "error", err) }
