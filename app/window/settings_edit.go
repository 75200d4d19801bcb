package main

import (
	"slices"
	"strconv"

	"freshkey/app/api"
)

// settingEdit is a setting by its name on the page, and what it is to be: empty for its usual value, or for off.
type settingEdit struct {
	name, value string
	from        *field // that it was typed in; else nil
}

// store has a setting changed. One is stored after the other, each over what the agent has by then: of two that are changed at once none takes the
// other back.
func (w *Window) store(name, value string) { w.storeEdit(settingEdit{name: name, value: value}) }

func (w *Window) storeEdit(e settingEdit) {
	w.edits = append(w.edits, e)
	if len(w.edits) == 1 {
		w.storeNext()
	}
}

func (w *Window) storeNext() {
	e, done := w.edits[0], make(chan struct{})
	go w.lookAfter(done, slowCall, func(m *model) {
		if p := m.problem; m.page == pageSettings && (p == nil || p.Field == e.name || !w.isTypedSetting(p.Field)) { // what was refused stays to be read
			m.problem = &api.Problem{Field: e.name, What: w.words.Text("window.no_reaction")}
		}
	})
	go func() {
		s, err := w.client.Settings(w.life)
		if err == nil {
			err = w.client.SetSettings(w.life, e.over(s))
		}
		close(done)
		w.post(func(m *model) { w.wasStored(m, e, err) })
	}()
}

// wasStored goes on after an edit; the next snapshot shows what has come of it. A refusal is told on the page, and stays until that very setting is
// stored: what was typed there waits to be mended.
func (w *Window) wasStored(m *model, e settingEdit, err error) {
	w.edits = w.edits[1:]
	switch {
	case err != nil:
		p := *w.problem(err)
		if w.closing = false; e.from != nil {
			e.from.refused = &e.value
			p.Field = e.name // where it is looked for, whatever it is
		}
		w.wasRefused(m, &p)
	case e.from != nil:
		e.from.shown = e.value // as the next snapshot will say
	}
	if p := m.problem; err == nil && p != nil && (p.Field == e.name || !w.isTypedSetting(p.Field)) {
		m.problem = nil
	}
	switch {
	case len(w.edits) > 0:
		w.storeNext()
	case w.closing:
		w.closing = false
		w.askClose() // something else may have been typed meanwhile
	}
}

// settingFields are those of the settings that a person types.
func (w *Window) settingFields() []*field {
	return slices.DeleteFunc([]*field{w.widgets.settings.proxy, w.widgets.settings.keys}, func(f *field) bool { return f == nil })
}

// tryRefusedAgain forgets what was refused because no agent was there, once one is.
func (w *Window) tryRefusedAgain(m *model) {
	if m.online {
		return
	}
	for _, f := range w.settingFields() {
		f.refused = nil
	}
}

// isTypedSetting reports whether a setting is one that a person types.
func (w *Window) isTypedSetting(name string) bool {
	return slices.ContainsFunc(w.settingFields(), func(f *field) bool { return f.setting == name })
}

// wasRefused tells why a setting was not stored. Whoever has gone on to another page is led back, but from a text that they type there: then it is
// told when the settings are opened next.
func (w *Window) wasRefused(m *model, p *api.Problem) {
	_, typing := w.fyne.Canvas().Focused().(*field)
	switch {
	case m.page != pageSettings && (typing || w.fyne.Canvas().Overlays().Top() != nil):
		m.refused = p
		return
	case m.page != pageSettings:
		w.fyne.Canvas().Unfocus()
	}
	m.page, m.problem = pageSettings, p
	w.shown.Settings = settingsView{} // what was clicked is not what is stored: paint it again
}

// over is the settings with that one changed.
func (e settingEdit) over(s api.Settings) api.Settings {
	value := e.value
	switch e.name {
	case "min_valid":
		s.MinValid = value
	case "clear_clipboard":
		s.ClearClipboard = value
	case "shortcut":
		s.Shortcut = value
	case "lock_after":
		s.Lock.After = value
	case "lock_with_screen":
		s.Lock.WithScreen = value != ""
	case "lock_with_keychain":
		s.Lock.WithKeychain = value != ""
	case "lock_pauses":
		s.Lock.Pauses = value != ""
	case "check_releases":
		s.CheckReleases = value != ""
	case "share_left":
		s.ShareLeft, _ = strconv.Atoi(value) // the slider's
	case "proxy":
		s.Proxy = value
	case "theme":
		s.Theme = value
	case "language":
		s.Language = value
	case "notices":
		s.Quiet = value == ""
	case "start_at_login":
		s.StartAtLogin = value != ""
	case "start_hidden":
		s.StartHidden = value != ""
	}
	return s
}
