package main

import (
	"cmp"
	"runtime"
	"strconv"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"freshkey/oauth"
)

// settingsPieces are the parts of the settings' page that change.
type settingsPieces struct {
	selects   map[string]*dropdown
	checks    map[string]*checkbox
	before    map[string]*widget.Label // the empty cell of a check
	share     *slider
	shareText *paragraph
	keys      *field     // that copy
	keysText  *paragraph // what they do, or what is wrong with them
	proxy     *field
	proxyText *paragraph // what is wrong with it
	problem   *paragraph
	providers *fyne.Container
	allowed   *fyne.Container
	doorText  *paragraph
	doorKeys  *fyne.Container
	painting  bool // a widget that is being painted was not touched by a person
}

// openSettings is for whoever comes by the keyboard, and goes on with it.
func (w *Window) openSettings() {
	w.openPage(pageSettings)
	w.fyne.Canvas().Focus(w.widgets.settings.selects["min_valid"])
}

func (w *Window) settingsPage() fyne.CanvasObject {
	p := &w.widgets.settings
	p.selects, p.checks, p.before = map[string]*dropdown{}, map[string]*checkbox{}, map[string]*widget.Label{}
	form := container.New(layout.NewFormLayout())
	empty := decideSettings(w.words, &model{}, time.Time{})
	for _, c := range empty.Selects {
		s := w.dropdown(nil, nil)
		s.OnChanged = func(string) { w.choose(c.Name, s.SelectedIndex()) }
		p.selects[c.Name] = s
		form.Add(widget.NewLabel(w.words.Text("settings." + c.Name)))
		form.Add(s)
		w.addFieldAfter(c.Name, form)
	}
	p.share, p.shareText = w.shareSlider(), wrapped("")
	form.Add(widget.NewLabel(w.words.Text("settings.share")))
	form.Add(container.NewVBox(p.share, p.shareText))
	for _, c := range empty.Checks {
		box := w.checkbox(w.words.Text("settings."+c.Name), nil)
		box.OnChanged = func(on bool) { w.toggle(c.Name, on) }
		p.checks[c.Name], p.before[c.Name] = box, widget.NewLabel("")
		form.Add(p.before[c.Name])
		form.Add(box)
	}
	p.problem = wrapped("")
	p.problem.Importance = widget.DangerImportance
	p.problem.Hide()
	p.providers, p.allowed = container.NewVBox(), container.NewVBox()
	p.doorText, p.doorKeys = wrapped(""), container.NewVBox()
	add := w.button(w.words.Text("provider.add"), nil, func() { w.editProvider(oauth.Provider{}, -1) })
	return w.page(w.words.Text("window.settings"), container.NewVBox(p.problem, form, widget.NewSeparator(),
		heading(w.words.Text("provider.title")), wrapped(w.words.Text("provider.text")), p.providers, container.NewHBox(add),
		widget.NewSeparator(), heading(w.words.Text("permissions.title")), p.allowed,
		widget.NewSeparator(), heading(w.words.Text("door.title")), p.doorText, p.doorKeys))
}

// addFieldAfter adds the field that belongs to what is chosen above it, if there is one.
func (w *Window) addFieldAfter(chosen string, form *fyne.Container) {
	switch {
	case chosen == "proxy":
		form.Add(widget.NewLabel(w.words.Text("settings.proxy_address")))
		form.Add(w.proxyField())
	case chosen == "clear_clipboard" && offersKeys:
		form.Add(widget.NewLabel(w.words.Text("settings.shortcut")))
		form.Add(w.keysField())
	}
}

// shareSlider chooses how much of a token's life is left when it is refreshed.
func (w *Window) shareSlider() *slider {
	share := w.slider(5, 50, 5)
	share.OnChangeEnded = func(percent float64) {
		if w.widgets.settings.painting {
			return
		}
		w.store("share_left", strconv.Itoa(int(percent)))
	}
	return share
}

// proxyField takes the address of a proxy that is not the session's.
func (w *Window) proxyField() fyne.CanvasObject {
	p := &w.widgets.settings
	p.proxy, p.proxyText = w.field(), wrapped("")
	p.proxyText.Importance = widget.DangerImportance
	p.proxyText.Hide()
	p.proxy.SetPlaceHolder("http://proxy.example:3128")
	p.proxy.setting = "proxy"
	p.proxy.OnSubmitted = p.proxy.store
	return container.NewVBox(p.proxy, p.proxyText)
}

// offersKeys is false where the system itself gives a command keys: see the agent's doctor.
const offersKeys = runtime.GOOS != "darwin"

// keysField takes the combination of keys that copies.
func (w *Window) keysField() fyne.CanvasObject {
	p := &w.widgets.settings
	p.keys, p.keysText = w.field(), wrapped("")
	p.keys.SetPlaceHolder("Ctrl+Alt+C")
	p.keys.setting = "shortcut"
	p.keys.OnSubmitted = p.keys.store
	return container.NewVBox(p.keys, p.keysText)
}

func (w *Window) paintKeys(v settingsView, anew bool) {
	p := &w.widgets.settings
	if !offersKeys {
		return
	}
	p.keys.showStored(v.Settings.Shortcut, anew)
	p.keysText.Importance = widget.MediumImportance
	if v.KeysBad {
		p.keysText.Importance = widget.DangerImportance
	}
	p.keysText.SetText(v.KeysText)
}

func (w *Window) choose(name string, n int) {
	for _, c := range w.shown.Settings.Selects {
		if c.Name == name && n >= 0 && n < len(c.Values) && n != c.Chosen && !w.widgets.settings.painting {
			w.store(name, c.Values[n])
		}
	}
}

func (w *Window) toggle(name string, on bool) {
	if !w.widgets.settings.painting {
		w.store(name, map[bool]string{true: "on"}[on])
	}
}

// paintSettings shows the settings; anew is true if the page was opened just now, and not because something that was typed there was refused.
func (w *Window) paintSettings(v settingsView, anew bool) {
	p := &w.widgets.settings
	p.painting = true
	defer func() { p.painting = false }()
	for _, c := range v.Selects {
		p.selects[c.Name].SetOptions(c.Options)
		p.selects[c.Name].SetSelectedIndex(c.Chosen)
	}
	for _, c := range v.Checks {
		p.checks[c.Name].SetChecked(c.On)
	}
	enable(p.checks["start_hidden"], v.Settings.StartAtLogin)
	show(p.checks["check_releases"], v.Announced)
	show(p.before["check_releases"], v.Announced)
	p.proxy.showStored(v.ProxyAddress, anew)
	p.proxyText.SetText(v.ProxyProblem)
	show(p.proxyText, v.ProxyProblem != "")
	w.paintKeys(v, anew)
	p.share.SetValue(float64(v.Share))
	p.shareText.SetText(v.ShareText)
	p.problem.SetText(v.Problem)
	show(p.problem, v.Problem != "")
	var rows []fyne.CanvasObject
	for n, provider := range v.Providers {
		edit := w.button(w.words.Text("window.edit"), nil, func() { w.editProvider(provider, n) })
		remove := w.button(w.words.Text("window.remove"), nil, func() { w.removeProvider(provider, n) })
		address := widget.NewLabel(title(w.words, provider) + "  " + cmp.Or(provider.TokenURL, provider.Issuer))
		address.Truncation = fyne.TextTruncateEllipsis
		rows = append(rows, container.NewBorder(nil, nil, nil, container.NewHBox(edit, remove), address))
	}
	p.providers.Objects = rows
	p.providers.Refresh()
	w.paintPermissions(v.Permissions)
	p.doorText.SetText(v.DoorText)
	w.paintDoor(v.DoorKeys)
}

func (w *Window) paintPermissions(all []permission) {
	rows := []fyne.CanvasObject{}
	if len(all) == 0 {
		rows = append(rows, wrapped(w.words.Text("permissions.none")))
	}
	for _, p := range all {
		rows = append(rows, w.revocable(p.Text, w.words.Text("permissions.revoke"), func() { _ = w.client.Revoke(w.life, p.Account) }))
	}
	w.widgets.settings.allowed.Objects = rows
	w.widgets.settings.allowed.Refresh()
}

func (w *Window) paintDoor(all []doorKey) {
	var rows []fyne.CanvasObject
	for _, k := range all {
		rows = append(rows, w.revocable(k.Text, w.words.Text("door.revoke"), func() { _ = w.client.RemoveDoorKey(w.life, k.Name) }))
	}
	w.widgets.settings.doorKeys.Objects = rows
	w.widgets.settings.doorKeys.Refresh()
}

// revocable is a line with a button that takes back what it says; the next snapshot tells.
func (w *Window) revocable(text, label string, revoke func()) fyne.CanvasObject {
	line := widget.NewLabel(text)
	line.Truncation = fyne.TextTruncateEllipsis
	return container.NewBorder(nil, nil, nil, w.button(label, nil, func() { go revoke() }), line)
}
