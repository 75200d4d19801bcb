package main

import (
	"slices"
	"sync"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
)

// openDialog is a dialog that lies over the window.
type openDialog struct {
	dialog.Dialog
	over  fyne.CanvasObject // as the canvas knows it
	typed *openFields       // nil if it is no form
	asked bool              // it was opened over a question of the agent's, as by an answer that took its time
}

// openFields are those of a form, and what stood in them when it was opened.
type openFields struct {
	fields []*field
	before []string
}

// isTyped reports whether anything else stands there now; in no form, nothing does.
func (o *openFields) isTyped() bool {
	return o != nil && slices.ContainsFunc(o.fields, func(f *field) bool { return f.Text != o.before[slices.Index(o.fields, f)] })
}

// open shows a dialog, with the focus on first if that is not nil.
func (w *Window) open(d dialog.Dialog, size fyne.Size, first fyne.Focusable) {
	w.openOver(d, size, first, nil)
}

// openOver is open for a dialog with a form.
func (w *Window) openOver(d dialog.Dialog, size fyne.Size, first fyne.Focusable, typed *openFields) {
	var once sync.Once // Fyne tells of each hiding, also of one that is hidden
	d.SetOnClosed(func() { once.Do(w.dropHidden) })
	d.Resize(size)
	d.Show()
	w.dialogs = append(w.dialogs, openDialog{d, w.fyne.Canvas().Overlays().Top(), typed, w.asked.dialog != nil})
	if first != nil {
		w.fyne.Canvas().Focus(first)
	}
}

// dropHidden forgets the dialogs that are to be seen no more: with one Fyne takes away what lies above it, and tells nobody. A question among that
// comes back.
func (w *Window) dropHidden() {
	shown := w.fyne.Canvas().Overlays()
	w.dialogs = slices.DeleteFunc(w.dialogs, func(d openDialog) bool { return !slices.Contains(shown.List(), d.over) })
	w.asked.comeBack(shown, w.now())
}

// topDialog is the one that lies over all others; nil if there is none.
func (w *Window) topDialog() *openDialog {
	if len(w.dialogs) == 0 {
		return nil
	}
	return &w.dialogs[len(w.dialogs)-1]
}

// typedDialog reports whether something was typed into the form that was opened last, whatever lies over it.
func (w *Window) typedDialog() bool {
	for _, d := range slices.Backward(w.dialogs) {
		if d.typed != nil {
			return d.typed.isTyped()
		}
	}
	return false
}
