package main

import (
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/widget"

	"freshkey/app/api"
)

// askedDialog is a question of the agent's in the window.
type askedDialog struct {
	id     int // of the last one that was shown, or passed on
	dialog dialog.Dialog
	shown  fyne.CanvasObject // the dialog as it lies over the window
	answer func(api.Answer)
	since  time.Time // when it was shown …
	typed  time.Time // … and when a key was typed last since, that was no answer
}

// askQuestion shows the first question that waits, and takes one back that was answered elsewhere.
func (w *Window) askQuestion(s api.Snapshot) {
	asked := &w.asked
	if asked.dialog != nil && !slices.ContainsFunc(s.Questions, func(q api.Question) bool { return q.ID == asked.id }) {
		asked.dialog.Hide()
		asked.dialog = nil
		w.dropHidden()
	}
	if asked.dialog != nil || len(s.Questions) == 0 || s.Questions[0].ID <= asked.id {
		return
	}
	q := s.Questions[0]
	w.asked = w.questionDialog(q, accountOf(s.Accounts, q.Account))
	w.asked.dialog.Show()
	w.asked.shown = w.fyne.Canvas().Overlays().Top()
}

// comeBack shows a question again that was taken away with a dialog below it: to a person that is another one.
func (a *askedDialog) comeBack(over fyne.OverlayStack, now time.Time) {
	if a.dialog == nil || slices.Contains(over.List(), a.shown) {
		return
	}
	a.dialog.Hide() // else it takes itself for shown
	a.dialog.Show()
	a.shown, a.since = over.Top(), now
}

// passOn has the agent ask in a window of its own what it would take no answer to from this one, which stays because something is typed in it.
func (w *Window) passOn(s api.Snapshot) {
	if len(s.Questions) == 0 || s.Status.Window != 0 || s.Questions[0].ID <= w.asked.id {
		return
	}
	w.asked.id = s.Questions[0].ID
	go func() { _ = w.client.OpenWindow(w.life) }()
}

func (w *Window) questionDialog(q api.Question, account api.Account) askedDialog {
	said := w.words.Question(q, account)
	d := dialog.NewCustomWithoutButtons(said.Title, wrapped(said.Text), w.fyne)
	reply := func(answer api.Answer) {
		d.Hide()
		w.asked.dialog = nil
		w.dropHidden()
		go func() { _ = w.client.AnswerQuestion(w.life, q.ID, answer) }() // the next snapshot tells
	}
	var buttons []fyne.CanvasObject
	for _, answer := range q.Answers() {
		b := w.answerButton(said.Answers[answer], func() { reply(answer) })
		if answer == api.AnswerNo {
			b.Importance = widget.HighImportance
		}
		buttons = append(buttons, b)
	}
	d.SetButtons(buttons)
	d.Resize(fyne.NewSize(520, 240))
	return askedDialog{id: q.ID, dialog: d, answer: reply, since: w.now()}
}

// answerButton is a button below a question. It comes while a person may be typing something else, whose blanks and tabs must not agree to it: keys
// press it only after a pause.
type answerButton struct{ button }

// keyPause is that pause, after the question has come and after any other key.
const keyPause = 1500 * time.Millisecond

func (w *Window) answerButton(text string, tapped func()) *answerButton {
	b := &answerButton{button{Button: widget.Button{Text: text, OnTapped: tapped}, window: w}}
	b.ExtendBaseWidget(b)
	return b
}

// keysCount reports whether a key that presses a button is meant for the question.
func (a *askedDialog) keysCount(now time.Time) bool {
	return now.Sub(a.since) >= keyPause && now.Sub(a.typed) >= keyPause
}

// TypedRune notes that something else is typed.
func (b *answerButton) TypedRune(rune) { b.window.asked.typed = b.window.now() }

// TypedKey – see answerButton. Escape says no at any time.
func (b *answerButton) TypedKey(e *fyne.KeyEvent) {
	asked, now := &b.window.asked, b.window.now()
	switch e.Name {
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		if !asked.keysCount(now) {
			asked.typed = now
			return
		}
	case fyne.KeyEscape:
	default:
		asked.typed = now
	}
	b.button.TypedKey(e)
}

// accountOf is an account by its id; one that has just been removed is called by that.
func accountOf(all []*api.Account, id string) api.Account {
	for _, a := range all {
		if a.ID == id {
			return *a
		}
	}
	return api.Account{ID: id, Name: id}
}
