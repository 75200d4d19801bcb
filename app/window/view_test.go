package main

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2/test"

	"freshkey/app/api"
	"freshkey/app/words"
	"freshkey/oauth"
	"freshkey/oauth/journal"
	"freshkey/oauth/keeper"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.Local)

func account(id string, state keeper.State, left time.Duration) *api.Account {
	return &api.Account{
		ID: id, Name: id, Provider: "xiaomi", ClientID: "2882303761517000001", RedirectURI: "https://example.com/callback", State: state,
		IssuedAt: noon.Add(left - 72*time.Hour), ExpiresAt: noon.Add(left), NextRefreshAt: noon.Add(left / 2), LastRefreshAt: noon.Add(left - 72*time.Hour),
		HasMACKey: true, Generation: 3, Fingerprint: "12345678", Scope: "1 3 99", OpenID: "2.0:/abc==", Cause: journal.CauseScheduled,
	}
}

func with(accounts ...*api.Account) *model {
	return &model{known: true, online: true, snapshot: api.Snapshot{Accounts: accounts}, selected: accounts[0].ID}
}

func TestNothingIsOfferedThatCannotWork(t *testing.T) {
	w := words.New()
	for name, c := range map[string]struct {
		account                             *api.Account
		online                              bool
		copy, copyMAC, refresh, login, hold bool
	}{
		"fresh":             {account("a", keeper.StateFresh, time.Hour), true, true, true, true, false, true},
		"held":              {account("a", keeper.StateHeld, time.Hour), true, true, true, false, false, false},
		"refreshing":        {account("a", keeper.StateRefreshing, time.Hour), true, true, true, false, false, true},
		"dead, still works": {account("a", keeper.StateSignIn, time.Hour), true, true, true, false, true, true},
		"dead, expired":     {account("a", keeper.StateSignIn, -time.Hour), true, false, false, false, true, false},
		"expired, offline":  {account("a", keeper.StateOffline, -time.Hour), true, true, true, true, false, false},
		"agent gone":        {account("a", keeper.StateFresh, time.Hour), false, false, false, false, false, false},
	} {
		m := with(c.account)
		m.online = c.online
		d := decide(w, m, noon).Detail
		got := []bool{d.CanCopy, d.CanCopyMAC, d.CanRefresh, d.CanLogin, d.CanHold}
		if want := []bool{c.copy, c.copyMAC, c.refresh, c.login, c.hold}; !slices.Equal(got, want) {
			t.Errorf("%s: copy, MAC, refresh, sign in, hold: %v, want %v", name, got, want)
		}
	}
	if v := decide(w, &model{}, noon); v.Page != "loading" {
		t.Errorf("page %q before anything is known", v.Page)
	}
	if v := decide(w, &model{known: true, online: true}, noon); v.Page != "empty" || v.Banner != "" {
		t.Errorf("page %q, banner %q without accounts", v.Page, v.Banner)
	}
}

func TestEveryStateSaysWhatHappenedAndWhatToDo(t *testing.T) {
	for _, language := range []string{"en", "zh-Hans"} {
		w := words.New(language)
		for state, reason := range states() {
			a := account("a", state, time.Hour)
			a.Reason = reason
			d := decide(w, with(a), noon).Detail
			if len(d.What) < 20 || (len(d.Advice) < 20 && state != keeper.StateRefreshing) {
				t.Errorf("%s: %q %q", state, d.What, d.Advice)
			}
		}
	}
}

// A new state has a scene, and so a picture.
func TestEveryStateHasAScene(t *testing.T) {
	source, err := os.ReadFile("../../oauth/keeper/state.go")
	declared := regexp.MustCompile(`State\w+ +State = "(\w+)"`).FindAllStringSubmatch(string(source), -1)
	if err != nil || len(declared) < 10 {
		t.Fatalf("%v: %d states", err, len(declared))
	}
	for _, m := range declared {
		if _, ok := states()[keeper.State(m[1])]; !ok {
			t.Errorf("no scene for %s", m[1])
		}
	}
}

// states are all an account can be in, each with a reason it may have.
func states() map[keeper.State]oauth.Reason {
	return map[keeper.State]oauth.Reason{
		keeper.StateFresh: "", keeper.StateHeld: "", keeper.StateRefreshing: "", keeper.StateWaiting: oauth.ReasonServer, keeper.StateOffline: oauth.ReasonNoConnection,
		keeper.StateUncertain: oauth.ReasonNoAnswer, keeper.StateUnsaved: keeper.ReasonLocked, keeper.StateLocked: keeper.ReasonKeychain,
		keeper.StateMisconfigured: oauth.ReasonSettings, keeper.StateSignIn: oauth.ReasonRefused,
	}
}

func TestMistakeIsShownAtItsField(t *testing.T) {
	w := words.New()
	for problem, want := range map[string]string{"client_id": "client_id", "input": "answer", "expires_in": "answer", "refresh_token": "answer"} {
		m := with(account("a", keeper.StateFresh, time.Hour))
		m.problem = fieldOf(&api.Problem{Field: problem, What: "is wrong"}, true)
		if v := decideAdd(w, m, noon); v.Field != want || v.Unplaceable {
			t.Errorf("%s is shown at %q", problem, v.Field)
		}
	}
	if v := decideAdd(w, &model{problem: &api.Problem{What: "the keychain is locked"}}, noon); !v.Unplaceable {
		t.Error("a problem of no field is not shown")
	}
}

func TestPasteIsSaidBeforeItIsStoredAndWithoutItsSecrets(t *testing.T) {
	w := words.New()
	m := &model{form: addForm{text: map[string]string{"answer": `{"client_id":"28823","client_secret":"planted-secret","refresh_token":"planted-refresh"}`}}}
	v := decideAdd(w, m, noon)
	if !strings.Contains(v.Found, "28823") || strings.Contains(v.Found, "planted") || v.FoundBad {
		t.Errorf("said %q", v.Found)
	}
	if !slices.Equal(v.Fields, []string{"answer", "name", "redirect_uri"}) {
		t.Errorf("fields %v", v.Fields)
	}
	m.form.text["answer"] = "hello"
	if v := decideAdd(w, m, noon); !v.FoundBad {
		t.Errorf("said %q of nonsense", v.Found)
	}
}

func TestMostUrgentComesFirstAndSearchFindsTheRest(t *testing.T) {
	m := with(account("alpha", keeper.StateFresh, time.Hour), account("beta", keeper.StateFresh, time.Hour), account("gamma", keeper.StateSignIn, -time.Hour))
	names := func() (all []string) {
		for _, a := range decide(words.New(), m, noon).Accounts {
			all = append(all, a.Name)
		}
		return all
	}
	if got := names(); !slices.Equal(got, []string{"gamma", "alpha", "beta"}) {
		t.Errorf("by urgency: %v", got)
	}
	m.byName = true
	if got := names(); !slices.Equal(got, []string{"alpha", "beta", "gamma"}) {
		t.Errorf("by name: %v", got)
	}
	m.search = "BET"
	if v := decide(words.New(), m, noon); len(v.Accounts) != 1 || v.Found == "" || v.Page != "detail" {
		t.Errorf("found %v, %q, page %q", v.Accounts, v.Found, v.Page)
	}
}

func TestLifetimeBarKeepsItsProportions(t *testing.T) {
	a := account("a", keeper.StateFresh, 36*time.Hour) // of 72
	a.NextRefreshAt = noon.Add(18 * time.Hour)
	if b := decideBar(words.New(), *a, noon); b.Gone != 0.5 || b.Refresh != 0.75 || !b.Shown {
		t.Errorf("%+v", b)
	}
	a.ExpiresAt = time.Time{}
	if b := decideBar(words.New(), *a, noon); b.Shown {
		t.Errorf("%+v of no token", b)
	}
}

func TestAccountWhoseSnapshotCameFirstIsShownOnce(t *testing.T) {
	m := with(account("a", keeper.StateFresh, time.Hour))
	m.added(*account("a", keeper.StateFresh, time.Hour))
	m.added(*account("b", keeper.StateFresh, time.Hour))
	if v := decide(words.New(), m, noon); len(v.Accounts) != 2 || v.Accounts[v.Selected].ID != "b" {
		t.Errorf("%d rows, selected %d", len(v.Accounts), v.Selected)
	}
}

func TestRevealedSecretsAreGoneAfterTheirTime(t *testing.T) {
	m := with(account("a", keeper.StateFresh, time.Hour))
	m.revealed = reveal{"a", "planted", "key", noon.Add(10 * time.Second)}
	if d := decide(words.New(), m, noon).Detail; d.Access != "planted" {
		t.Error("not shown")
	}
	if d := decide(words.New(), m, noon.Add(11*time.Second)).Detail; d.Access != "" || d.MAC != "" {
		t.Error("still shown")
	}
}

func TestPaintedWindowFollowsTheModel(t *testing.T) {
	a := test.NewTempApp(t)
	w := newWindow(t.Context(), a.NewWindow("Freshkey"), api.ClientAt(t.TempDir()+"/nobody"), words.New())
	if got := w.widgets.right.Objects; len(got) != 1 || got[0] != w.widgets.pages["loading"] {
		t.Fatal("the first page is not the loading one")
	}
	now := time.Now()
	fresh, dead := account("a", keeper.StateFresh, 0), account("b", keeper.StateSignIn, 0)
	fresh.ExpiresAt, dead.ExpiresAt = now.Add(time.Hour), now.Add(-time.Hour)
	w.model.byName = true
	w.applySnapshot(&w.model, api.Snapshot{Accounts: []*api.Account{fresh, dead}})
	w.repaint()
	d := &w.widgets.detail
	if d.name.Text != "a" || d.copyAccess.Disabled() || d.login.Visible() {
		t.Errorf("shown: %q", d.name.Text)
	}
	w.widgets.list.Select(1)
	if d.name.Text != "b" || !d.copyAccess.Disabled() || !d.login.Visible() {
		t.Errorf("after a click on the second: %q", d.name.Text)
	}
	w.openAdd()
	test.Type(w.widgets.add.entries["name"], `{"client_secret":"planted-secret","refresh_token":"planted-refresh"}`)
	if name := w.widgets.add.entries["name"].Text; strings.Contains(name, "planted") || !strings.Contains(w.widgets.add.entries["answer"].Text, "planted-refresh") {
		t.Errorf("a secret can be read in the name: %q", name)
	}
	test.Type(w.widgets.add.entries["answer"], "planted")
	w.cancelAdd()
	if w.widgets.add.entries["answer"].Text != "" || w.model.form.text["answer"] != "" {
		t.Error("a typed secret stays in the form")
	}
	if d.name.Text != "b" {
		t.Errorf("after cancelling: %q", d.name.Text)
	}
}

func TestChineseFillsItsLines(t *testing.T) {
	for text, want := range map[string]string{
		"Freshkey 将在 20 小时后用保存的令牌再试一次。 令牌可用至 周三 04:00。": "Freshkey将在20小时后用保存的令牌再试一次。令牌可用至周三04:00。",
		"请确认服务正在运行（freshkey doctor 会说明更多）。":             "请确认服务正在运行（freshkey doctor会说明更多）。",
		"还有 1 天 16 小时。":                    "还有1天16小时。",
		"The token works until Wed 04:00.": "The token works until Wed 04:00.",
	} {
		if got := wrapped(text).Text; got != want {
			t.Errorf("%q is shown as %q", text, got)
		}
	}
}
