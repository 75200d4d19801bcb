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
	flatAccounts = 2  // so many accounts show their actions without a sub-menu: one click copies
	menuAccounts = 15 // more are in the window
)

// decideTray decides what the tray shows. clears is when the clipboard is emptied; zero if it is not.
func decideTray(w words.Catalog, accounts []api.Account, locked bool, clears, now time.Time) view {
	v := view{Icon: "idle", Tooltip: w.Text("tooltip.none")}
	if urgent, ok := mostUrgent(accounts, now); ok {
		v.Icon = words.Icon(urgent, now)
		v.Tooltip = w.Text("tooltip.urgent", words.Args{Name: urgent.Name, Status: w.Status(urgent, now)})
		if v.Icon == "fresh" && len(accounts) > 1 {
			v.Tooltip = w.Text("tooltip.fresh", words.Args{PluralCount: len(accounts)})
		}
	}
	for n, a := range accounts {
		if n == menuAccounts {
			v.Rows = append(v.Rows, row{ID: "more", Label: w.Text("tray.more", words.Args{PluralCount: len(accounts) - n}), Enabled: true})
			break
		}
		v.Rows = append(v.Rows, accountRows(w, a, now, len(accounts) <= flatAccounts)...)
	}
	if len(accounts) == 0 {
		v.Rows = append(v.Rows, row{ID: "none", Label: w.Text("tray.none")})
	}
	if slices.ContainsFunc(accounts, api.Account.Unlockable) {
		v.Rows = append([]row{{ID: "unlock", Label: w.Text("tray.unlock"), Enabled: true}, {ID: "-"}}, v.Rows...)
	}
	keep := row{ID: "keep", Label: w.Text("tray.keep")}
	if !clears.IsZero() {
		at := words.Args{Until: w.Clock(clears, now)}
		keep.Label, keep.Enabled = w.Text("tray.keep.until", at), true
		v.Tooltip += "\n" + w.Text("tooltip.clears", at)
	}
	lock := row{ID: "lock", Label: w.Text("tray.lock"), Enabled: len(accounts) > 0}
	if locked {
		lock = row{ID: "unlock now", Label: w.Text("tray.unlock_now"), Enabled: true}
	}
	if v.Rows[len(v.Rows)-1].ID != "-" { // Windows shows each of two
		v.Rows = append(v.Rows, row{ID: "-"})
	}
	v.Rows = append(v.Rows, keep, lock, row{ID: "open", Label: w.Text("tray.open"), Enabled: true}, row{ID: "quit", Label: w.Text("tray.quit"), Enabled: true})
	return v
}

func accountRows(w words.Catalog, a api.Account, now time.Time, flat bool) []row {
	actions := []row{
		{ID: a.ID + " access-token", Label: w.Text("tray.copy_access"), Enabled: a.CanServe(now)},
		{ID: a.ID + " mac-key", Label: w.Text("tray.copy_mac"), Enabled: a.CanServe(now) && a.HasMACKey},
		{ID: a.ID + " refresh", Label: w.Text("tray.refresh"), Enabled: a.CanRefresh()},
		{ID: a.ID + " login", Label: w.Text("tray.login"), Enabled: a.NeedsSignIn()},
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

// mostUrgent is the account that wants a person most, or the first to expire if none does.
func mostUrgent(accounts []api.Account, now time.Time) (api.Account, bool) {
	var best api.Account
	found := 0
	for _, a := range accounts {
		r := words.Urgency(a, now)
		if r > found || (r == found && a.ExpiresAt.Before(best.ExpiresAt)) {
			best, found = a, r
		}
	}
	return best, found > 0
}
