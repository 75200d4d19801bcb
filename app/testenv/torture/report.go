//go:build linux

package main

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Report is what a number of runs came to.
type Report struct {
	Seed      uint64
	Runs      int
	Refreshes int            // rotations the provider made
	Faults    map[string]int // by kind
	Kills     int
	Dropped   int // answers the harness took away; the chain is gone, and the account says uncertain
	InFlight  int // kills before the answer came or within 5 ms of it, and the chain was gone
	Survived  int // such kills after which the chain was kept
	Uncertain int // runs after which the account said uncertain
	Reuse     int // spent tokens presented, all explained
	Lost      int
	Lies      int      // states that said what was not so
	Broken    []string // each lost chain, each lie, and each other broken promise
	Took      time.Duration
}

func (r *Report) add(o Report) {
	r.Runs += o.Runs
	r.Refreshes += o.Refreshes
	r.Kills += o.Kills
	r.Dropped += o.Dropped
	r.InFlight += o.InFlight
	r.Survived += o.Survived
	r.Uncertain += o.Uncertain
	r.Reuse += o.Reuse
	r.Lost += o.Lost
	r.Lies += o.Lies
	r.Broken = append(r.Broken, o.Broken...)
	for kind, n := range o.Faults {
		r.Faults[kind] += n
	}
}

func (r Report) String() string {
	var b strings.Builder
	for _, line := range r.Broken {
		fmt.Fprintln(&b, "BROKEN:", line)
	}
	var kinds []string
	for kind, n := range r.Faults {
		kinds = append(kinds, fmt.Sprintf("%s %d", kind, n))
	}
	slices.Sort(kinds)
	fmt.Fprintf(&b, "seed %d, runs %d in %v, refreshes %d, kills %d\n", r.Seed, r.Runs, r.Took.Round(time.Second), r.Refreshes, r.Kills)
	fmt.Fprintf(&b, "faults: %s\n", strings.Join(kinds, ", "))
	fmt.Fprintf(&b, "answers dropped %d, in flight %d (survived %d), uncertain %d, reuse %d\n", r.Dropped, r.InFlight, r.Survived, r.Uncertain, r.Reuse)
	fmt.Fprintf(&b, "lost %d\nlies %d", r.Lost, r.Lies)
	return b.String()
}
