package main

import (
	"cmp"
	"image/color"
	"slices"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"freshkey/app/api"
	"freshkey/app/words"
)

// day is how far ahead the line of all accounts looks.
const day = 24 * time.Hour

// todayView is what the next day brings for all accounts: the next refresh of each, and where a person is needed. How many more there are
// is not known: that is for the next token to say.
type todayView struct {
	Shown bool
	Line  lineView
	Text  string
}

// namedAtOnce is how many accounts are named of those that are drawn at one place.
const namedAtOnce = 3

// decideToday shows nothing for one account, whose page says it all, nor for a day that brings nothing. Of many at one place, one is drawn.
func decideToday(w words.Catalog, accounts []*api.Account, now time.Time) todayView {
	var v todayView
	var first api.Account
	refreshing, people, useless := 0, 0, 0
	drawn := places{}
	draw := func(at time.Time, m mark, says func() string) { drawn.add(at.Sub(now), m, says) }
	for _, a := range accounts {
		next := a.NextRefreshAt
		if !words.AlertOf(*a).NeedsPerson() && words.Useless(*a, now) {
			useless++
		}
		switch {
		case words.AlertOf(*a).NeedsPerson():
			people++
			draw(now, markFailed, func() string { return a.Name + ": " + w.StateName(*a, now) })
		case !next.IsZero() && next.Before(now.Add(day)):
			if refreshing++; first.ID == "" || next.Before(first.NextRefreshAt) {
				first = *a
			}
			draw(next, markPlanned, func() string { return a.Name + " " + w.Clock(next, now) })
		}
		if a.SignInBy.After(now) && a.SignInBy.Before(now.Add(day)) {
			draw(a.SignInBy, markFailed, func() string {
				return w.Text("today.sign_in", words.Args{Account: a.Name, Until: w.Clock(a.SignInBy, now)})
			})
		}
	}
	v.Line.Points, v.Line.Labels = drawn.points(), drawn.labels(now)
	if refreshing > 0 {
		v.Text = w.Text("today.refreshes", words.Args{PluralCount: refreshing, Name: first.Name, Next: w.Clock(first.NextRefreshAt, now)})
	}
	if useless > 0 {
		v.Text = api.Join(w.Text("today.useless", words.Args{PluralCount: useless}), v.Text)
	}
	if people > 0 {
		v.Text = api.Join(w.Text("today.people", words.Args{PluralCount: people}), v.Text)
	}
	v.Shown = len(accounts) > 1 && len(v.Line.Points) > 0
	return v
}

// places are the points of a day that something is drawn at, one an hour, with what is to be said there.
type places map[point]*gathered

type gathered struct {
	count int
	says  []string
}

// add draws something that is so far ahead. Of what there is to be said at one place only the first is: there may be thousands.
func (d places) add(ahead time.Duration, m mark, says func() string) {
	p := point{At: float32(max(0, ahead)/time.Hour) / float32(day/time.Hour), Mark: m}
	if d[p] == nil {
		d[p] = &gathered{}
	}
	if d[p].count++; d[p].count <= namedAtOnce {
		d[p].says = append(d[p].says, says())
	} else if d[p].count == namedAtOnce+1 {
		d[p].says = append(d[p].says, "…")
	}
}

// labels are the clock below the line, and above it how many accounts refresh next in an hour.
func (d places) labels(now time.Time) (all []label) {
	const between = 6
	y, m, today := now.Date()
	for hour := between; hour < 2*int(day/time.Hour); hour += between {
		if at := time.Date(y, m, today, hour, 0, 0, 0, now.Location()); at.After(now) && at.Before(now.Add(day)) {
			all = append(all, label{At: float32(at.Sub(now)) / float32(day), Text: at.Format("15:04")})
		}
	}
	for p, g := range d {
		if g.count > 1 && p.Mark == markPlanned && d[point{At: p.At, Mark: markFailed}] == nil { // a cross stands there
			all = append(all, label{At: p.At, Text: strconv.Itoa(g.count), Above: true})
		}
	}
	slices.SortFunc(all, func(a, b label) int { return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Text, b.Text)) })
	return all
}

// points are in the order of time.
func (d places) points() []point {
	var all []point
	for p, g := range d {
		p.Says = strings.Join(g.says, ", ")
		all = append(all, p)
	}
	slices.SortFunc(all, func(a, b point) int { return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Mark, b.Mark)) })
	return all
}

// today draws it. What the pointer is at is told in the place of the text.
type today struct {
	line  *pointLine
	text  *widget.Label
	room  *canvas.Rectangle // for as many lines as most sentences have: what stands above would jump as they change
	whole *fyne.Container
	view  todayView
}

func newToday() *today {
	t := &today{text: caption(fyne.TextAlignLeading), room: canvas.NewRectangle(color.Transparent)}
	t.line = newPointLine(func(says string) { t.text.SetText(cmp.Or(says, t.view.Text)) })
	t.text.Truncation, t.text.Wrapping = fyne.TextTruncateOff, fyne.TextWrapWord
	t.whole = container.NewVBox(t.line, container.NewStack(t.room, t.text))
	return t
}

func (t *today) paint(v todayView) {
	t.view = v
	show(t.whole, v.Shown)
	lines := caption(fyne.TextAlignLeading)
	lines.SetText("\n") // two of them, at whatever size texts have now
	t.room.SetMinSize(fyne.NewSize(0, lines.MinSize().Height))
	t.text.SetText(v.Text)
	t.line.paint(v.Line)
}
