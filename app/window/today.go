package main

import (
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"freshkey/app/api"
	"freshkey/app/words"
)

// day is how far ahead the line of all accounts looks.
const day = 24 * time.Hour

// todayView is what the next day brings for all accounts: refreshes, and where a person is needed.
type todayView struct {
	Shown  bool
	Points []point
	Text   string
}

// decideToday shows nothing for one account, whose page says it all, nor for a day that brings nothing. Of many at one place, one is drawn.
func decideToday(w words.Catalog, accounts []*api.Account, now time.Time) todayView {
	var v todayView
	var first api.Account
	refreshes, people := 0, 0
	drawn := map[point]bool{}
	draw := func(at time.Time, good bool) {
		p := point{float32(int(100*max(0, at.Sub(now))/day)) / 100, good}
		if !drawn[p] {
			drawn[p] = true
			v.Points = append(v.Points, p)
		}
	}
	for _, a := range accounts {
		next := a.NextRefreshAt
		switch {
		case words.AlertOf(*a).NeedsPerson():
			people++
			draw(now, false)
		case !next.IsZero() && next.Before(now.Add(day)):
			if refreshes++; first.ID == "" || next.Before(first.NextRefreshAt) {
				first = *a
			}
			draw(next, true)
		}
		if a.SignInBy.After(now) && a.SignInBy.Before(now.Add(day)) {
			draw(a.SignInBy, false)
		}
	}
	slices.SortFunc(v.Points, func(a, b point) int { return int(1000 * (a.At - b.At)) })
	if refreshes > 0 {
		v.Text = w.Text("today.refreshes", words.Args{PluralCount: refreshes, Name: first.Name, Next: w.Clock(first.NextRefreshAt, now)})
	}
	if people > 0 {
		v.Text = strings.TrimSpace(w.Text("today.people", words.Args{PluralCount: people}) + " " + v.Text)
	}
	v.Shown = len(accounts) > 1 && len(v.Points) > 0
	return v
}

// today draws it.
type today struct {
	line  *pointLine
	text  *widget.Label
	whole *fyne.Container
}

func newToday() *today {
	t := &today{line: newPointLine(), text: caption(fyne.TextAlignLeading)}
	t.text.Truncation, t.text.Wrapping = fyne.TextTruncateOff, fyne.TextWrapWord
	t.whole = container.NewVBox(t.line.drawing, t.text)
	return t
}

func (t *today) paint(v todayView) {
	show(t.whole, v.Shown)
	t.text.SetText(v.Text)
	t.line.paint(v.Points)
}
