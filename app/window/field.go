package main

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// field is an entry for a line of text.
type field struct {
	widget.Entry
	window  *Window
	setting string  // that is stored by leaving the field; empty in a form
	shown   string  // the setting as it was shown last
	refused *string // what could not be stored last
}

func (w *Window) field() *field {
	f := &field{window: w}
	f.ExtendBaseWidget(f)
	return f
}

// secretField hides what is typed, until its eye is clicked.
func (w *Window) secretField() *field {
	f := &field{Entry: widget.Entry{Password: true}, window: w}
	f.ExtendBaseWidget(f)
	return f
}

// TypedShortcut lets the window have what means nothing in a text; copying nothing means the access token, in the search.
func (f *field) TypedShortcut(s fyne.Shortcut) {
	_, own := s.(*desktop.CustomShortcut)
	_, copying := s.(*fyne.ShortcutCopy)
	if own || copying && f == f.window.widgets.search && f.SelectedText() == "" {
		f.window.typedShortcut(s)
	}
	if _, pasting := s.(*fyne.ShortcutPaste); pasting && f == f.window.widgets.search && f.window.model.page == pageAccounts && strings.Contains(fyne.CurrentApp().Clipboard().Content(), "refresh_token") {
		f.window.typedShortcut(s) // secrets are no words to search for
		return
	}
	f.Entry.TypedShortcut(s)
}

// FocusLost stores a setting that was typed: a person who goes on with Tab, or with the mouse, has done so by it. Of a window that another one covers
// the field keeps the keyboard, and nothing is stored half typed.
func (f *field) FocusLost() {
	f.Entry.FocusLost()
	if text := f.Text; f.isTyped() {
		go f.window.post(func(*model) {
			if f.window.fyne.Canvas().Focused() != f {
				f.store(text)
			}
		})
	}
}

// isTyped reports whether the field has another setting than there is.
func (f *field) isTyped() bool { return f.setting != "" && strings.TrimSpace(f.Text) != f.shown }

// wasRefused reports whether what stands there could not be stored.
func (f *field) wasRefused() bool {
	return f.isTyped() && f.refused != nil && strings.TrimSpace(f.Text) == *f.refused
}

func (f *field) store(text string) {
	f.window.storeEdit(settingEdit{f.setting, strings.TrimSpace(text), f})
}

// showStored shows a setting as it is, if that has changed or the page is opened anew; else what is typed there is on its way, or was refused.
func (f *field) showStored(text string, anew bool) {
	if anew || text != f.shown {
		f.SetText(text)
	}
	f.shown = text
}

// TypedRune types a letter, but for the blank that has pressed a button which led here.
func (f *field) TypedRune(r rune) {
	if f.window.pressing && r == ' ' {
		f.window.pressing = false
		return
	}
	f.Entry.TypedRune(r)
}

// TypedKey in the search: Escape first takes the search away, and Return goes to what it found. In a setting Escape first takes back what was typed.
func (f *field) TypedKey(e *fyne.KeyEvent) {
	search := f == f.window.widgets.search
	f.window.pressing = false // a letter of its own comes with it
	switch {
	case e.Name == fyne.KeyEscape && f.isTyped():
		f.window.change(func(m *model) { m.problem = nil })
		f.clear()
		f.SetText(f.shown)
	case search && e.Name == fyne.KeyEscape && f.Text != "":
		f.clear()
	case search && (e.Name == fyne.KeyReturn || e.Name == fyne.KeyEnter || e.Name == fyne.KeyDown):
		f.window.fyne.Canvas().Focus(f.window.widgets.list)
	case !f.window.typedKey(e):
		f.Entry.TypedKey(e)
	}
}

// clear empties the field. With SetText what was selected would stay so, and take the next letter.
func (f *field) clear() {
	f.Entry.TypedShortcut(&fyne.ShortcutSelectAll{})
	f.Entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDelete})
}

// belongsTo has Enter in a field do what a button does, and what is typed there take away what was wrong before.
func (f *field) belongsTo(save *button, problem *paragraph) {
	look := f.OnChanged
	f.OnChanged = func(text string) {
		if problem.Text != "" {
			problem.SetText("")
		}
		if look != nil {
			look(text)
		}
	}
	f.OnSubmitted = func(string) {
		if !save.Disabled() {
			save.OnTapped()
		}
	}
}
