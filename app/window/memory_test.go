package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"freshkey/app/api"
	"freshkey/app/words"
	"freshkey/oauth/keeper"
)

func TestKilledWindowHasWrittenHowItWas(t *testing.T) {
	path := filepath.Join(t.TempDir(), "last-window.json")
	synctest.Test(t, func(t *testing.T) {
		f, _ := openMemory(path)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go f.keep(ctx)
		for width := range 100 { // drawn larger, frame by frame
			f.note(memory{float32(800 + width), 600, "a", false})
			synctest.Wait()
		}
		time.Sleep(memoryDelay)
		synctest.Wait()
		if _, got := openMemory(path); got != (memory{899, 600, "a", false}) {
			t.Errorf("the next one begins with %+v", got)
		}
	})
}

func TestClosedWindowHasWrittenItsLastMoment(t *testing.T) {
	path := filepath.Join(t.TempDir(), "last-window.json")
	f, _ := openMemory(path)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	f.note(memory{1000, 700, "b", true})
	f.keep(ctx)
	if _, got := openMemory(path); got != (memory{1000, 700, "b", true}) {
		t.Errorf("the next one begins with %+v", got)
	}
	if left, err := os.ReadDir(filepath.Dir(path)); err != nil || len(left) != 1 {
		t.Errorf("%v, %v lie there", left, err)
	}
}

func TestBrokenMemoryMakesNoWindowThatNobodySees(t *testing.T) {
	path := filepath.Join(t.TempDir(), "last-window.json")
	for _, text := range []string{
		"", "nonsense", `{"width":1200,"height":"tall"}`, `{"width":0,"height":0}`, `{"width":-5,"height":700}`, `{"width":1e9,"height":700}`, `{"width":1e99,"height":700}`, `[]`,
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, m := openMemory(path); m.size() != fyne.NewSize(940, 640) {
			t.Errorf("%q: %v", text, m.size())
		}
	}
	if _, m := openMemory(filepath.Join(path, "nowhere")); m.size() != fyne.NewSize(940, 640) {
		t.Errorf("without a file: %v", m.size())
	}
}

func TestWindowIsNoLargerThanAnyScreen(t *testing.T) {
	for name, c := range map[string]struct{ size, screen, want fyne.Size }{
		"has room":          {fyne.NewSize(940, 640), fyne.NewSize(1280, 720), fyne.NewSize(940, 640)},
		"from a larger one": {fyne.NewSize(2500, 1400), fyne.NewSize(1280, 720), fyne.NewSize(1280, 680)},
		"too high":          {fyne.NewSize(940, 1400), fyne.NewSize(1280, 720), fyne.NewSize(940, 680)},
		"not known":         {fyne.NewSize(2500, 1400), fyne.Size{}, fyne.NewSize(2500, 1400)},
	} {
		if got := fitting(c.size, c.screen); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// reopened is the next window of a person's.
func reopened(t *testing.T) (w *Window, end func()) {
	ctx, cancel := context.WithCancel(t.Context())
	w = newWindow(ctx, test.NewTempApp(t).NewWindow("Freshkey"), api.ClientAt(t.TempDir()+"/nobody"), words.New("en"))
	kept := w.restoreMemory(ctx)
	return w, func() { cancel(); <-kept }
}

func TestWindowComesBackWithItsSizeAndItsAccount(t *testing.T) {
	for _, home := range []string{"XDG_STATE_HOME", "HOME", "LocalAppData"} {
		t.Setenv(home, t.TempDir())
	}
	fresh, late := account("a", keeper.StateFresh, time.Hour), account("b", keeper.StateUncertain, time.Hour)
	late.ExpiresAt = time.Now().Add(time.Hour)
	w, end := reopened(t)
	w.applySnapshot(&w.model, api.Snapshot{Accounts: []*api.Account{fresh, late}})
	w.repaint()
	if w.model.selected != "b" || w.fyne.Canvas().Size() != fyne.NewSize(940, 640) {
		t.Errorf("at first %q in %v", w.model.selected, w.fyne.Canvas().Size())
	}
	w.selectAccount("a")
	w.widgets.order.SetSelectedIndex(1)
	w.fyne.Resize(fyne.NewSize(1100, 700)) // nothing is repainted
	end()

	w, end = reopened(t)
	w.repaint() // the page that loads, where no account is to be seen
	w.applySnapshot(&w.model, api.Snapshot{Accounts: []*api.Account{fresh, late}})
	w.repaint()
	if w.model.selected != "a" || w.fyne.Canvas().Size() != fyne.NewSize(1100, 700) || !w.model.byName || w.widgets.order.SelectedIndex() != 1 {
		t.Errorf("again %q in %v, by name %v", w.model.selected, w.fyne.Canvas().Size(), w.model.byName)
	}
	end()

	w, end = reopened(t) // the account is gone
	w.applySnapshot(&w.model, api.Snapshot{Accounts: []*api.Account{late}})
	w.repaint()
	if w.model.selected != "b" || w.shown.Selected != 0 {
		t.Errorf("without it %q is selected, row %d", w.model.selected, w.shown.Selected)
	}
	end()
}

// Who clicks a notice, and has no window open, sees what it is about; who needs nothing is where they were.
func TestWindowOpensAtTheAccountThatNeedsAPerson(t *testing.T) {
	now := time.Now()
	work := &api.Account{ID: "w", Name: "work", State: keeper.StateFresh, ExpiresAt: now.Add(time.Hour)}
	home := &api.Account{ID: "h", Name: "home", State: keeper.StateFresh, ExpiresAt: now.Add(time.Hour)}
	dead := &api.Account{ID: "d", Name: "dead", State: keeper.StateSignIn, ExpiresAt: now.Add(-time.Hour)}
	down := &api.Account{ID: "o", Name: "down", State: keeper.StateOffline, ExpiresAt: now.Add(-time.Hour)}
	for name, c := range map[string]struct {
		accounts []*api.Account
		opens    bool
		want     string
	}{
		"all is well":             {[]*api.Account{home, work}, true, "w"},
		"one needs a person":      {[]*api.Account{dead, home, work}, true, "d"},
		"one is of no use":        {[]*api.Account{down, home, work}, true, "o"},
		"while somebody looks":    {[]*api.Account{dead, home, work}, false, "w"},
		"the remembered one went": {[]*api.Account{home}, true, "h"},
		"all went":                {nil, true, ""},
	} {
		m := &model{selected: "w", snapshot: api.Snapshot{Accounts: c.accounts}}
		if m.selectAccount(c.opens, now); m.selected != c.want {
			t.Errorf("%s: %q is selected, want %q", name, m.selected, c.want)
		}
	}
}

// While somebody works far down the list, an account gets into trouble: it is first, and it is in sight.
func TestTroubleIsInSight(t *testing.T) {
	w := stage(t, test.NewTempApp(t), words.New("en"), scene{set: func(m *model) {
		m.snapshot.Accounts = nil
		for n := range 40 {
			m.snapshot.Accounts = append(m.snapshot.Accounts, account(fmt.Sprint("rig", n), keeper.StateFresh, time.Hour))
		}
		m.selected = m.snapshot.Accounts[39].ID
	}})
	list := w.widgets.list
	if list.GetScrollOffset() == 0 {
		t.Fatal("the selected account is not far down")
	}
	w.change(func(m *model) { m.snapshot.Accounts[20] = account("rig20", keeper.StateSignIn, time.Hour) })
	if list.GetScrollOffset() != 0 {
		t.Errorf("the account in trouble is %v above what is in sight", list.GetScrollOffset())
	}
	list.ScrollToBottom() // the person goes on
	w.change(func(m *model) { m.snapshot.Accounts[21] = account("rig21", keeper.StateFresh, 2*time.Hour) })
	if list.GetScrollOffset() == 0 {
		t.Error("the list has jumped away without news")
	}
}

// That something went well is said for a moment: a minute later it is no more true of the clipboard.
func TestGoodNewsGoesAndBadNewsStays(t *testing.T) {
	now := time.Now()
	m := &model{note: map[string]note{"good": {text: "copied", until: now.Add(noteLasts)}, "bad": {text: "no keychain", bad: true}}}
	for at, want := range map[time.Duration][2]string{0: {"copied", "no keychain"}, noteLasts: {"", "no keychain"}} {
		if got := [2]string{m.noteOf("good", now.Add(at)).text, m.noteOf("bad", now.Add(at)).text}; got != want {
			t.Errorf("after %v: %q, want %q", at, got, want)
		}
	}
}

// What was copied is old, and it was still said how long it works.
func TestCopyThatIsOldIsNoGoodNews(t *testing.T) {
	now := time.Now()
	a := account("a", keeper.StateFresh, time.Hour)
	m := &model{snapshot: api.Snapshot{Accounts: []*api.Account{a}}, note: map[string]note{"a": {text: "copied", until: now.Add(noteLasts)}}}
	for at, want := range map[time.Duration]string{-time.Minute: "copied", time.Second: ""} {
		if a.CopySupersededAt = now.Add(at); m.noteOf("a", now.Add(2*time.Second)).text != want {
			t.Errorf("replaced %v after the copy: %q", at, m.noteOf("a", now).text)
		}
	}
}

// The browser sent a sign-in back, and the question whether another person's chain may stand here is on the page of that account alone.
func TestQuestionOfASignInIsShown(t *testing.T) {
	asked := []api.Login{{Account: "h", Number: 1, Step: api.StepConfirm}}
	m := &model{selected: "w", page: pageSettings, search: "wo", snapshot: api.Snapshot{Logins: asked}}
	if m.selectQuestion(nil); m.selected != "h" || m.page != pageAccounts || m.search != "" {
		t.Errorf("%q is selected on %v", m.selected, m.page)
	}
	m.selected = "w" // the person looks at something else before they answer
	if m.selectQuestion(asked); m.selected != "w" {
		t.Error("it is shown again and again")
	}
}

func TestWindowHasTheProfileOfItsTerminalButAnAgentsHasTheAgents(t *testing.T) {
	t.Setenv(api.ProfileVariable, "qa")
	for want, args := range map[string][]string{"qa": {}, "other": {"--profile", "other"}, "": {"--attached"}} {
		if o, err := parse(args, words.New("en")); err != nil || o.profile.Name() != want {
			t.Errorf("%v: profile %q, %v", args, o.profile.Name(), err)
		}
	}
}

// The window that came in the place of another one showed the account in trouble, and not the one that was selected: its token was copied next.
func TestAWindowInThePlaceOfAnotherShowsWhereThePersonIs(t *testing.T) {
	for name, c := range map[string]struct {
		left time.Duration // ago
		want bool
	}{"a moment ago": {time.Second, true}, "long ago": {time.Hour, false}} {
		w, _, _ := keyboard(t, pageAccounts)
		w.memory, _ = openMemory(filepath.Join(t.TempDir(), "last-window.json"))
		w.memory.leave(legacy{"b", pageSettings, w.now().Add(-c.left)})
		if got := w.inherit(); got != c.want || got != (w.model.selected == "b" && w.model.page == pageSettings) {
			t.Errorf("%s: %v, account %s on page %q", name, got, w.model.selected, w.model.page)
		}
		if w.inherit() {
			t.Errorf("%s: it is inherited twice", name)
		}
	}
}
