package window

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"freshkey/app/api"
	"freshkey/oauth"
)

// addForm is the page for a new account: entries and, below each, what is wrong with it.
type addForm struct {
	entries map[string]*widget.Entry
	wrong   map[string]*widget.Label
	general *widget.Label
	save    *widget.Button
}

func (w *Window) addPage() fyne.CanvasObject {
	f := &w.pieces.form
	f.entries, f.wrong = map[string]*widget.Entry{}, map[string]*widget.Label{}
	rows := container.New(layout.NewFormLayout())
	for _, name := range fields() {
		var e *widget.Entry
		switch name {
		case "client_secret", "refresh_token":
			e = widget.NewPasswordEntry()
		case "answer":
			e = widget.NewPasswordEntry() // a pasted answer is all secrets
			e.SetPlaceHolder(w.words.Say("window.field.answer.hint"))
		default:
			e = widget.NewEntry()
		}
		e.OnSubmitted = func(string) { w.save() }
		wrong := widget.NewLabel("")
		wrong.Importance, wrong.Wrapping = widget.DangerImportance, fyne.TextWrapWord
		wrong.Hide()
		f.entries[name], f.wrong[name] = e, wrong
		rows.Add(widget.NewLabel(w.words.Say("window.field." + name)))
		rows.Add(container.NewVBox(e, wrong))
	}
	f.general = widget.NewLabel("")
	f.general.Importance, f.general.Wrapping = widget.DangerImportance, fyne.TextWrapWord
	f.general.Hide()
	f.save = widget.NewButtonWithIcon(w.words.Say("window.save"), theme.ConfirmIcon(), w.save)
	f.save.Importance = widget.HighImportance
	title := widget.NewLabelWithStyle(w.words.Say("window.add"), fyne.TextAlignLeading, fyne.TextStyle{Bold: true})
	title.SizeName = theme.SizeNameSubHeadingText
	buttons := container.NewHBox(layout.NewSpacer(), widget.NewButton(w.words.Say("window.cancel"), w.cancelAdd), f.save)
	return container.NewVScroll(container.NewPadded(container.NewVBox(title, rows, f.general, buttons)))
}

func (f *addForm) paint(v addView) {
	for name, label := range f.wrong {
		text := ""
		if name == v.Field {
			text = v.What
		}
		label.SetText(text)
		show(label, text != "")
	}
	general := ""
	if v.Unplaceable {
		general = v.What
	}
	f.general.SetText(general)
	show(f.general, general != "")
	enable(f.save, !v.Saving)
}

// request reads the entries.
func (f *addForm) request() api.AddRequest {
	text := func(name string) string { return f.entries[name].Text }
	return api.AddRequest{
		Name: text("name"), ClientID: text("client_id"), ClientSecret: text("client_secret"), RedirectURI: text("redirect_uri"),
		RefreshToken: text("refresh_token"), Answer: text("answer"), Provider: oauth.Provider{Name: "xiaomi", TokenURL: text("token_url")},
	}
}

// clear forgets what was typed, secrets first of all.
func (f *addForm) clear() {
	for _, e := range f.entries {
		e.SetText("")
	}
}
