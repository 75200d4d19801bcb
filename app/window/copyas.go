package main

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"freshkey/app/api"
)

// openCopyAs asks for which call, and in which form.
func (w *Window) openCopyAs() {
	id, text := w.shown.Detail.ID, "copyas.text"
	if !w.shown.Detail.HasMAC {
		text = "copyas.text.bearer"
	}
	method := w.dropdown([]string{"GET", "POST", "PUT", "DELETE"}, nil)
	method.SetSelectedIndex(0)
	address := w.field()
	address.SetPlaceHolder(w.words.Text("copyas.profile"))
	buttons := container.NewGridWithColumns(2)
	problem := wrapped("")
	problem.Importance = widget.DangerImportance
	content := container.NewVBox(wrapped(w.words.Text(text)), container.New(layout.NewBorderLayout(nil, nil, method, nil), method, address), buttons, problem)
	d := dialog.NewCustomWithoutButtons(w.words.Text("window.copy_as"), content, w.fyne)
	copyAs := func(form api.Form) {
		work := w.copying(id, form, api.Call{Method: method.Selected, URL: address.Text})
		go func() {
			text, err := work(w.life)
			w.post(func(m *model) {
				if err != nil { // what was typed may be what is to be mended
					problem.SetText(describe(w.words, w.problem(err)))
					return
				}
				d.Hide()
				m.note[id] = note{text: text, until: w.now().Add(noteLasts)}
			})
		}()
	}
	for _, form := range []api.Form{api.FormHeader, api.FormCurl, api.FormEnv, api.FormJSON} {
		buttons.Add(w.button(w.words.Text("form."+string(form)), nil, func() { copyAs(form) }))
	}
	buttons.Objects[0].(*button).Importance = widget.HighImportance
	address.OnSubmitted = func(string) { copyAs(api.FormHeader) }
	d.SetButtons([]fyne.CanvasObject{w.button(w.words.Text("window.cancel"), theme.CancelIcon(), d.Hide)})
	w.open(d, fyne.NewSize(560, 260), address)
}
