package main

import (
	"context"
	"time"

	"fyne.io/fyne/v2"

	"freshkey/app/api"
	"freshkey/app/words"
)

// hold is a choice of how long a token is kept as it is: a length of time, or else until a moment.
type hold struct {
	Text   string
	Length time.Duration
	Moment time.Time
}

// until is when a hold ends that begins now.
func (h hold) until(now time.Time) time.Time {
	if h.Length > 0 {
		return now.Add(h.Length)
	}
	return h.Moment
}

// decideHolds are the usual holds, of those that end while the token works: a hold ends with its token, whatever was asked for.
func decideHolds(w words.Catalog, a api.Account, now time.Time) (all []hold) {
	if !a.Works(now) {
		return nil
	}
	for _, d := range []time.Duration{15 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour} {
		if now.Add(d).Before(a.ExpiresAt) {
			all = append(all, hold{Text: w.Text("window.hold.for", words.Args{Left: w.Span(d)}), Length: d})
		}
	}
	y, m, d := now.Date()
	if evening := time.Date(y, m, d, 18, 0, 0, 0, now.Location()); evening.After(now) && evening.Before(a.ExpiresAt) {
		all = append(all, hold{Text: w.Text("window.hold.until", words.Args{Until: w.Clock(evening, now)}), Moment: evening})
	}
	return append(all, hold{Text: w.Text("window.hold.expiry", words.Args{Until: w.Clock(a.ExpiresAt, now)}), Moment: a.ExpiresAt})
}

// openHold offers how long to hold, or ends a hold.
func (w *Window) openHold() {
	id := w.shown.Detail.ID // who is asked about stays, whoever is shown when the answer comes
	if w.shown.Detail.CanRelease {
		w.holdUntil(id, time.Time{})
		return
	}
	a, _ := w.model.account()
	menu := fyne.NewMenu("")
	for _, h := range decideHolds(w.words, a, w.now()) {
		menu.Items = append(menu.Items, fyne.NewMenuItem(h.Text, func() { w.holdUntil(id, h.until(time.Now())) }))
	}
	if len(menu.Items) > 0 { // else the token has expired since the button was drawn
		w.popUp(w.widgets.detail.hold, menu)
	}
}

// holdUntil keeps the token until a moment; the zero time releases it.
func (w *Window) holdUntil(id string, until time.Time) {
	w.call(id, func(ctx context.Context) (string, error) {
		_, err := w.client.Hold(ctx, id, until)
		return "", err
	})
}
