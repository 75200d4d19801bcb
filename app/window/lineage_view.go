package main

import (
	"fmt"
	"strconv"
	"time"

	"freshkey/app/api"
	"freshkey/app/words"
	"freshkey/oauth/keeper"
)

// How much of a history is drawn, and written out.
const (
	drawnEvents  = 40
	listedEvents = 8
	listedHolds  = 3 // of them
)

// lineageView is an account's generations on a line in time, up to what is planned, and the newest as text.
type lineageView struct {
	Line     lineView
	From, To string
	Rows     []string // the newest first
}

func decideLineage(w words.Catalog, events []keeper.Event, a api.Account, now time.Time) lineageView {
	if events = newest(events); len(events) == 0 {
		return lineageView{}
	}
	d := drawing{w: w, now: now, first: events[0].At, last: latest(now, a.NextRefreshAt, a.HeldUntil)}
	d.past = d.pastOf(len(events))
	d.tokens(events)
	d.holds(events)
	for _, e := range events {
		if !e.IsHold() {
			d.moment(e)
		}
	}
	v := lineageView{From: w.Clock(d.first, now), To: w.Text("lineage.now")}
	if d.last.After(now) {
		d.view.NowSays, v.To = v.To, w.Clock(d.last, now)
	}
	if a.NextRefreshAt.After(now) {
		v.To = w.Text("lineage.next", words.Args{Next: w.Clock(a.NextRefreshAt, now)})
		d.view.Points = append(d.view.Points, point{d.share(a.NextRefreshAt), markPlanned, v.To})
	}
	d.view.Now = d.share(now)
	d.view.Labels = d.labels(events)
	v.Line = d.view
	holds := 0
	for n := len(events) - 1; n >= 0 && len(v.Rows) < listedEvents; n-- {
		if events[n].IsHold() {
			holds++
		}
		if !events[n].IsHold() || holds <= listedHolds {
			v.Rows = append(v.Rows, eventLine(w, events[n], now))
		}
	}
	return v
}

// newest are the last events that are drawn: so many that are no holds, and the holds among them.
func newest(events []keeper.Event) []keeper.Event {
	count := 0
	for n := len(events) - 1; n >= 0; n-- {
		if !events[n].IsHold() {
			count++
		}
		if count == drawnEvents {
			return events[n:]
		}
	}
	return events
}

func latest(times ...time.Time) (last time.Time) {
	for _, t := range times {
		if t.After(last) {
			last = t
		}
	}
	return last
}

// drawing is a history that is being put on a line from first to last.
type drawing struct {
	w                words.Catalog
	now, first, last time.Time
	past             float32 // how much of the line is what has been
	view             lineView
}

// What has been gets so much of the line for each event, and so much at the most, however far ahead the next refresh is: many in an hour would be one
// point.
const (
	pastOfEvent = 0.04
	mostPast    = 0.6
)

// pastOf is how much of the line is what has been: as much as it is of the time, but for room for its events.
func (d *drawing) pastOf(events int) float32 {
	been, all := d.now.Sub(d.first), max(d.last.Sub(d.first), time.Minute)
	if !d.last.After(d.now) {
		return fraction(been, all)
	}
	return max(fraction(been, all), min(mostPast, pastOfEvent*float32(events)))
}

// share is where on the line a moment is.
func (d *drawing) share(t time.Time) float32 {
	if t.After(d.now) && d.last.After(d.now) {
		return d.past + (1-d.past)*fraction(t.Sub(d.now), d.last.Sub(d.now))
	}
	return d.past * fraction(t.Sub(d.first), d.now.Sub(d.first))
}

// fraction is how much a part is of a whole; 0 of nothing.
func fraction(part, whole time.Duration) float32 {
	return min(1, max(0, float32(part)/float32(max(whole, 1))))
}

func (d *drawing) span(kind spanKind, from, to time.Time, says string) {
	if to.After(from) {
		d.view.Spans = append(d.view.Spans, span{d.share(from), d.share(to), kind, says})
	}
}

// tokens draws for how long each access token worked: until the next one came, or until it expired.
func (d *drawing) tokens(events []keeper.Event) {
	var before keeper.Event // the last that was won
	follow := func(next, until time.Time) {
		expires := before.Expires
		if before.At.IsZero() {
			return
		}
		if expires.IsZero() { // a history of version 0.1 does not say
			expires = next
		}
		d.span(spanWorks, before.At, earliest(expires, next), "")
		d.span(spanNone, expires, until, d.w.Text("lineage.without", words.Args{Sent: d.w.Clock(expires, d.now), Until: d.w.Clock(until, d.now)}))
	}
	for _, e := range events {
		if e.Reason == "" && !e.IsHold() {
			follow(e.At, e.At)
			before = e
		}
	}
	follow(d.last, d.now)
}

// holds draws them, each until it ended by itself, or by somebody's word.
func (d *drawing) holds(events []keeper.Event) {
	for n, e := range events {
		if e.Cause != keeper.CauseHold {
			continue
		}
		until := earliest(e.HoldEnd(), d.last)
		for _, later := range events[n+1:] {
			if later.IsHold() {
				until = earliest(until, later.At)
				break
			}
		}
		d.span(spanHold, e.At, until, d.w.Text("lineage.held", words.Args{Until: d.w.Clock(e.HoldEnd(), d.now)}))
	}
}

func earliest(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// failed reports whether an event tells of something that went wrong: an account that waits for its first sign-in, or refresh, does not.
func failed(e keeper.Event) bool {
	return e.Reason != "" && e.Reason != keeper.ReasonNotSignedIn && !isDue(e)
}

// isDue reports whether an event tells of an account that is about to be refreshed, as one that was added without an access token.
func isDue(e keeper.Event) bool { return api.Account{Reason: e.Reason}.Passing() }

// moment draws one event.
func (d *drawing) moment(e keeper.Event) {
	p := point{d.share(e.At), markDone, eventLine(d.w, e, d.now)}
	if failed(e) {
		p.Mark = markFailed
	}
	d.view.Points = append(d.view.Points, p)
}

// labels are now, and the generations, of which the newest matter most.
func (d *drawing) labels(events []keeper.Event) (all []label) {
	if d.view.NowSays != "" {
		all = append(all, label{At: d.view.Now, Text: d.view.NowSays})
	}
	for n := len(events) - 1; n >= 0; n-- {
		if e := events[n]; e.Reason == "" && !e.IsHold() {
			all = append(all, label{At: d.share(e.At), Text: strconv.Itoa(e.Generation)})
		}
	}
	return all
}

func eventLine(w words.Catalog, e keeper.Event, now time.Time) string {
	result := w.Text("lineage.stored")
	mark := "●"
	switch {
	case e.Cause == keeper.CauseHold:
		mark, result = "–", w.Text("lineage.held", words.Args{Until: w.Clock(e.HoldEnd(), now)})
	case e.IsHold():
		mark, result = "–", w.Text("state."+string(e.State))
	case e.Reason == keeper.ReasonNotSignedIn:
		mark, result = "–", w.Text("state.not_signed_in")
	case isDue(e):
		mark, result = "–", w.Text("log.due")
	case e.Reason != "":
		mark, result = "×", w.Text("state."+string(e.State))
		if e.Detail != "" {
			result += " (" + e.Detail + ")"
		}
		if e.Times > 1 {
			result += ", " + w.Text("log.times", words.Args{Count: e.Times, At: w.Clock(e.LastAt, now)})
		}
	}
	return fmt.Sprintf("%s  %s  %s  #%s  %s: %s", mark, w.Clock(e.At, now), w.Text("lineage.generation", words.Args{Generation: e.Generation}), e.Fingerprint,
		w.Text("cause."+string(e.Cause)), result)
}
