package main

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"freshkey/app/api"
)

// addPieces is the page for a new account: entries and, below each, what is wrong with it.
type addPieces struct {
	modes    map[string]*button // a choice of one; buttons, because Escape and the shortcuts reach the window from them
	provider *button            // says which, and opens the choice
	source   *widget.Hyperlink
	hint     *paragraph
	test     *button
	tested   *paragraph
	found    *paragraph
	entries  map[string]*field
	rows     map[string][]fyne.CanvasObject // label and entry of a field
	wrong    map[string]*paragraph
	general  *paragraph
	save     *button
	grid     *fyne.Container
	column   *fyne.Container // the grid and what lies around it
}

func (w *Window) addPage() fyne.CanvasObject {
	p := &w.widgets.add
	p.entries, p.wrong, p.rows, p.modes = map[string]*field{}, map[string]*paragraph{}, map[string][]fyne.CanvasObject{}, map[string]*button{}
	options := container.NewHBox()
	for _, way := range ways() {
		p.modes[way] = w.button(w.words.Text("window.way."+way), theme.RadioButtonIcon(), func() {
			w.setForm(func(f *addForm) { f.way = way })
			w.focusForm()
		})
		p.modes[way].Importance = widget.LowImportance
		options.Add(p.modes[way])
	}
	p.provider = w.button("", theme.MenuDropDownIcon(), w.chooseProvider)
	p.provider.Alignment, p.provider.IconPlacement = widget.ButtonAlignLeading, widget.ButtonIconTrailingText
	p.hint, p.found, p.general, p.tested = wrapped(""), wrapped(""), wrapped(""), wrapped("")
	p.source = widget.NewHyperlink("", nil)
	p.source.Wrapping, p.source.SizeName = fyne.TextWrapWord, theme.SizeNameCaptionText
	p.general.Importance = widget.DangerImportance
	p.general.Hide()
	p.grid = container.New(layout.NewFormLayout())
	for _, name := range fields() {
		w.addField(name)
	}
	p.save = w.button("", theme.ConfirmIcon(), w.save)
	p.save.Importance = widget.HighImportance
	p.test = w.button(w.words.Text("test.title"), nil, w.testForm)
	buttons := container.NewHBox(p.test, layout.NewSpacer(), w.button(w.words.Text("window.cancel"), nil, w.cancelAdd), p.save)
	provider := container.NewBorder(nil, nil, widget.NewLabel(w.words.Text("window.provider")), nil, p.provider)
	p.column = container.NewVBox(provider, options, p.hint, p.grid, p.found, p.tested, p.general, buttons, p.source)
	return w.page(w.words.Text("window.add"), p.column)
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
	label := "window.field." + name
	if w.words.Text(label) == label { // a provider's own
		label = name
	}
	p.rows[name] = []fyne.CanvasObject{widget.NewLabel(w.words.Text(label)), container.NewVBox(e, wrong)}
}

// setForm follows what is typed. What was wrong before is no more to be said of it.
func (w *Window) setForm(edit func(*addForm)) {
	w.change(func(m *model) {
		edit(&m.form)
		if m.tested = ""; !m.saving {
			m.problem = nil
		}
	})
}

// openAddBy opens the page for a new account at one of its ways.
func (w *Window) openAddBy(way string) {
	w.setForm(func(f *addForm) { f.way = way })
	w.openAdd()
}

// pasteAccount is a paste where nothing can be typed: what is in the clipboard may be what a sign-in waits for, or a new account.
func (w *Window) pasteAccount() {
	text := fyne.CurrentApp().Clipboard().Content()
	if w.model.page != pageAccounts || strings.TrimSpace(text) == "" {
		return
	}
	if l, ok := awaited(w.model.snapshot.Logins, text); ok {
		w.widgets.search.SetText("")
		w.selectAccount(l.Account)
		if l.Step == api.StepBrowser { // else it has come already
			w.handOver(l.Account, text)
		}
		return
	}
	w.openAddBy(wayPaste)
	if said := w.words.Text("window.found_redirect"); isRedirect(text, w.now()) { // of no use there, and it would count as typed
		w.change(func(m *model) { m.problem = &api.Problem{Field: "answer", What: said} })
		return
	}
	w.widgets.add.entries["answer"].SetText(text)
}

func (w *Window) openAdd() {
	w.change(func(m *model) { m.page, m.problem = pageAdd, nil })
	w.focusForm()
	w.readProviders(func() {})
}

// readProviders asks which there are. Where nobody answers there are the built-in one and the person's own.
func (w *Window) readProviders(then func()) {
	go func() {
		if all, err := w.client.Providers(w.life); err == nil {
			w.post(func(m *model) { m.providers = all; then() })
		}
	}()
}

// focusForm goes to where the person begins to type.
func (w *Window) focusForm() {
	first := w.shown.Add.Fields[0]
	if first == "name" && len(w.shown.Add.Fields) > 1 && w.shown.Add.Way != wayFields { // it has a suggestion
		first = w.shown.Add.Fields[1]
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
	w.model.form = addForm{}
	w.model.tested = ""
	w.fyne.Canvas().Unfocus() // else the shortcuts would go to an entry nobody sees
}

// save sends the form to the agent, which checks it; the field it names is marked.
func (w *Window) save() {
	if w.model.saving {
		return
	}
	name := suggestedName(w.words, w.model.formProvider(), w.model.snapshot.Accounts)
	way := w.shown.Add.Way
	in, err := w.model.form.request(name, w.model.formProvider(), w.now())
	if err != nil {
		w.change(func(m *model) { m.problem = w.problem(err) })
		return
	}
	w.change(func(m *model) { m.saving, m.problem = true, nil })
	done := make(chan struct{})
	slow := &api.Problem{What: w.words.Text("window.no_reaction")}
	go w.lookAfter(done, slowCall, func(m *model) {
		if m.page == pageAdd {
			m.problem = slow
		}
	})
	go func() {
		a, err := w.client.Add(w.life, in)
		close(done)
		w.post(func(m *model) {
			if m.saving = false; m.problem == slow {
				m.problem = nil
			}
			if err != nil {
				m.problem = fieldOf(w.problem(err), in.Answer != "")
				return
			}
			w.clearForm()
			m.added(a)
			w.readLineage(a.ID)
			if in.SignIn {
				w.loginTo(a.ID, way == wayDevice)
			}
		})
	}()
}
