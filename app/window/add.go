package main

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// addPieces is the page for a new account: entries and, below each, what is wrong with it.
type addPieces struct {
	modes    map[string]*button // a choice of one; buttons, because Escape and the shortcuts reach the window from them
	provider *dropdown
	hint     *paragraph
	found    *paragraph
	entries  map[string]*field
	rows     map[string][]fyne.CanvasObject // label and entry of a field
	wrong    map[string]*paragraph
	general  *paragraph
	save     *button
	grid     *fyne.Container
}

func (w *Window) addPage() fyne.CanvasObject {
	p := &w.widgets.add
	p.entries, p.wrong, p.rows, p.modes = map[string]*field{}, map[string]*paragraph{}, map[string][]fyne.CanvasObject{}, map[string]*button{}
	options := container.NewHBox()
	for _, way := range modes() {
		p.modes[way] = w.button(w.words.Text("window.way."+way), theme.RadioButtonIcon(), func() {
			w.setForm(func(f *addForm) { f.way = way })
			w.focusForm()
		})
		p.modes[way].Importance = widget.LowImportance
		options.Add(p.modes[way])
	}
	p.provider = w.dropdown(nil, func(name string) {
		if name == w.words.Text("provider.xiaomi") {
			name = ""
		}
		w.setForm(func(f *addForm) { f.provider = name })
	})
	p.hint, p.found, p.general = wrapped(""), wrapped(""), wrapped("")
	p.general.Importance = widget.DangerImportance
	p.general.Hide()
	p.grid = container.New(layout.NewFormLayout())
	for _, name := range fields() {
		w.addField(name)
	}
	p.save = w.button("", theme.ConfirmIcon(), w.save)
	p.save.Importance = widget.HighImportance
	buttons := container.NewHBox(layout.NewSpacer(), w.button(w.words.Text("window.cancel"), nil, w.cancelAdd), p.save)
	provider := container.New(layout.NewFormLayout(), widget.NewLabel(w.words.Text("window.provider")), p.provider)
	return w.page(w.words.Text("window.add"), container.NewVBox(options, p.hint, p.grid, p.found, provider, p.general, buttons))
}

func (w *Window) addField(name string) {
	p := &w.widgets.add
	var e *field
	switch name {
	case "client_secret", "refresh_token", "answer": // a pasted answer is all secrets
		e = w.secretField()
	default:
		e = w.field()
	}
	e.SetText(w.model.form.text[name])
	if hint := "window.field." + name + ".hint"; w.words.Text(hint) != hint {
		e.SetPlaceHolder(w.words.Text(hint))
	}
	e.OnChanged = func(text string) {
		if name == "name" && looksLikeSecret(text, w.now()) {
			p.entries["answer"].SetText(text)
			w.setForm(func(f *addForm) { f.way = wayPaste })
			e.SetText("")
			return
		}
		w.setForm(func(f *addForm) {
			typed := map[string]string{}
			for k, v := range f.text {
				typed[k] = v
			}
			typed[name] = text
			f.text = typed
		})
	}
	e.OnSubmitted = func(string) { w.save() }
	wrong := wrapped("")
	wrong.Importance = widget.DangerImportance
	wrong.Hide()
	p.entries[name], p.wrong[name] = e, wrong
	p.rows[name] = []fyne.CanvasObject{widget.NewLabel(w.words.Text("window.field." + name)), container.NewVBox(e, wrong)}
}

// pasting reports whether the form takes a paste.
func (w *Window) pasting() bool { return w.model.form.way == "" || w.model.form.way == wayPaste }

// setForm follows what is typed. What was wrong before is no more to be said of it.
func (w *Window) setForm(edit func(*addForm)) {
	w.change(func(m *model) {
		edit(&m.form)
		if !m.saving {
			m.problem = nil
		}
	})
}

func (w *Window) paintAdd(v addView) {
	p := &w.widgets.add
	p.markWay(v.Way)
	if p.provider.SetOptions(v.Providers); p.provider.Selected != v.Provider {
		p.provider.SetSelected(v.Provider)
	}
	p.hint.SetText(v.Hint)
	p.entries["name"].SetPlaceHolder(v.Name)
	p.found.Importance = widget.SuccessImportance
	if v.FoundBad {
		p.found.Importance = widget.WarningImportance
	}
	p.found.SetText(v.Found)
	show(p.found, v.Found != "")
	p.paintFields(v)
	general := ""
	if v.Unplaceable {
		general = v.What
	}
	p.general.SetText(general)
	show(p.general, general != "")
	p.save.SetText(v.Save)
	enable(p.save, !v.Saving)
}

func (p *addPieces) markWay(chosen string) {
	for way, option := range p.modes {
		icon := theme.RadioButtonIcon()
		if way == chosen {
			icon = theme.RadioButtonCheckedIcon()
		}
		if option.Icon.Name() != icon.Name() {
			option.SetIcon(icon)
		}
	}
}

// paintFields shows the entries that are asked for, and what is wrong below the one it is about.
func (p *addPieces) paintFields(v addView) {
	var rows []fyne.CanvasObject
	for _, name := range v.Fields {
		rows = append(rows, p.rows[name]...)
		text := ""
		if name == v.Field {
			text = v.What
		}
		p.wrong[name].SetText(text)
		show(p.wrong[name], text != "")
	}
	if !same(p.grid.Objects, rows) {
		p.grid.Objects = rows
		p.grid.Refresh()
	}
}

func same(a, b []fyne.CanvasObject) bool {
	if len(a) != len(b) {
		return false
	}
	for n := range a {
		if a[n] != b[n] {
			return false
		}
	}
	return true
}

func (w *Window) openAdd() {
	w.change(func(m *model) { m.page, m.problem = pageAdd, nil })
	w.focusForm()
}

// focusForm goes to where the person begins to type.
func (w *Window) focusForm() {
	first := "name"
	if w.pasting() {
		first = "answer"
	}
	w.fyne.Canvas().Focus(w.widgets.add.entries[first])
}

func (w *Window) cancelAdd() {
	w.clearForm()
	w.openPage(pageAccounts)
}

// clearForm forgets what was typed, secrets first of all.
func (w *Window) clearForm() {
	for _, e := range w.widgets.add.entries {
		e.SetText("")
	}
	w.model.form = addForm{way: w.model.form.way}
	w.fyne.Canvas().Unfocus() // else the shortcuts would go to an entry nobody sees
}

// save sends the form to the agent, which checks it; the field it names is marked.
func (w *Window) save() {
	if w.model.saving {
		return
	}
	name := suggestedName(w.words, w.model.snapshot.Accounts)
	in := w.model.form.request(name, w.model.snapshot.Providers, w.now())
	w.change(func(m *model) { m.saving, m.problem = true, nil })
	go func() {
		a, err := w.client.Add(w.life, in)
		w.post(func(m *model) {
			m.saving = false
			if err != nil {
				m.problem = fieldOf(w.problem(err), in.Answer != "")
				return
			}
			w.clearForm()
			m.added(a)
			w.readLineage(a.ID)
			if in.SignIn {
				w.loginTo(a.ID)
			}
		})
	}()
}
