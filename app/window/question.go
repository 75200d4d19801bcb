package main

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/widget"

	"freshkey/app/api"
	"freshkey/app/words"
)

// askedDialog is a question of the agent's in the window.
type askedDialog struct {
	id     int
	dialog dialog.Dialog
}

// askQuestion shows the first question that waits, and takes one back that was answered elsewhere.
func (w *Window) askQuestion(s api.Snapshot) {
	asked := &w.asked
	if asked.dialog != nil && !slices.ContainsFunc(s.Questions, func(q api.Question) bool { return q.ID == asked.id }) {
		asked.dialog.Hide()
		asked.dialog = nil
	}
	if asked.dialog != nil || len(s.Questions) == 0 || s.Questions[0].ID <= asked.id {
		return
	}
	q := s.Questions[0]
	d := w.questionDialog(q, accountOf(s.Accounts, q.Account))
	w.asked = askedDialog{q.ID, d}
	d.Show()
}

func (w *Window) questionDialog(q api.Question, account api.Account) dialog.Dialog {
	title, text, labels := questionTexts(w.words, q, account)
	d := dialog.NewCustomWithoutButtons(title, wrapped(text), w.fyne)
	var buttons []fyne.CanvasObject
	for _, answer := range q.Answers() {
		b := w.button(labels[answer], nil, func() {
			d.Hide()
			w.asked.dialog = nil
			go func() { _ = w.client.AnswerQuestion(w.life, q.ID, answer) }() // the next snapshot tells
		})
		if answer == api.AnswerNo {
			b.Importance = widget.HighImportance
		}
		buttons = append(buttons, b)
	}
	d.SetButtons(buttons)
	d.Resize(fyne.NewSize(520, 240))
	return d
}

// questionTexts are a question's title, text, and the labels of its answers.
func questionTexts(w words.Catalog, q api.Question, account api.Account) (title, text string, labels map[api.Answer]string) {
	args := words.Args{Account: account.Name, Name: describeProgram(w, q.Program), Path: q.Export, Detail: strings.Join(q.Origins, ", "), Was: strings.Join(account.ConfirmedOrigins, ", ")}
	labels = map[api.Answer]string{}
	for _, answer := range api.Answers() {
		labels[answer] = w.Text("answer." + string(answer))
	}
	if q.Export != "" {
		labels[api.AnswerOnce] = w.Text("export.yes")
		return w.Text("export.title", args), w.Text("export.question", args), labels
	}
	if len(q.Origins) == 0 {
		return w.Text("question.title", args), w.Text("question.text", args), labels
	}
	labels[api.AnswerOnce] = w.Text("endpoint.yes")
	return w.Text("endpoint.title", args), w.Text("endpoint.question", args) + "\n\n" + w.Text("endpoint.program", args), labels
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

func describeProgram(w words.Catalog, p api.Program) string {
	if p.Path == "" {
		return w.Text("program.unknown", words.Args{Count: p.PID})
	}
	return p.Path
}
