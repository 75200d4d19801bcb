package agent

import (
	"context"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"freshkey/oauth"
)

// openBrowser opens the provider's sign-in page in the browser. What starts a browser is in everybody's list of processes, and
// the page's address holds the state of the sign-in: so the browser is given an address on this computer that sends it on,
// once.
func (a *Agent) openBrowser(ctx context.Context, l *login, address string) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	path := "/" + oauth.SignInState()
	var gone atomic.Bool
	server := &http.Server{
		ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, MaxHeaderBytes: 16 << 10,
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method != http.MethodGet || r.URL.Path != path || !gone.CompareAndSwap(false, true) {
				http.NotFound(w, r)
				return
			}
			w.Header().Set("Cache-Control", "no-store")
			w.Header().Set("Referrer-Policy", "no-referrer")
			http.Redirect(w, r, address, http.StatusSeeOther)
		}),
	}
	a.start(func(context.Context) { _ = server.Serve(listener) })
	a.start(func(ctx context.Context) {
		select {
		case <-l.ended:
		case <-ctx.Done():
		}
		_ = server.Close()
	})
	return a.desk.Browse(ctx, "http://"+listener.Addr().String()+path)
}
