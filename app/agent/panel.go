package agent

import "time"

// onceMore is when icon and tooltip are told once more to panels of which one has come: it reads what they are, and then begins to listen, and may have
// missed what changed in between.
type onceMore struct {
	there bool // a panel
	at    time.Time
}

// readsFor is how long a panel takes to listen, at the most. It is less than startUp: what painting takes is given back then.
const readsFor = 2 * time.Second

// due reports whether it is time; there says whether there is a panel now.
func (o *onceMore) due(there bool, now time.Time) bool {
	if there && !o.there {
		o.at = now.Add(readsFor)
	}
	o.there = there
	due := !o.at.IsZero() && !now.Before(o.at)
	if due {
		o.at = time.Time{}
	}
	return due
}
