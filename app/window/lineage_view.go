package main

import (
	"fmt"
	"time"

	"freshkey/app/words"
	"freshkey/oauth/keeper"
)

// How much of a history is drawn, and written out.
const (
	drawnEvents  = 40
	listedEvents = 8
)

// lineageView is an account's generations on a line in time, and the newest as text.
type lineageView struct {
	Points   []point
	From, To string
	Rows     []string // the newest first
}

func decideLineage(w words.Catalog, events []keeper.Event, now time.Time) lineageView {
	if len(events) > drawnEvents {
		events = events[len(events)-drawnEvents:]
	}
	if len(events) == 0 {
		return lineageView{}
	}
	first := events[0].At
	length := max(now.Sub(first), time.Minute)
	v := lineageView{From: w.Clock(first, now), To: w.Text("lineage.now")}
	for _, e := range events {
		at := min(1, max(0, float32(e.At.Sub(first))/float32(length)))
		v.Points = append(v.Points, point{at, e.Reason == ""})
	}
	for n := len(events) - 1; n >= 0 && len(v.Rows) < listedEvents; n-- {
		v.Rows = append(v.Rows, eventLine(w, events[n], now))
	}
	return v
}

func eventLine(w words.Catalog, e keeper.Event, now time.Time) string {
	result := w.Text("lineage.stored")
	mark := "●"
	if e.Reason != "" {
		mark, result = "×", w.Text("state."+string(e.State))
		if e.Detail != "" {
			result += " (" + e.Detail + ")"
		}
	}
	return fmt.Sprintf("%s  %s  %s  #%s  %s: %s", mark, w.Clock(e.At, now), w.Text("lineage.generation", words.Args{Generation: e.Generation}), e.Fingerprint,
		w.Text("cause."+string(e.Cause)), result)
}
