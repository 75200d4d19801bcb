package main

import (
	"context"
	"errors"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

func (w *Window) doctorPage() fyne.CanvasObject {
	w.widgets.doctor = container.NewVBox()
	again := w.button(w.words.Text("doctor.again"), theme.ViewRefreshIcon(), w.checkUp)
	return w.page(w.words.Text("window.doctor"), container.NewVBox(w.widgets.doctor, container.NewHBox(again)))
}

// checkUp has the agent look at everything.
func (w *Window) checkUp() {
	w.change(func(m *model) { m.checking = true })
	go func() {
		checks, err := w.client.Doctor(w.life)
		w.post(func(m *model) {
			m.checking = false
			if err == nil {
				m.checks, m.checked = checks, w.now()
			}
		})
	}()
}

func (w *Window) paintDoctor(v doctorView) {
	var rows []fyne.CanvasObject
	if v.Checking && len(v.Checks) == 0 {
		rows = append(rows, w.widgets.checking)
	}
	for _, c := range v.Checks {
		icon, importance := fyne.Resource(theme.NewSuccessThemedResource(theme.ConfirmIcon())), widget.SuccessImportance
		if !c.OK {
			icon, importance = theme.NewErrorThemedResource(theme.CancelIcon()), widget.DangerImportance
		}
		name := widget.NewLabelWithStyle(c.Name, fyne.TextAlignLeading, fyne.TextStyle{Bold: true})
		name.Importance = importance
		rows = append(rows, container.NewHBox(widget.NewIcon(icon), name), wrapped(c.Result))
		if c.Advice != "" {
			rows = append(rows, wrapped(c.Advice))
		}
	}
	if v.Checked != "" { // the page stays as it was then, whatever has changed since
		when := caption(fyne.TextAlignLeading)
		when.SetText(v.Checked)
		rows = append(rows, when)
	}
	w.widgets.doctor.Objects = rows
	w.widgets.doctor.Refresh()
}

func (w *Window) stagePage() fyne.CanvasObject {
	w.widgets.stage = container.NewVBox()
	return w.page(w.words.Text("window.rehearsal"), w.widgets.stage)
}

func (w *Window) paintStage(v stageView) {
	if !v.Here {
		open := w.button(w.words.Text("rehearsal.open"), theme.MediaPlayIcon(), func() { w.rehearse("") })
		open.Importance = widget.HighImportance
		w.widgets.stage.Objects = []fyne.CanvasObject{wrapped(w.words.Text("rehearsal.text")), container.NewHBox(open)}
		w.widgets.stage.Refresh()
		return
	}
	rows := []fyne.CanvasObject{wrapped(w.words.Text("rehearsal.here"))}
	for _, s := range v.Scenarios {
		b := w.button(s.Title, nil, func() { w.rehearse(s.Name) })
		b.Alignment = widget.ButtonAlignLeading
		rows = append(rows, b, wrapped(s.Text))
	}
	w.widgets.stage.Objects = rows
	w.widgets.stage.Refresh()
}

// rehearse opens the stage, or makes a scenario happen and shows the account it happens to.
func (w *Window) rehearse(name string) {
	go func() {
		id, err := w.client.Rehearse(context.WithoutCancel(w.life), name)
		w.post(func(m *model) {
			switch {
			case err != nil && m.selected == "": // there is no page to tell it on
				dialog.ShowError(errors.New(describe(w.words, w.problem(err))), w.fyne)
			case err != nil:
				m.note[m.selected] = note{text: describe(w.words, w.problem(err)), bad: true}
				w.widgets.search.SetText("")
				m.page = pageAccounts
			case name != "":
				w.widgets.search.SetText("")
				m.page, m.selected = pageAccounts, id
			}
		})
	}()
}
