package main

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"freshkey/app/api"
	"freshkey/app/words"
	"freshkey/oauth"
)

// openMore is the menu of what is wanted seldom.
func (w *Window) openMore() {
	item := func(id string, act func()) *fyne.MenuItem { return fyne.NewMenuItem(w.words.Text(id), act) }
	menu := fyne.NewMenu("", item("window.reveal", w.reveal), item("window.claims", w.openClaims), item("window.login", w.login), item("window.bring", w.openBring))
	if a, ok := w.model.account(); ok && a.Device {
		menu.Items = append(menu.Items, item("window.login.device", w.loginOnDevice))
	}
	menu.Items = append(menu.Items, item("window.edit", w.openEdit), fyne.NewMenuItemSeparator(), item("window.remove", w.askRemove))
	w.popUp(w.widgets.detail.more, menu)
}

// openMenu leads to the pages that are not about an account.
func (w *Window) openMenu() {
	menu := fyne.NewMenu("")
	for _, page := range []string{pageSettings, pageDoctor, pageRehearsal} {
		menu.Items = append(menu.Items, fyne.NewMenuItem(w.words.Text("window."+page), func() { w.openPage(page) }))
	}
	w.popUp(w.widgets.menu, menu)
}

// popUp opens a menu below a button, or above it where there is no room below.
func (w *Window) popUp(button fyne.CanvasObject, menu *fyne.Menu) {
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(button)
	p, below := widget.NewPopUpMenu(menu, w.fyne.Canvas()), button.Size().Height
	if height := p.MinSize().Height; at.Y+below+height > w.fyne.Canvas().Size().Height {
		below = -height
	}
	p.ShowAtPosition(at.Add(fyne.NewPos(0, below)))
}

// formWidth is how wide a dialog with a form is.
const formWidth = 600

// openForm shows a dialog that closes once what was typed is stored, by a button of that label, and otherwise says why it is not. read takes what
// was typed and returns what stores it, nil if the content says what is wrong; stored runs when that went well.
func (w *Window) openForm(title, label string, content fyne.CanvasObject, fields []*field, read func() func(context.Context) error, stored func(*model)) {
	problem := wrapped("")
	problem.Importance = widget.DangerImportance
	d := dialog.NewCustomWithoutButtons(title, container.NewBorder(nil, problem, nil, nil, container.NewVScroll(content)), w.fyne)
	save := w.button(label, theme.ConfirmIcon(), nil)
	save.Importance = widget.HighImportance
	save.OnTapped = func() {
		store := read()
		if store == nil {
			return
		}
		save.Disable()
		done := make(chan struct{})
		go w.lookAfter(done, slowCall, func(*model) { problem.SetText(w.words.Text("window.no_reaction")) })
		go func() {
			err := store(w.life)
			close(done)
			w.post(func(m *model) {
				if save.Enable(); err != nil {
					problem.SetText(describe(w.words, w.problem(err)))
					return
				}
				d.Hide()
				stored(m)
			})
		}()
	}
	typed := &openFields{fields: fields}
	for _, f := range fields {
		f.belongsTo(save, problem)
		typed.before = append(typed.before, f.Text)
	}
	d.SetButtons([]fyne.CanvasObject{w.button(w.words.Text("window.cancel"), theme.CancelIcon(), d.Hide), save})
	content.Resize(fyne.NewSize(formWidth, content.MinSize().Height)) // as high as a paragraph is in that width
	around := d.MinSize().Height + problem.MinSize().Height
	w.openOver(d, fyne.NewSize(formWidth, min(content.MinSize().Height+around, w.fyne.Canvas().Size().Height-40)), fields[0], typed)
}

// openEdit asks for other settings of the account. An empty secret stays what it is.
func (w *Window) openEdit() {
	a, ok := w.model.account()
	if !ok || w.shown.Page != "detail" {
		return
	}
	form := widget.NewForm()
	item := func(name string, f *field, text string) *field {
		f.SetText(text)
		form.Append(w.words.Text("window.field."+name), f)
		return f
	}
	name, client := item("name", w.field(), a.Name), item("client_id", w.field(), a.ClientID)
	secret, redirect := item("client_secret", w.secretField(), ""), item("redirect_uri", w.field(), a.RedirectURI)
	question := w.checkbox(w.words.Text("edit.ask"), nil)
	question.SetChecked(a.Ask)
	form.Append("", question)
	secret.SetPlaceHolder(w.words.Text("edit.unchanged"))
	w.openForm(w.words.Text("edit.title", words.Args{Account: a.Name}), w.words.Text("edit.save"), form, []*field{name, client, secret, redirect}, func() func(context.Context) error {
		if strings.TrimSpace(name.Text) == "" {
			return func(context.Context) error {
				return w.words.FieldProblem(&oauth.FieldError{Field: "name", Code: oauth.FieldMissing})
			}
		}
		in := api.EditRequest{Name: name.Text, ClientID: client.Text, ClientSecret: secret.Text, RedirectURI: redirect.Text, Ask: &question.Checked}
		return func(ctx context.Context) error {
			_, err := w.client.Edit(ctx, a.ID, in)
			return err
		}
	}, func(m *model) { m.note[a.ID] = note{text: w.words.Text("edit.saved"), until: w.now().Add(noteLasts)} })
}

// askRemove asks whether an account is to go, and whether its provider is to end the chain first, if that does such a thing.
func (w *Window) askRemove() {
	a, ok := w.model.account()
	if !ok {
		return
	}
	revoke := w.checkbox(w.words.Text("window.remove.revoke"), nil)
	content := container.NewVBox(wrapped(w.words.Text("window.remove.text")))
	if a.Revocable {
		content.Add(revoke)
	}
	w.askAbout(w.words.Text("window.remove.title", words.Args{Account: a.Name}), content, w.removal(func() {
		remove := w.client.Remove
		if revoke.Checked {
			remove = w.client.RevokeAndRemove
		}
		w.call(a.ID, func(ctx context.Context) (string, error) { return "", remove(ctx, a.ID) })
	}))
}

// askConfirm asks whether the account's secrets may go where its settings lead.
func (w *Window) askConfirm() {
	a, ok := w.model.account()
	if !ok {
		return
	}
	args := words.Args{Account: a.Name, Detail: a.Detail, Was: strings.Join(a.ConfirmedOrigins, ", ")}
	w.ask(w.words.Text("endpoint.title", args), w.words.Text("endpoint.question", args), consequence{w.words.Text("endpoint.yes"), theme.WarningIcon(), func() {
		w.call(a.ID, func(ctx context.Context) (string, error) {
			_, err := w.client.Confirm(ctx, a.ID, a.Origins) // those that are shown, whatever the settings say by now
			return "", err
		})
	}})
}

// consequence is what happens once a person is sure.
type consequence struct {
	label string
	icon  fyne.Resource
	do    func()
}

func (w *Window) removal(remove func()) consequence {
	return consequence{w.words.Text("window.remove.yes"), theme.DeleteIcon(), remove}
}

// ask does what follows if the person is sure.
func (w *Window) ask(title, text string, then consequence) { w.askAbout(title, wrapped(text), then) }

func (w *Window) askAbout(title string, content fyne.CanvasObject, then consequence) {
	d := dialog.NewCustomWithoutButtons(title, content, w.fyne)
	yes := w.button(then.label, then.icon, func() { d.Hide(); then.do() })
	yes.Importance = widget.DangerImportance
	cancel := w.button(w.words.Text("window.cancel"), theme.CancelIcon(), d.Hide)
	d.SetButtons([]fyne.CanvasObject{cancel, yes})
	w.open(d, fyne.NewSize(440, 220), cancel)
}
