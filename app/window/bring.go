package main

import (
	"context"
	"strings"
	"time"

	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"freshkey/app/api"
	"freshkey/app/words"
	"freshkey/oauth"
)

// openBring asks for a chain that was won elsewhere. How it goes on is on the account's page, as of any sign-in.
func (w *Window) openBring() {
	a, ok := w.model.account()
	if !ok {
		return
	}
	answer, found := w.secretField(), wrapped(" ")
	say := func(said string, bad bool) {
		found.Importance = map[bool]widget.Importance{true: widget.WarningImportance, false: widget.SuccessImportance}[bad]
		found.SetText(said)
	}
	answer.OnChanged = func(text string) { say(decideBrought(w.words, text, w.now())) }
	form := widget.NewForm(widget.NewFormItem(w.words.Text("window.field.answer"), answer))
	content := container.NewVBox(wrapped(w.words.Text("bring.text", words.Args{Account: a.Name})), form, found)
	w.openForm(w.words.Text("window.bring"), w.words.Text("bring.use"), content, []*field{answer}, func() func(context.Context) error {
		text := api.AsAnswer(answer.Text)
		if text == "" {
			say(w.words.Text("usage.not_answer"), true)
			return nil
		}
		return func(ctx context.Context) error {
			_, err := w.client.Login(ctx, a.ID, api.LoginRequest{Address: text})
			return err
		}
	}, func(*model) {})
}

// decideBrought says what there is in a paste that is to be brought.
func decideBrought(w words.Catalog, text string, now time.Time) (said string, bad bool) {
	answer := api.AsAnswer(text)
	if strings.TrimSpace(text) != "" && answer == "" {
		return w.Text("usage.not_answer"), true
	}
	found := oauth.Recognize(answer, now)
	said, bad = describeFound(w, answer, found, now)
	if missing := missingIn(w, oauth.Provider{}, found, nil); said != "" && !bad && missing != "" {
		return said + "\n" + w.Text("window.found_missing", words.Args{List: missing}), true
	}
	return said, bad
}
