package agent

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"freshkey/app/api"
	"freshkey/app/words"
	"freshkey/oauth"
	"freshkey/oauth/keeper"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.Local)

func account(name string, state keeper.State, left time.Duration) *api.Account {
	return &api.Account{ID: "id-" + name, Name: name, State: state, ExpiresAt: noon.Add(left), HasMACKey: true}
}

func TestTrayShowsTheMostUrgentByShape(t *testing.T) {
	w := words.New()
	fresh := account("fresh", keeper.StateFresh, time.Hour)
	for _, c := range []struct {
		icon, tooltip string
		accounts      []*api.Account
	}{
		{"idle", "no accounts", nil},
		{"fresh", "until 13:00", []*api.Account{fresh}},
		{"fresh", "all 2", []*api.Account{fresh, account("b", keeper.StateFresh, time.Hour)}},
		{"fresh", "all 2 accounts have tokens, 1 of them held", []*api.Account{fresh, account("b", keeper.StateHeld, time.Hour)}},
		{"busy", "b: refreshing", []*api.Account{fresh, account("b", keeper.StateRefreshing, time.Hour)}},
		{"resting", "b: offline", []*api.Account{fresh, account("b", keeper.StateOffline, time.Hour)}},
		{"attention", "b: offline", []*api.Account{fresh, account("b", keeper.StateOffline, -time.Hour)}},
		{"attention", "b: not saved", []*api.Account{fresh, account("b", keeper.StateUnsaved, time.Hour)}},
		{"problem", ", and one more", []*api.Account{account("b", keeper.StateSignIn, time.Hour), fresh, account("c", keeper.StateSignIn, time.Hour)}},
		{"problem", "c: sign in again, usable until 13:00, and one more", []*api.Account{fresh, account("b", keeper.StateLocked, time.Hour), account("c", keeper.StateSignIn, time.Hour)}},
		{"resting", "b: offline", []*api.Account{fresh, account("c", keeper.StateRefreshing, time.Hour), account("b", keeper.StateOffline, time.Hour)}},
		{"resting", ", and one more", []*api.Account{account("c", keeper.StateWaiting, time.Hour), account("b", keeper.StateOffline, time.Minute)}},
		{"attention", "b: ", []*api.Account{fresh, account("c", keeper.StateSignIn, time.Hour), account("b", keeper.StateLocked, -time.Hour)}},
		{"problem", "c: sign in", []*api.Account{fresh, account("b", keeper.StateSignIn, 19*time.Minute), account("c", keeper.StateSignIn, 5*time.Minute)}},
	} {
		v := decideTray(w, c.accounts, "", standing{}, noon)
		if v.Icon != c.icon || !strings.Contains(v.Tooltip, c.tooltip) {
			t.Errorf("%s: icon %s, tooltip %q", c.tooltip, v.Icon, v.Tooltip)
		}
		for n, r := range v.Rows[1:] {
			if r.ID == "-" && v.Rows[n].ID == "-" {
				t.Errorf("%s: two separators in a row", c.tooltip)
			}
		}
	}
}

// A token that expired while the machine slept is refreshed in a moment; nobody has to hear of it.
func TestWakingIsNoAlarm(t *testing.T) {
	for _, reason := range []oauth.Reason{keeper.ReasonDue, keeper.ReasonSettling, keeper.ReasonJustRefreshed, keeper.ReasonNotRead} {
		a := account("a", keeper.StateWaiting, -time.Hour)
		a.Reason = reason
		if kind, icon := alertFor(*a, noon.Add(-2*time.Hour), time.Time{}, noon), words.Icon(*a, noon); kind != "" || icon != "resting" {
			t.Errorf("%s: notice %q, icon %s", reason, kind, icon)
		}
	}
	failed := account("a", keeper.StateWaiting, -time.Hour)
	failed.Reason = oauth.ReasonServer
	if kind := alertFor(*failed, noon.Add(-2*time.Hour), time.Time{}, noon); kind != words.AlertLate {
		t.Errorf("after a failure: notice %q", kind)
	}
}

func TestTrayTellsWhenTheClipboardIsEmptied(t *testing.T) {
	w, accounts := words.New(), []*api.Account{account("a", keeper.StateFresh, time.Hour)}
	keep := func(v view) row {
		n := slices.IndexFunc(v.Rows, func(r row) bool { return r.ID == "keep" })
		if n < 0 {
			t.Fatal("no such row")
		}
		return v.Rows[n]
	}
	before, after := decideTray(w, accounts, "", standing{}, noon), decideTray(w, accounts, "", standing{clears: noon.Add(time.Minute)}, noon)
	if r := keep(before); r.Enabled || strings.Contains(before.Tooltip, "clipboard") {
		t.Errorf("nothing will be emptied, and it says %+v, %q", r, before.Tooltip)
	}
	if r := keep(after); !r.Enabled || !strings.Contains(r.Label, "in 1 min") || !strings.Contains(after.Tooltip, "in 1 min") {
		t.Errorf("it says %+v, %q", r, after.Tooltip)
	}
	if !sameShape(before.Rows, after.Rows) {
		t.Error("a copy would rebuild the menu")
	}
}

func TestMenuKeepsItsShapeWhileStatesChange(t *testing.T) {
	w := words.New()
	before := decideTray(w, []*api.Account{account("a", keeper.StateFresh, time.Hour)}, "", standing{}, noon)
	after := decideTray(w, []*api.Account{account("a", keeper.StateSignIn, -time.Hour)}, "", standing{}, noon)
	if !sameShape(before.Rows, after.Rows) {
		t.Error("a change of state would rebuild the menu")
	}
	if after.Rows[1].Enabled || !before.Rows[1].Enabled {
		t.Error("copying is offered where it can't work")
	}
	var many []*api.Account
	for n := range 40 {
		many = append(many, account(fmt.Sprint("a_", n), keeper.StateFresh, time.Hour))
	}
	v := decideTray(w, many, "", standing{}, noon)
	others := v.Rows[directAccounts]
	if len(v.Rows) > directAccounts+6 || others.ID != "others" || !strings.Contains(others.Label, "32") || len(others.Rows) != menuAccounts-directAccounts+1 {
		t.Errorf("%d rows for 40 accounts, then %q", len(v.Rows), others.Label)
	}
	if more := others.Rows[len(others.Rows)-1]; more.ID != "more" || !strings.Contains(more.Label, "10") {
		t.Errorf("the last one is %+v", more)
	}
	if !strings.HasPrefix(v.Rows[0].Label, escapeLabel("a_0")) || len(v.Rows[0].Rows) != 4 {
		t.Errorf("row %+v", v.Rows[0])
	}
}

func TestAccountThatWasCopiedFromLastIsOneClickAway(t *testing.T) {
	var many []*api.Account
	for n := range 12 {
		many = append(many, account(fmt.Sprint("rig", n), keeper.StateFresh, time.Hour))
	}
	v := decideTray(words.New(), many, "id-rig9", standing{}, noon)
	if !strings.HasPrefix(v.Rows[0].Label, "rig9") || len(v.Rows[0].Rows) > 0 || v.Rows[1].ID != "id-rig9 access-token" || !v.Rows[1].Enabled {
		t.Errorf("the first rows are %+v, %+v", v.Rows[0], v.Rows[1])
	}
	seen := map[string]int{}
	var count func(rows []row)
	count = func(rows []row) {
		for _, r := range rows {
			seen[r.ID]++
			count(r.Rows)
		}
	}
	count(v.Rows)
	for _, a := range many {
		if seen[a.ID] != 1 || seen[a.ID+" access-token"] != 1 {
			t.Errorf("%s is there %d times", a.Name, seen[a.ID])
		}
	}
	if gone := decideTray(words.New(), many, "id-gone", standing{}, noon); !strings.HasPrefix(gone.Rows[0].Label, "rig0") {
		t.Errorf("that one was removed, and the first is %q", gone.Rows[0].Label)
	}
}

func TestAccountInTroubleIsNotHiddenInASubmenu(t *testing.T) {
	var many []*api.Account
	for n := range 12 {
		many = append(many, account(fmt.Sprint("rig", n), keeper.StateFresh, time.Hour))
	}
	many[11].State, many[11].Reason, many[11].ExpiresAt = keeper.StateWaiting, oauth.ReasonServer, noon.Add(-time.Minute)
	rows := decideTray(words.New(), many, "id-rig9", standing{}, noon).Rows
	at := func(id string) int { return slices.IndexFunc(rows, func(r row) bool { return r.ID == id }) }
	if first, second, third := at("id-rig9"), at("id-rig11"), at("id-rig0"); first != 0 || second < first || third < second {
		t.Errorf("the lines are %d, %d and %d of the menu", first, second, third)
	}
	few := many[4:]
	rows = decideTray(words.New(), few, "", standing{}, noon).Rows
	if at("id-rig11") < at("id-rig4") || at("id-rig4") != 0 {
		t.Error("rows of a menu that holds all accounts have changed places")
	}
}

func TestBrokenSettingsAreSetAsideNotReplaced(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "config.json")
	for _, content := range []string{"{", `{"version":99}`, `{"version":1,"accounts":[{"id":"","name":"x"}]}`, `{"version":1,"accounts":[{"id":"../x","name":"x"}]}`} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		f, aside, err := openConfig(dir)
		if err != nil || aside == "" || len(f.get().Accounts) != 0 {
			t.Fatalf("%s: %q, %v", content, aside, err)
		}
		if kept, err := os.ReadFile(aside); err != nil || string(kept) != content {
			t.Errorf("%s: the broken file is gone: %v", content, err)
		}
		_ = os.Remove(aside)
	}
}

func TestSettingsAreWrittenWholeAndPrivate(t *testing.T) {
	dir := t.TempDir()
	f, _, err := openConfig(dir)
	if err != nil {
		t.Fatal(err)
	}
	a := oauth.Account{ID: "0123456789abcdef", Name: "work", ClientID: "2", RedirectURI: "https://example.com/cb", Provider: oauth.Provider{Name: "xiaomi"}}
	if err := f.edit(func(c *config) { c.Accounts = append(c.Accounts, saved(a)) }); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(dir, "config.json"))
	if err != nil || (info.Mode().Perm() != 0o600 && runtime.GOOS != "windows") { // whose folder is the person's alone
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if err := os.WriteFile(filepath.Join(dir, "config.json"), []byte("{ half an edit"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := f.edit(func(c *config) { c.Settings.MinValid = "20m" }); err != nil {
		t.Fatal(err)
	}
	kept, _ := filepath.Glob(filepath.Join(dir, "config.json.broken-*"))
	if len(kept) != 1 {
		t.Fatalf("a person's edit was overwritten; kept: %v", kept)
	}
	_ = os.Remove(kept[0])
	again, aside, err := openConfig(dir)
	if err != nil || aside != "" || len(again.get().Accounts) != 1 || again.get().Accounts[0].Name != "work" {
		t.Errorf("read back %+v, %q, %v", again.get(), aside, err)
	}
	if files, _ := os.ReadDir(dir); len(files) != 1 {
		t.Errorf("%d files", len(files))
	}
}

// What is said to be left of a copy is said anew when it is no longer true.
func TestCountdown(t *testing.T) {
	for left, want := range map[time.Duration][2]time.Duration{
		5 * time.Minute:        {5 * time.Minute, time.Minute},
		119 * time.Second:      {2 * time.Minute, 9 * time.Second},
		61 * time.Second:       {70 * time.Second, time.Second}, // which is one minute in words
		time.Minute:            {time.Minute, 10 * time.Second},
		59 * time.Second:       {time.Minute, 9 * time.Second},
		10 * time.Second:       {10 * time.Second, 10 * time.Second},
		300 * time.Millisecond: {10 * time.Second, 300 * time.Millisecond},
	} {
		if said, lasts := countdown(left); said != want[0] || lasts != want[1] {
			t.Errorf("%v left: said to be %v for %v", left, said, lasts)
		}
	}
	copied := noon.Add(time.Minute)
	said := map[string]bool{}
	for now := noon; now.Before(copied); now = nextLabelChange(nil, copied, now) {
		v := decideTray(words.New(), []*api.Account{account("a", keeper.StateFresh, time.Hour)}, "", standing{clears: copied}, now)
		said[v.Tooltip] = true
	}
	if len(said) != 6 {
		t.Errorf("a minute is counted down in %d steps: %v", len(said), said)
	}
}
