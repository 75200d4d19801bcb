package main

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

func (w *Window) doctorPage() fyne.CanvasObject {
	w.pieces.doctor = container.NewVBox()
	again := w.button(w.words.Say("doctor.again"), theme.ViewRefreshIcon(), w.checkUp)
	return w.page(w.words.Say("window.doctor"), container.NewVBox(w.pieces.doctor, container.NewHBox(again)))
}

// checkUp has the agent look at everything.
func (w *Window) checkUp() {
	w.change(func(m *model) { m.checking = true })
	go func() {
		checks, err := w.client.Doctor(w.life)
		w.post(func(m *model) {
			m.checking = false
			if err == nil {
				m.checks = checks
			}
		})
	}()
}

func (w *Window) paintDoctor(v doctorView) {
	var rows []fyne.CanvasObject
	if v.Checking && len(v.Checks) == 0 {
		rows = append(rows, widget.NewProgressBarInfinite())
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
	w.pieces.doctor.Objects = rows
	w.pieces.doctor.Refresh()
}

func (w *Window) stagePage() fyne.CanvasObject {
	w.pieces.stage = container.NewVBox()
	return w.page(w.words.Say("window.rehearsal"), w.pieces.stage)
}

func (w *Window) paintStage(v stageView) {
	if !v.Here {
		open := w.button(w.words.Say("rehearsal.open"), theme.MediaPlayIcon(), func() { w.rehearse("") })
		open.Importance = widget.HighImportance
		w.pieces.stage.Objects = []fyne.CanvasObject{wrapped(w.words.Say("rehearsal.text")), container.NewHBox(open)}
		w.pieces.stage.Refresh()
		return
	}
	rows := []fyne.CanvasObject{wrapped(w.words.Say("rehearsal.here"))}
	for _, s := range v.Scenarios {
		b := w.button(s.Title, nil, func() { w.rehearse(s.Name) })
		b.Alignment = widget.ButtonAlignLeading
		rows = append(rows, b, wrapped(s.Text))
	}
	w.pieces.stage.Objects = rows
	w.pieces.stage.Refresh()
}

// rehearse opens the stage, or makes a scenario happen and shows the account it happens to.
func (w *Window) rehearse(name string) {
	go func() {
		err := w.client.Rehearse(context.WithoutCancel(w.life), name)
		w.post(func(m *model) {
			switch {
			case err != nil:
				m.note[m.selected] = note{describe(w.problem(err)), true}
				m.page = pageAccounts
			case name != "":
				m.page = pageAccounts
			}
		})
	}()
}
