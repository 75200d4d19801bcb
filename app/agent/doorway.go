package agent

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"freshkey/app/api"
	"freshkey/app/desktop"
	"freshkey/app/door"
	"freshkey/app/loopback"
	"freshkey/app/words"
	"freshkey/oauth"
)

// doorRetry is how long the door waits for a port that another program has.
const doorRetry = time.Minute

// doorway is what is known of the door since the agent runs.
type doorway struct {
	mu      sync.Mutex // guards what follows
	tried   string     // the address that was tried last
	problem *api.Problem
	refused int // requests without a key, since they were logged last
	logged  time.Time
}

func (d *doorway) trouble() *api.Problem {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.problem
}

// noteRefusal counts one more, and returns how many there were if that is to be logged: whoever sends many would push all else out of the
// log.
func (d *doorway) noteRefusal(now time.Time) (n int, due bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.refused++; now.Sub(d.logged) < time.Minute {
		return 0, false
	}
	n, d.refused, d.logged = d.refused, 0, now
	return n, true
}

// failed reports whether an address could not be opened; it is tried again by the clock.
func (d *doorway) failed(address string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.problem != nil && d.tried == address
}

// lastTried is the address that was tried last.
func (d *doorway) lastTried() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.tried
}

// set notes why the door cannot be opened at an address, nil if it could, and reports whether that is news.
func (d *doorway) set(address string, p *api.Problem) (news bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.tried = address
	news = (p == nil) != (d.problem == nil) || (p != nil && *p != *d.problem)
	d.problem = p
	return news
}

// followDoor has the door open while there is a key to it.
func (a *Agent) followDoor(ctx context.Context) {
	news := make(chan struct{}, 1)
	defer a.watchers.add(news)()
	at, shut := "", func() {}
	defer func() { shut() }()
	var retry time.Time
	for {
		want := a.config.get().Door.address()
		if want != at && !a.doorway.failed(want) {
			shut()
			at, shut = a.openDoor(ctx, want)
		}
		if want != at && !retry.After(time.Now()) { // tried just now
			retry = time.Now().Add(doorRetry)
		}
		again := time.NewTimer(time.Until(retry))
		if want == at {
			again.Stop()
		}
		select {
		case <-ctx.Done():
			return
		case <-news:
		case <-again.C:
			at, shut = a.openDoor(ctx, want)
		}
		again.Stop()
	}
}

// openDoor listens at an address, and returns it, or "" if nobody can.
func (a *Agent) openDoor(ctx context.Context, address string) (at string, shut func()) {
	if address == "" {
		a.sayDoor(ctx, "", nil)
		return "", func() {}
	}
	l, err := loopback.Listen(ctx, address, func(error) { a.refusedAtDoor() })
	if err != nil {
		a.log.Warn("the door", "error", err)
		id := "problem.door_taken"
		if !errors.Is(err, loopback.ErrInUse) {
			id = "problem.door_shut"
		}
		a.sayDoor(ctx, address, a.worded(api.CodeFailed, "door", id, words.Args{Address: address}))
		return "", func() {}
	}
	server := door.Server(ctx, address, visitors{a})
	var serving sync.WaitGroup
	serving.Go(func() { _ = server.Serve(l) }) // ends with shut
	a.log.Info("the door is open", "address", address)
	a.sayDoor(ctx, address, nil)
	return address, func() {
		late, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		defer cancel()
		if server.Shutdown(late) != nil {
			_ = server.Close()
		}
		serving.Wait()
	}
}

// sayDoor tells why the door is shut, once: whoever has the port may have been shown the keys.
func (a *Agent) sayDoor(ctx context.Context, address string, p *api.Problem) {
	if !a.doorway.set(address, p) {
		return
	}
	a.watchers.tell()
	if p == nil {
		_, err := a.desk.ClearNotice(ctx, "door")
		a.report("notice", err)
		return
	}
	a.report("notice", a.desk.Notify(ctx, desktop.Notice{Key: "door", Title: a.words.Text("notice.door"), Body: p.Error(), Urgent: true}, nil))
}

// visitors are those who come by the door.
type visitors struct{ *Agent }

// Keys are those that open something now.
func (v visitors) Keys() []door.Key { return v.config.get().Door.Keys }

// AccountID is the id of an account that is called by its name or id, and empty if there is none.
func (v visitors) AccountID(ref string) string {
	account, err := v.find(ref)
	if err != nil {
		return ""
	}
	return account.ID
}

// Token is a token for whoever has a key.
func (v visitors) Token(ctx context.Context, k door.Key, account string, minValid time.Duration) (api.Token, error) {
	return v.Agent.Token(withVisitor(ctx, k), account, minValid)
}

// Sign is a header for whoever has a key.
func (v visitors) Sign(ctx context.Context, k door.Key, account string, call api.Call) (api.Signature, error) {
	return v.Agent.Sign(withVisitor(ctx, k), account, call)
}

// Refused puts a refusal into words.
func (v visitors) Refused(why door.Refusal) *api.Problem {
	return v.worded(api.CodeUsage, oauth.Reason(why), "problem."+string(why), words.Args{Address: v.config.get().Door.address()})
}

// Signs reports whether an account's headers are signed.
func (v visitors) Signs(account string) bool {
	found, err := v.find(account)
	return err == nil && found.HasMACKey
}

// maxLogged is how much of what a visitor sends is logged.
const maxLogged = 100

// Used is told of each request.
func (v visitors) Used(k door.Key, r *http.Request, status int) {
	if k.Name == "" {
		v.refusedAtDoor()
		return
	}
	logged := func(text string) string { return oauth.Printable(text[:min(len(text), maxLogged)]) }
	v.log.Info("the door", "key", k.Name, "method", logged(r.Method), "path", logged(r.URL.Path), "origin", logged(r.Header.Get("Origin")), "status", status)
	if status == http.StatusOK {
		v.doorUses.note(k, time.Now())
		v.watchers.tell()
	}
}

// refusedAtDoor is told of whoever comes without a key, or is another user of the computer.
func (a *Agent) refusedAtDoor() {
	if n, due := a.doorway.noteRefusal(time.Now()); due {
		a.log.Warn("the door was asked without a key", "times", n)
	}
}

// visitorKey is the key of a visitor's name in a request's context.
type visitorKey struct{}

// withVisitor notes who asks by the door, as a person is asked about it. The sum is part of it: a key that another program put in
// its place is another one.
func withVisitor(ctx context.Context, k door.Key) context.Context {
	return context.WithValue(ctx, visitorKey{}, api.Program{Path: "door: " + k.Name + " " + k.SHA256[:min(32, len(k.SHA256))]})
}
