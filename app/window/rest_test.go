package main

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"freshkey/app/api"
	"freshkey/app/words"
)

// Fyne draws the whole window at each step of an animation, also of one that is not in sight: half of a processor, for nothing.
func TestNothingMovesInAWindowThatRests(t *testing.T) {
	w := stage(t, test.NewTempApp(t), words.New("en"), scene{set: func(m *model) { m.known = false }})
	w.fyne.Resize(fyne.NewSize(940, 640))
	if !w.widgets.busy.Running() {
		t.Error("nothing moves while the agent is looked for")
	}
	w.change(func(m *model) { m.known = true })
	if w.widgets.busy.Running() {
		t.Error("the bar of the page before still moves")
	}
	w.change(func(m *model) { m.page, m.checking = pageDoctor, true })
	if !w.widgets.checking.Running() {
		t.Error("nothing moves while the doctor looks")
	}
	w.change(func(m *model) { m.checking = false })
	if w.widgets.checking.Running() {
		t.Error("the doctor has looked, and its bar still moves")
	}
}

// The first answer of the agent may say that the window is to speak another language than it began in.
func TestNothingMovesBehindAWindowThatIsBuiltAnew(t *testing.T) {
	w := stage(t, test.NewTempApp(t), words.New("en"), scene{set: func(m *model) { m.known = false }})
	before := w.widgets.busy
	w.change(func(m *model) {
		m.known = true
		w.applySettings(api.Settings{Language: "zh-Hans"})
	})
	if before == w.widgets.busy || before.Running() || w.widgets.busy.Running() {
		t.Errorf("built anew: %v, the old bar moves: %v, the new one: %v", before != w.widgets.busy, before.Running(), w.widgets.busy.Running())
	}
}
