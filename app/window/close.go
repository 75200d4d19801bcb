package main

import (
	"slices"

	"fyne.io/fyne/v2/theme"
)

// askClose closes the window for a person. Who would lose with it what was typed is asked first, and a setting that was typed is stored first. Who asks
// for it once more is not kept.
func (w *Window) askClose() {
	typed := w.typedSettings()
	refused := slices.ContainsFunc(typed, func(f *field) bool { return f.wasRefused() })
	switch {
	case w.sure != nil && w.fyne.Canvas().Overlays().Top() == w.sure:
		w.fyne.Close()
	case w.model.form.isTyped(), w.typedDialog(), refused:
		w.closing = false
		lost := map[bool]string{true: "window.close.form", false: "window.close.text"}[w.model.form.isTyped()]
		w.ask(w.words.Text("window.close.title"), w.words.Text(lost), consequence{w.words.Text("window.close"), theme.WindowCloseIcon(), w.fyne.Close})
		w.sure = w.fyne.Canvas().Overlays().Top()
	case w.closing: // and nothing comes back
		w.fyne.Close()
	case len(typed) > 0 || len(w.edits) > 0:
		w.closing = true
		for _, f := range typed {
			f.store(f.Text)
		}
	default:
		w.fyne.Close()
	}
}

// typedSettings are the fields of the settings that have another text than there is.
func (w *Window) typedSettings() []*field {
	return slices.DeleteFunc(w.settingFields(), func(f *field) bool { return !f.isTyped() })
}
