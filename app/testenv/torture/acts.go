//go:build linux

package main

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	"freshkey/app/api"
	"freshkey/oauth/sandbox"
)

// act does what the plan says a person does. An error is part of the game: the agent may be killed at any moment.
func (w *worker) act(ctx context.Context, p plan) {
	time.Sleep(p.actAt)
	switch p.act {
	case signIn:
		w.signIn(ctx, p)
	case bring:
		w.bring(ctx, p)
	case edit:
		_, _ = w.client.Edit(ctx, w.account.ID, api.EditRequest{ClientSecret: "wrong"})
		time.Sleep(p.actAt)
		_, _ = w.client.Edit(ctx, w.account.ID, api.EditRequest{ClientSecret: sandbox.DefaultClientSecret})
	case handEdit:
		w.handEdit(p)
	case quit:
		_, _ = w.client.Quit(ctx)
	}
}

// signIn plays the browser and the person before it.
func (w *worker) signIn(ctx context.Context, p plan) {
	login, err := w.client.Login(ctx, w.account.ID, api.LoginRequest{})
	if err != nil {
		return
	}
	browser := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	page, err := browser.Get(login.AuthorizeURL + "&person=" + url.QueryEscape(p.person))
	if err != nil {
		return
	}
	_ = page.Body.Close()
	if _, err := w.client.Login(ctx, w.account.ID, api.LoginRequest{Address: page.Header.Get("Location")}); err != nil {
		return
	}
	w.followLogin(ctx, p, login)
}

// bring puts a chain that was won elsewhere in the place of the one there is.
func (w *worker) bring(ctx context.Context, p plan) {
	login, err := w.client.Login(ctx, w.account.ID, api.LoginRequest{Address: string(w.box.Credentials(""))})
	if err == nil {
		w.followLogin(ctx, p, login)
	}
}

// followLogin answers what is asked, and returns once the sign-in has ended.
func (w *worker) followLogin(ctx context.Context, p plan, login api.Login) {
	following, stop := context.WithTimeout(ctx, 25*time.Second)
	defer stop()
	var asked sync.Once
	_ = w.client.Follow(following, func(s api.Snapshot) {
		for _, l := range s.Logins {
			switch {
			case l.Number != login.Number || l.Account != w.account.ID:
			case l.Step.Ended():
				stop()
			case l.Step == api.StepConfirm:
				asked.Do(func() { _ = w.client.ReplaceChain(ctx, w.account.ID, p.agree) })
			}
		}
	})
}

// handEdit takes the account out of config.json and puts it back, as an editor does that is used without care.
func (w *worker) handEdit(p plan) {
	path := filepath.Join(w.session.Dir, "home", ".config", "freshkey", "profiles", "torture", "config.json")
	whole, err := os.ReadFile(path)
	if err != nil || !bytes.Contains(whole, []byte(w.account.ID)) {
		return
	}
	without := []byte("{\"version\":1,\"settings\":{},\"accounts\":[]}\n")
	_ = os.WriteFile(path, without, 0o600)
	time.Sleep(p.actAt)
	_ = os.WriteFile(path, append(whole, '\n'), 0o600)
}

// makeNews lets the machine say that it woke and that the network came up, until ctx ends.
func (w *worker) makeNews(ctx context.Context) {
	for n := 0; ctx.Err() == nil; n++ {
		if n%3 == 0 {
			w.news.Woke()
		} else {
			w.news.Online()
		}
		select {
		case <-ctx.Done():
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// spoilKeyring makes the keyring go back or lose the record, behind the agent's back.
func (w *worker) spoilKeyring(p plan, troubles *sync.WaitGroup) {
	if p.vanish {
		w.keyring.Forget(service, w.account.ID)
	}
	m, ok := w.moment(p.back)
	switch {
	case !p.restore || !ok:
	case p.backAt == 0:
		m.restore()
	default:
		troubles.Go(func() {
			time.Sleep(p.backAt)
			m.restore()
		})
	}
}

// maxBack is how many generations a keyring may go back: so many sealed answers are kept.
const maxBack = 8

// moment is what the keyring held before the run, or before so many runs more, as long as the sealed answers bridge it.
func (w *worker) moment(back int) (moment, bool) {
	stored, err := w.keyring.Grant(service, w.account.ID)
	if err != nil || len(w.past) == 0 {
		return moment{}, false
	}
	for n := max(0, len(w.past)-1-back); n < len(w.past); n++ {
		if stored.Generation-w.past[n].generation <= maxBack {
			return w.past[n], true
		}
	}
	return moment{}, false
}
