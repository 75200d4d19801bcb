package agent

import (
	"runtime"
	"slices"
	"strings"
	"time"

	"freshkey/app/api"
	"freshkey/app/words"
)

// view is everything the tray shows at one moment, a pure function of the snapshot and the time.
type view struct {
	Icon    string // a picture of assets/icons
	Tooltip string
	Rows    []row
}

// row is one line of the menu. Rows of the same ID are the same line with another label.
type row struct {
	ID      string // "ACCOUNT", "ACCOUNT copy-access", "open", …; "-" is a separator
	Label   string
	Enabled bool
	Rows    []row // a sub-menu
}

// Limits of the menu.
const (
	flatAccounts   = 2  // so many accounts show their actions without a sub-menu: one click copies
	directAccounts = 8  // so many have a line of their own; the others are in a sub-menu
	menuAccounts   = 30 // more are in the window
)

// standing is how the agent itself stands.
type standing struct {
	profile string // its name; empty for the usual one
	locked  bool
	unknown bool      // the settings could not be read, which say what accounts there are
	clears  time.Time // when the clipboard is emptied; zero if it is not
	asked   int       // questions that wait for the person
}

// decideTray decides what the tray shows. last is the account that was copied from last.
func decideTray(w words.Catalog, accounts []*api.Account, last string, agent standing, now time.Time) view {
	v := view{Icon: "idle", Tooltip: w.Text("tooltip.none")}
	if agent.unknown {
		v = view{Icon: "problem", Tooltip: w.Text("tray.unknown")}
	}
	if urgent, others, ok := mostUrgent(accounts, now); ok {
		v.Icon = words.Icon(urgent, now)
		v.Tooltip = tooltipFor(w, urgent, others, accounts, now)
	}
	v.Rows = append(v.Rows, allRows(w, menuOrder(accounts, last, now), last, now)...)
	if len(accounts) == 0 {
		v.Rows = append(v.Rows, row{ID: "none", Label: w.Text(map[bool]string{true: "tray.unknown", false: "tray.none"}[agent.unknown])})
	}
	if slices.ContainsFunc(accounts, (*api.Account).Unlockable) {
		v.Rows = append([]row{{ID: "unlock", Label: w.Text("tray.unlock"), Enabled: true}, {ID: "-"}}, v.Rows...)
	}
	v.addAsked(w, agent.asked)
	keep := row{ID: "keep", Label: w.Text("tray.keep")}
	if clears := agent.clears; !clears.IsZero() {
		said, _ := countdown(clears.Sub(now))
		left := words.Args{Left: w.Span(said)}
		keep.Label, keep.Enabled = w.Text("tray.keep.until", left), true
		v.Tooltip += "\n" + w.Text("tooltip.clears", left)
	}
	lock := row{ID: "lock", Label: w.Text("tray.lock"), Enabled: len(accounts) > 0}
	if agent.locked {
		v.Tooltip += "\n" + w.Text("tooltip.locked")
		lock = row{ID: "unlock now", Label: w.Text("tray.unlock_now"), Enabled: true}
	}
	if v.Rows[len(v.Rows)-1].ID != "-" { // Windows shows each of two
		v.Rows = append(v.Rows, row{ID: "-"})
	}
	if agent.profile != "" { // two icons look alike, and a menu has no tooltip
		v.Rows = append(v.Rows, row{ID: "profile", Label: w.Text("tray.profile", words.Args{Name: agent.profile})})
	}
	v.Rows = append(v.Rows, keep, lock, row{ID: "open", Label: w.Text("tray.open"), Enabled: true}, row{ID: "quit", Label: w.Text("tray.quit"), Enabled: true})
	return v
}

// addAsked puts what waits for an answer before all else: a notice may be held back, as by a desktop that is not to disturb.
func (v *view) addAsked(w words.Catalog, asked int) {
	if asked == 0 {
		return
	}
	said := w.Text("tray.asked", words.Args{PluralCount: asked})
	v.Icon, v.Tooltip = "attention", said+"\n"+v.Tooltip
	v.Rows = append([]row{{ID: "asked", Label: said, Enabled: true}, {ID: "-"}}, v.Rows...)
}

// tooltipFor says of the most urgent account what it is, and how many others want a person as much.
func tooltipFor(w words.Catalog, urgent api.Account, others int, all []*api.Account, now time.Time) string {
	said := words.Args{Name: urgent.Name, Status: w.Status(urgent, now), PluralCount: others}
	switch {
	case words.Icon(urgent, now) == "fresh" && others > 0:
		held := 0
		for _, a := range all {
			if a.Held() {
				held++
			}
		}
		if held > 0 {
			return w.Text("tooltip.held", words.Args{PluralCount: len(all), Count: held})
		}
		return w.Text("tooltip.fresh", words.Args{PluralCount: len(all)})
	case others > 0:
		return w.Text("tooltip.urgent.others", said)
	}
	said.PluralCount = nil
	return w.Text("tooltip.urgent", said)
}

// countdown is how much of a time is said to be left, and for how long that is true: first whole minutes, then steps of ten seconds. One of each second would
// be a message a second to every panel.
func countdown(left time.Duration) (said, lasts time.Duration) {
	step := time.Minute
	if left <= 2*time.Minute {
		step = 10 * time.Second
	}
	said = max((left + step - 1).Truncate(step), step)
	return said, left - (said - step)
}

// menuOrder is the accounts in the order of the menu: the one that was copied from last, and where not all have a line of their own then those that
// the icon warns of. The others stay where they are, and all of them where they are few: rows that change places move under the pointer.
func menuOrder(accounts []*api.Account, last string, now time.Time) []*api.Account {
	if len(accounts) <= directAccounts {
		return lastFirst(accounts, last)
	}
	rank := func(a *api.Account) int {
		if a.ID == last {
			return 0
		}
		switch words.Icon(*a, now) {
		case "attention", "problem":
			return 1
		}
		return 2
	}
	return slices.SortedStableFunc(slices.Values(accounts), func(a, b *api.Account) int { return rank(a) - rank(b) })
}

// allRows are the accounts' rows: whoever has many finds the one they copied from last where one click copies.
func allRows(w words.Catalog, accounts []*api.Account, last string, now time.Time) (rows []row) {
	others := row{ID: "others", Label: w.Text("tray.others", words.Args{Count: len(accounts) - directAccounts}), Enabled: true}
	for n, a := range accounts {
		switch flat := len(accounts) <= flatAccounts || a.ID == last; {
		case n == menuAccounts:
			more := row{ID: "more", Label: w.Text("tray.more", words.Args{PluralCount: len(accounts) - n}), Enabled: true}
			others.Rows = append(others.Rows, more)
			return append(rows, others)
		case n < directAccounts:
			rows = append(rows, accountRows(w, *a, now, flat)...)
		default:
			others.Rows = append(others.Rows, accountRows(w, *a, now, false)...)
		}
	}
	if len(others.Rows) > 0 {
		rows = append(rows, others)
	}
	return rows
}

func accountRows(w words.Catalog, a api.Account, now time.Time, flat bool) []row {
	actions := []row{
		{ID: a.ID + " access-token", Label: w.Text("tray.copy_access"), Enabled: a.CanServe(now)},
		{ID: a.ID + " mac-key", Label: w.Text("tray.copy_mac"), Enabled: a.CanServe(now) && a.HasMACKey},
		{ID: a.ID + " refresh", Label: w.Text("tray.refresh"), Enabled: a.CanRefresh(now)},
		{ID: a.ID + " login", Label: w.Text("tray.login"), Enabled: a.NeedsSignIn()},
	}
	if a.OnHold(now) {
		actions[2] = row{ID: a.ID + " release", Label: w.Text("tray.release"), Enabled: true}
	}
	if a.EndpointChanged() {
		actions = append(actions, row{ID: a.ID + " confirm", Label: w.Text("tray.confirm"), Enabled: true})
	}
	title := row{ID: a.ID, Label: w.Text("tray.account", words.Args{Name: escapeLabel(a.Name), Status: w.Status(a, now)})}
	if !flat {
		title.Enabled, title.Rows = true, actions
		return []row{title}
	}
	return append([]row{title}, append(actions, row{ID: "-"})...)
}

// escapeLabel doubles what menus take for the mark of a shortcut key.
func escapeLabel(name string) string {
	mark := map[string]string{"linux": "_", "windows": "&"}[runtime.GOOS]
	if mark == "" {
		return name
	}
	return strings.ReplaceAll(name, mark, mark+mark)
}

// mostUrgent is the account that wants a person most, the first of the window's list, and how many others there are that are as urgent or, where it
// is in trouble, in trouble too.
func mostUrgent(accounts []*api.Account, now time.Time) (urgent api.Account, others int, ok bool) {
	var best *api.Account
	found := map[int]int{} // how many accounts are so urgent
	most := 0
	for _, a := range accounts {
		r := words.Urgency(*a, now)
		found[r]++
		if r > most || r == most && words.CompareUrgency(a, best, now) < 0 {
			best, most = a, r
		}
	}
	if best == nil {
		return api.Account{}, 0, false
	}
	others = found[most] - 1
	for r, count := range found {
		if r < most && r >= words.UrgencyTrouble {
			others += count
		}
	}
	return *best, others, true
}
