package main

import (
	"context"
	"slices"

	"fyne.io/fyne/v2"

	"freshkey/app/api"
	"freshkey/oauth"
)

// login begins a sign-in with the browser for the account in sight.
func (w *Window) login() { w.loginTo(w.shown.Detail.ID, false) }

// signInAgain begins it the way that has failed.
func (w *Window) signInAgain() {
	if l, _ := w.model.login(w.shown.Detail.ID); l.Brought {
		w.openBring()
		return
	}
	w.login()
}

// loginOnDevice begins one on another device.
func (w *Window) loginOnDevice() { w.loginTo(w.shown.Detail.ID, true) }

func (w *Window) loginTo(id string, device bool) {
	w.widgets.detail.signIn.address.SetText("")
	w.call(id, func(ctx context.Context) (string, error) {
		_, err := w.client.Login(ctx, id, api.LoginRequest{Browse: !device, Device: device})
		return "", err
	})
}

// pasteAddress hands over the address the browser ended at, or a token answer.
func (w *Window) pasteAddress() {
	w.handOver(w.shown.Detail.ID, w.widgets.detail.signIn.address.Text)
}

// handOver hands such a text to an account's sign-in.
func (w *Window) handOver(id, text string) {
	w.call(id, func(ctx context.Context) (string, error) {
		_, err := w.client.Login(ctx, id, api.LoginRequest{Address: text})
		if err == nil { // else there is something to mend in it
			w.post(func(*model) { w.widgets.detail.signIn.address.SetText("") })
		}
		return "", err
	})
}

// awaited is the sign-in that an address belongs to, and that has not ended.
func awaited(logins []api.Login, address string) (l api.Login, ok bool) {
	state := oauth.StateIn(address)
	n := slices.IndexFunc(logins, func(l api.Login) bool {
		return state != "" && !l.Step.Ended() && oauth.StateIn(l.AuthorizeURL) == state
	})
	if n < 0 {
		return l, false
	}
	return logins[n], true
}

func (w *Window) replaceChain(yes bool) {
	id := w.shown.Detail.ID
	w.call(id, func(ctx context.Context) (string, error) { return "", w.client.ReplaceChain(ctx, id, yes) })
}

func (w *Window) endLogin() {
	id := w.shown.Detail.ID
	w.call(id, func(ctx context.Context) (string, error) { return "", w.client.EndLogin(ctx, id, 0) })
}

// copyLoginAddress is for a person whose browser did not open. The address holds no secret.
func (w *Window) copyLoginAddress() {
	fyne.CurrentApp().Clipboard().SetContent(w.shown.Detail.Login.Address)
}

// copyUserCode copies what is to be typed on another device. It is no secret: without the provider's own page it opens nothing.
func (w *Window) copyUserCode() {
	fyne.CurrentApp().Clipboard().SetContent(w.shown.Detail.Login.Code)
}

// dismissLogins notes the sign-ins that went well and forgets them. before are the sign-ins as they were: whoever was at one here hears of another
// one that has taken its place.
func (w *Window) dismissLogins(m *model, agent int, before []api.Login) {
	for _, old := range before {
		if !old.Step.Ended() && agent != m.snapshot.Status.PID && agent != 0 {
			m.note[old.Account] = note{text: w.words.Text("login.interrupted"), bad: true}
		}
		if !old.Elsewhere && !old.Step.Ended() && slices.ContainsFunc(m.snapshot.Logins, func(l api.Login) bool { return l.Account == old.Account && l.Number > old.Number && l.Elsewhere }) {
			m.note[old.Account] = note{text: w.words.LoginReplaced().What, bad: true}
		}
	}
	for _, l := range m.snapshot.Logins {
		if l.Step != api.StepDone {
			continue
		}
		if !l.Elsewhere { // else who began it is told where they did
			m.note[l.Account] = note{text: w.words.Text("login.done"), until: w.now().Add(noteLasts)}
		}
		go func() { _ = w.client.EndLogin(w.life, l.Account, l.Number) }() // the next snapshot has it no more
	}
}
