package window

import (
	"context"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/widget"

	"freshkey/app/api"
	"freshkey/app/words"
)

// openMore is the menu of what is wanted seldom.
func (w *Window) openMore() {
	say := func(id string) string { return w.words.Say(id) }
	w.popUp(w.pieces.detail.more, fyne.NewMenu("",
		fyne.NewMenuItem(say("window.reveal"), w.reveal),
		fyne.NewMenuItem(say("window.login"), w.login),
		fyne.NewMenuItem(say("window.edit"), w.openEdit),
		fyne.NewMenuItemSeparator(),
		fyne.NewMenuItem(say("window.remove"), w.askRemove),
	))
}

// openHold offers the usual lengths of a hold, or ends one.
func (w *Window) openHold() {
	id := w.shown.Detail.ID // who is asked about stays, whoever is shown when the answer comes
	if w.shown.Detail.CanRelease {
		w.hold(id, time.Time{})
		return
	}
	now := w.now()
	menu := fyne.NewMenu("")
	for _, d := range []time.Duration{time.Hour, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour} {
		menu.Items = append(menu.Items, fyne.NewMenuItem(w.words.Say("window.hold.for", words.Args{Left: w.words.Span(d)}), func() { w.hold(id, time.Now().Add(d)) }))
	}
	y, m, d := now.Date()
	if evening := time.Date(y, m, d, 18, 0, 0, 0, now.Location()); evening.After(now) {
		menu.Items = append(menu.Items, fyne.NewMenuItem(w.words.Say("window.hold.until", words.Args{Until: w.words.Clock(evening, now)}), func() { w.hold(id, evening) }))
	}
	if a, ok := w.model.account(); ok && a.ExpiresAt.After(now) {
		menu.Items = append(menu.Items, fyne.NewMenuItem(w.words.Say("window.hold.expiry", words.Args{Until: w.words.Clock(a.ExpiresAt, now)}), func() { w.hold(id, a.ExpiresAt) }))
	}
	w.popUp(w.pieces.detail.hold, menu)
}

// popUp opens a menu below a button.
func (w *Window) popUp(below fyne.CanvasObject, menu *fyne.Menu) {
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(below)
	widget.ShowPopUpMenuAtPosition(menu, w.fyne.Canvas(), at.Add(fyne.NewPos(0, below.Size().Height)))
}

// openCopyAs asks for which call, and in which form.
func (w *Window) openCopyAs() {
	id := w.shown.Detail.ID
	method := widget.NewSelect([]string{"GET", "POST", "PUT", "DELETE"}, nil)
	method.SetSelectedIndex(0)
	address := widget.NewEntry()
	address.SetPlaceHolder(w.words.Say("copyas.profile"))
	var d dialog.Dialog
	buttons := container.NewGridWithColumns(2)
	for _, form := range []api.Form{api.FormHeader, api.FormCurl, api.FormEnv, api.FormJSON} {
		b := widget.NewButton(w.words.Say("form."+string(form)), func() {
			d.Hide()
			w.copy(id, form, api.Call{Method: method.Selected, URL: address.Text})
		})
		buttons.Add(b)
	}
	buttons.Objects[0].(*widget.Button).Importance = widget.HighImportance
	content := container.NewVBox(wrapped(w.words.Say("copyas.text")), container.NewBorder(nil, nil, method, nil, address), buttons)
	d = dialog.NewCustom(w.words.Say("window.copy_as"), w.words.Say("window.cancel"), content, w.fyne)
	d.Resize(fyne.NewSize(560, 260))
	d.Show()
	w.fyne.Canvas().Focus(address)
}

// openEdit asks for other settings of the account. An empty secret stays what it is.
func (w *Window) openEdit() {
	a, ok := w.model.account()
	if !ok || w.shown.Page != "detail" {
		return
	}
	entry := func(text string) *widget.Entry {
		e := widget.NewEntry()
		e.SetText(text)
		return e
	}
	name, client, redirect, secret := entry(a.Name), entry(a.ClientID), entry(a.RedirectURI), widget.NewPasswordEntry()
	secret.SetPlaceHolder(w.words.Say("edit.unchanged"))
	item := func(field string, e *widget.Entry) *widget.FormItem {
		return widget.NewFormItem(w.words.Say("window.field."+field), e)
	}
	d := dialog.NewForm(w.words.Say("edit.title", words.Args{Account: a.Name}), w.words.Say("edit.save"), w.words.Say("window.cancel"),
		[]*widget.FormItem{item("name", name), item("client_id", client), item("client_secret", secret), item("redirect_uri", redirect)},
		func(save bool) {
			if !save {
				return
			}
			in := api.EditRequest{Name: name.Text, ClientID: client.Text, ClientSecret: secret.Text, RedirectURI: redirect.Text}
			w.call(a.ID, func(ctx context.Context) (string, error) {
				_, err := w.client.Edit(ctx, a.ID, in)
				return w.words.Say("edit.saved"), err
			})
		}, w.fyne)
	d.Resize(fyne.NewSize(560, 320))
	d.Show()
	w.fyne.Canvas().Focus(name)
}

func (w *Window) askRemove() {
	d := w.shown.Detail
	ask := dialog.NewCustomConfirm(w.words.Say("window.remove.title", words.Args{Account: d.Name}), w.words.Say("window.remove.yes"),
		w.words.Say("window.cancel"), wrapped(w.words.Say("window.remove.text")), func(sure bool) {
			if !sure {
				return
			}
			w.call(d.ID, func(ctx context.Context) (string, error) { return "", w.client.Remove(ctx, d.ID) })
		}, w.fyne)
	ask.SetConfirmImportance(widget.DangerImportance)
	ask.Resize(fyne.NewSize(440, 220))
	ask.Show()
}
