package main

import "fyne.io/fyne/v2/theme"

// askClose closes the window for a person. Who would lose with it what was typed is asked first, and a setting that was typed is stored first; who asks
// for it once more is not kept.
func (w *Window) askClose() {
	if f, ok := w.fyne.Canvas().Focused().(*field); ok && f.isTyped() && !w.closing {
		f.store(f.Text)
	}
	switch {
	case w.closing, w.sure != nil && w.dialog == w.sure:
		w.fyne.Close()
	case w.model.form.isTyped(), w.typedIn != nil && w.typedIn():
		w.ask(w.words.Text("window.close.title"), w.words.Text("window.close.text"), consequence{w.words.Text("window.close"), theme.WindowCloseIcon(), w.fyne.Close})
		w.sure = w.dialog
	case len(w.edits) > 0:
		w.closing = true
	default:
		w.fyne.Close()
	}
}
