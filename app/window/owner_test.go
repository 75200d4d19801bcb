package main

import (
	"os"
	"testing"

	"freshkey/app/api"
)

// Two windows of one profile, or one that takes what a person has typed along, are what comes of a killed agent if nobody decides.
func TestWindowStaysUntilAnotherOneIsThere(t *testing.T) {
	const mine, version = 100, "1.0"
	asking := []*api.Account{{ID: "a"}, {ID: "b", Ask: true}}
	for name, c := range map[string]struct {
		now         api.Snapshot
		agent       int
		other, busy bool
		want        succession
	}{
		"its own agent":                     {api.Snapshot{Status: api.Status{PID: mine, Version: version}}, mine, true, false, stays},
		"its own agent, of another version": {api.Snapshot{Status: api.Status{PID: mine, Version: "2.0"}, Accounts: asking}, mine, false, false, stays},
		"another agent":                     {api.Snapshot{Status: api.Status{PID: 200, Version: version}}, mine, false, false, stays},
		"one with a window":                 {api.Snapshot{Status: api.Status{PID: 200, Version: version}}, mine, true, false, closes},
		"one with a window, while typing":   {api.Snapshot{Status: api.Status{PID: 200, Version: version}}, mine, true, true, stays},
		"one of another version":            {api.Snapshot{Status: api.Status{PID: 200, Version: "2.0"}}, mine, false, false, replaced},
		"one of accounts that ask":          {api.Snapshot{Status: api.Status{PID: 200, Version: version}, Accounts: asking}, mine, false, false, replaced},
		"the first that is there":           {api.Snapshot{Status: api.Status{PID: 200, Version: version}}, 0, false, false, replaced},
	} {
		if got := successionOf(c.now, c.agent, version, c.other, c.busy); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

// What was typed, or is under way, keeps a window that would give way; and an agent that says no more of another window has not seen it close.
func TestBusyWindowGivesNoWay(t *testing.T) {
	w, _, _ := keyboard(t, pageAccounts)
	busy := func(why string, want bool) {
		t.Helper()
		if w.isBusy() != want {
			t.Errorf("%s: busy is %v", why, !want)
		}
	}
	busy("nothing", false)
	w.model.working["a"] = true
	busy("a call", true)
	delete(w.model.working, "a")
	w.openEdit()
	busy("a dialog", true)
	w.topDialog().Hide()
	w.widgets.detail.signIn.address.SetText("http://127.0.0.1:8765/callback?code=1")
	busy("an address", true)
	w.widgets.detail.signIn.address.SetText("")
	busy("nothing once more", false)
	w.model.search = "work"
	busy("a search", true)
	w.model.other = true
	busy("a search in a second window", false)
	w.model.search, w.model.other = "", false
	w.openPage(pageAdd)
	busy("an empty form", false)
	w.model.form.text = map[string]string{"name": "half"}
	busy("a form", true)
	w.openPage(pageSettings)
	busy("a form of another page", true)
	w.model.form.text = nil
	busy("the settings", false)
	for _, f := range []string{"", "typed"} {
		typing := w.field()
		typing.SetText(f)
		w.widgets.right.Add(typing)
		w.fyne.Canvas().Focus(typing)
		busy("a field with "+f, f != "")
	}
	for _, step := range []struct {
		before, now api.Status
		want        bool
	}{
		{api.Status{PID: 1}, api.Status{PID: 1}, false},
		{api.Status{PID: 1}, api.Status{PID: 1, Window: 7}, true},
		{api.Status{PID: 1, Window: 7}, api.Status{PID: 2}, true},
		{api.Status{PID: 2}, api.Status{PID: 2, Window: 7}, true},
		{api.Status{PID: 2, Window: 7}, api.Status{PID: 2}, false},
		{api.Status{PID: 2}, api.Status{PID: 2, Window: os.Getpid()}, false}, // this one
		{api.Status{PID: 2, Window: os.Getpid()}, api.Status{PID: 3}, false},
	} {
		if w.lookForOther(step.before, step.now); w.model.other != step.want {
			t.Errorf("%+v, then %+v: another window: %v", step.before, step.now, w.model.other)
		}
	}
}

// Two windows stood side by side, and neither said which is which.
func TestAWindowThatStaysBesideAnotherOneSaysWhy(t *testing.T) {
	w, _, _ := keyboard(t, pageAccounts)
	w.model.form.text = map[string]string{"name": "half"}
	w.change(func(m *model) { m.other = true })
	if w.shown.Banner != w.words.Text("window.other") {
		t.Errorf("it says %q", w.shown.Banner)
	}
}
