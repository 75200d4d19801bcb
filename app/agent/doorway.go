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
	problem *api.Problem
	used    map[string]time.Time // by the sum of the key
}

func (d *doorway) trouble() *api.Problem {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.problem
}

func (d *doorway) lastUse(k door.Key) time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.used[k.SHA256]
}

func (d *doorway) noteUse(k door.Key) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.used == nil {
		d.used = map[string]time.Time{}
	}
	d.used[k.SHA256] = time.Now().Round(0)
}

// set notes why the door cannot be opened, nil if it could, and reports whether that is news.
func (d *doorway) set(p *api.Problem) (news bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
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
	for {
		want := a.config.get().Door.address()
		if want != at {
			shut()
			at, shut = a.openDoor(ctx, want)
		}
		again := time.NewTimer(doorRetry)
		if want == at {
			again.Stop()
		}
		select {
		case <-ctx.Done():
			return
		case <-news:
		case <-again.C:
		}
		again.Stop()
	}
}

// openDoor listens at an address, and returns it, or "" if nobody can.
func (a *Agent) openDoor(ctx context.Context, address string) (at string, shut func()) {
	if address == "" {
		a.sayDoor(ctx, nil)
		return "", func() {}
	}
	l, err := loopback.Listen(ctx, address, func(err error) { a.log.Warn("the door refused", "error", err) })
	if err != nil {
		a.log.Warn("the door", "error", err)
		id := "problem.door_taken"
		if !errors.Is(err, loopback.ErrInUse) {
			id = "problem.door_shut"
		}
		args := words.Args{Address: address}
		a.sayDoor(ctx, &api.Problem{Code: api.CodeFailed, Reason: "door", What: a.words.Text(id, args), Advice: a.words.Text(id+".advice", args)})
		return "", func() {}
	}
	server := door.Server(ctx, address, visitors{a})
	var serving sync.WaitGroup
	serving.Go(func() { _ = server.Serve(l) }) // ends with shut
	a.log.Info("the door is open", "address", address)
	a.sayDoor(ctx, nil)
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
func (a *Agent) sayDoor(ctx context.Context, p *api.Problem) {
	if !a.doorway.set(p) {
		return
	}
	a.watchers.tell()
	if p == nil {
		a.desk.ClearNotice(ctx, "door")
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
	args := words.Args{Address: v.config.get().Door.address()}
	id := "problem." + string(why)
	return &api.Problem{Code: api.CodeUsage, Reason: oauth.Reason(why), What: v.words.Text(id, args), Advice: v.words.Text(id+".advice", args)}
}

// Used is told of each request.
func (v visitors) Used(k door.Key, r *http.Request, status int) {
	v.log.Info("the door", "key", k.Name, "method", r.Method, "path", oauth.Printable(r.URL.Path), "origin", oauth.Printable(r.Header.Get("Origin")), "status", status)
	if k.Name != "" {
		v.doorway.noteUse(k)
		v.watchers.tell()
	}
}

// visitorKey is the key of a visitor's name in a request's context.
type visitorKey struct{}

// withVisitor notes who asks by the door, as a person is asked about it. The sum is part of it: a key that another program put in
// its place is another one.
func withVisitor(ctx context.Context, k door.Key) context.Context {
	return context.WithValue(ctx, visitorKey{}, api.Program{Path: "door: " + k.Name + " " + k.SHA256[:min(8, len(k.SHA256))]})
}
