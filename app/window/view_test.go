package window

import (
	"testing"
	"time"

	"fyne.io/fyne/v2/test"

	"freshkey/app/api"
	"freshkey/app/words"
	"freshkey/oauth"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.Local)

func account(id string, state oauth.State, left time.Duration) api.Account {
	return api.Account{
		ID: id, Name: id, State: state, IssuedAt: noon.Add(left - 72*time.Hour), ExpiresAt: noon.Add(left), NextRefreshAt: noon.Add(left / 2),
		HasMACKey: true, Generation: 3, Fingerprint: "12345678",
	}
}

func TestNothingIsOfferedThatCannotWork(t *testing.T) {
	w := words.New()
	for name, c := range map[string]struct {
		account                 api.Account
		online                  bool
		copy, copyMAC, refresh_ bool
	}{
		"fresh":             {account("a", oauth.StateFresh, time.Hour), true, true, true, true},
		"refreshing":        {account("a", oauth.StateRefreshing, time.Hour), true, true, true, false},
		"dead, still works": {account("a", oauth.StateSignIn, time.Hour), true, true, true, false},
		"dead, expired":     {account("a", oauth.StateSignIn, -time.Hour), true, false, false, false},
		"expired, offline":  {account("a", oauth.StateOffline, -time.Hour), true, true, true, true},
		"agent gone":        {account("a", oauth.StateFresh, time.Hour), false, false, false, false},
	} {
		m := model{known: true, online: c.online, accounts: []api.Account{c.account}, selected: "a"}
		d := decide(w, m, noon).Detail
		if d.CanCopy != c.copy || d.CanCopyMAC != c.copyMAC || d.CanRefresh != c.refresh_ {
			t.Errorf("%s: copy %v, MAC %v, refresh %v", name, d.CanCopy, d.CanCopyMAC, d.CanRefresh)
		}
	}
	if v := decide(w, model{}, noon); v.Page != "loading" {
		t.Errorf("page %q before anything is known", v.Page)
	}
	if v := decide(w, model{known: true, online: true}, noon); v.Page != "empty" || v.Banner != "" {
		t.Errorf("page %q, banner %q without accounts", v.Page, v.Banner)
	}
}

func TestEveryStateSaysWhatHappenedAndWhatToDo(t *testing.T) {
	w := words.New()
	for state, reason := range map[oauth.State]oauth.Reason{
		oauth.StateFresh: "", oauth.StateWaiting: oauth.ReasonServer, oauth.StateOffline: oauth.ReasonNoConnection, oauth.StateUncertain: oauth.ReasonNoAnswer,
		oauth.StateUnsaved: oauth.ReasonLocked, oauth.StateLocked: oauth.ReasonKeychain, oauth.StateMisconfigured: oauth.ReasonSettings, oauth.StateSignIn: oauth.ReasonRefused,
	} {
		a := account("a", state, time.Hour)
		a.Reason = reason
		d := decide(w, model{known: true, online: true, accounts: []api.Account{a}, selected: "a"}, noon).Detail
		if len(d.What) < 20 || len(d.Advice) < 20 {
			t.Errorf("%s: %q %q", state, d.What, d.Advice)
		}
	}
}

func TestMistakeIsShownAtItsField(t *testing.T) {
	for problem, want := range map[string]string{"client_id": "client_id", "input": "answer", "expires_in": "answer", "refresh_token": "answer"} {
		p := fieldOf(&api.Problem{Field: problem, What: "is wrong"}, true)
		if v := decideAdd(model{problem: p}); v.Field != want || v.Unplaceable {
			t.Errorf("%s is shown at %q", problem, v.Field)
		}
	}
	if v := decideAdd(model{problem: &api.Problem{What: "the keychain is locked"}}); !v.Unplaceable {
		t.Error("a problem of no field is not shown")
	}
}

func TestAccountWhoseSnapshotCameFirstIsShownOnce(t *testing.T) {
	m := model{known: true, online: true, accounts: []api.Account{account("a", oauth.StateFresh, time.Hour)}}
	m.added(account("a", oauth.StateFresh, time.Hour))
	m.added(account("b", oauth.StateFresh, time.Hour))
	if v := decide(words.New(), m, noon); len(v.Rows) != 2 || v.Rows[v.Selected].ID != "b" {
		t.Errorf("rows %v, selected %d", v.Rows, v.Selected)
	}
}

func TestPaintedWindowFollowsTheModel(t *testing.T) {
	a := test.NewTempApp(t)
	w := New(t.Context(), a.NewWindow("Freshkey"), nil, words.New())
	if got := w.pieces.right.Objects; len(got) != 1 || got[0] != w.pieces.pages["loading"] {
		t.Fatal("the first page is not the loading one")
	}
	w.take(&w.model, api.Snapshot{Accounts: []api.Account{account("a", oauth.StateFresh, time.Hour), account("b", oauth.StateSignIn, -time.Hour)}})
	w.repaint()
	if w.pieces.name.Text != "a" || w.pieces.copyAccess.Disabled() {
		t.Errorf("shown: %q", w.pieces.name.Text)
	}
	w.pieces.list.Select(1)
	if w.pieces.name.Text != "b" || !w.pieces.copyAccess.Disabled() {
		t.Errorf("after a click on the second: %q", w.pieces.name.Text)
	}
	w.openAdd()
	test.Type(w.pieces.form.entries["client_secret"], "planted")
	w.cancelAdd()
	if w.pieces.form.entries["client_secret"].Text != "" {
		t.Error("a typed secret stays in the form")
	}
	if w.pieces.name.Text != "b" {
		t.Errorf("after cancelling: %q", w.pieces.name.Text)
	}
}
