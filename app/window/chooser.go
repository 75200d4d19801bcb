package main

import (
	"cmp"
	"net/url"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"freshkey/app/words"
	"freshkey/oauth"
)

// matching are the providers that a search by name finds; an address finds the one that it is the issuer of.
func matching(w words.Catalog, all []oauth.Provider, search string) []oauth.Provider {
	wanted := strings.ToLower(strings.TrimSpace(search))
	var found []oauth.Provider
	for _, p := range all {
		if strings.Contains(strings.ToLower(title(w, p)+"\n"+p.Name+"\n"+p.Host()), wanted) {
			found = append(found, p)
		}
	}
	if p, ok := issuerAt(search); ok {
		found = append(found, p)
	}
	return found
}

// issuerAt is the provider at an address, which is asked for everything else.
func issuerAt(text string) (p oauth.Provider, ok bool) {
	u, err := url.Parse(strings.TrimSpace(text))
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
		return p, false
	}
	return oauth.Provider{Issuer: u.String(), Title: u.Host}, true
}

// addWithProvider is the page for a new account with the choice of its provider open.
func (w *Window) addWithProvider() {
	if w.model.page != pageAdd {
		w.openAdd()
	}
	w.chooseProvider()
}

// chooseProvider opens the list of providers, with a search by name.
func (w *Window) chooseProvider() {
	found := w.model.choices()
	search := w.field()
	search.SetPlaceHolder(w.words.Text("window.provider.search"))
	none := wrapped(w.words.Text("window.provider.none"))
	none.Hide()
	rows := widget.NewList(func() int { return len(found) }, func() fyne.CanvasObject {
		return container.NewGridWithColumns(2, widget.NewLabel(""), caption(fyne.TextAlignTrailing))
	}, nil)
	rows.UpdateItem = func(n int, o fyne.CanvasObject) {
		o.(*fyne.Container).Objects[0].(*widget.Label).SetText(title(w.words, found[n]))
		o.(*fyne.Container).Objects[1].(*widget.Label).SetText(found[n].Host())
	}
	d := dialog.NewCustomWithoutButtons(w.words.Text("window.provider.choose"), container.NewBorder(container.NewVBox(search, none), nil, nil, nil, rows), w.fyne)
	choose := func(p oauth.Provider) {
		d.Hide()
		w.setForm(func(f *addForm) { f.provider, f.way = cmp.Or(p.Name, p.Issuer), "" })
		w.focusForm()
	}
	rows.OnSelected = func(n int) { choose(found[n]) }
	search.OnChanged = func(text string) {
		found = matching(w.words, w.model.choices(), text)
		show(none, len(found) == 0)
		rows.Refresh()
	}
	w.readProviders(func() { search.OnChanged(search.Text) })
	search.OnSubmitted = func(string) {
		if len(found) > 0 {
			choose(found[0])
		}
	}
	d.SetButtons([]fyne.CanvasObject{w.button(w.words.Text("window.cancel"), theme.CancelIcon(), d.Hide)})
	w.open(d, fyne.NewSize(520, 400), search)
}
