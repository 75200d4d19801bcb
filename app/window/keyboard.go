package main

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"freshkey/app/api"
)

// A widget that has the focus gets every key and the window none, so the window's own widgets hand on what is not theirs.
type (
	button struct {
		widget.Button
		window *Window
		down   bool // a key has gone down, and has pressed nothing yet
	}
	dropdown struct {
		widget.Select
		window *Window
	}
	checkbox struct {
		widget.Check
		window *Window
	}
	slider struct {
		widget.Slider
		window *Window
	}
	list struct {
		widget.List
		window *Window
	}
)

// shortcuts: Ctrl+C copies the access token, Ctrl+Shift+C the MAC key, Ctrl+F searches, Ctrl+N adds, Ctrl+V adds what is in the clipboard, Ctrl+P chooses the provider there, Ctrl+R refreshes,
// Ctrl+E edits, Ctrl+, opens the settings, Escape goes back, Ctrl+W closes.
func (w *Window) shortcuts() {
	control := fyne.KeyModifierShortcutDefault
	on := func(s fyne.Shortcut, act func()) {
		w.keys.AddShortcut(s, func(fyne.Shortcut) { act() })
		w.fyne.Canvas().AddShortcut(s, func(s fyne.Shortcut) { w.typedShortcut(s) })
	}
	on(&fyne.ShortcutCopy{}, func() { w.ifInSight(w.copyAccess) })
	on(&fyne.ShortcutPaste{}, w.pasteAccount)
	on(closeKeys(), w.askClose)
	for _, s := range []struct {
		key   fyne.KeyName
		shift fyne.KeyModifier
		act   func()
	}{
		{fyne.KeyC, fyne.KeyModifierShift, func() { w.ifInSight(w.copyMAC) }},
		{fyne.KeyF, 0, w.focusSearch},
		{fyne.KeyN, 0, w.openAdd},
		{fyne.KeyP, 0, w.addWithProvider},
		{fyne.KeyR, 0, w.refresh},
		{fyne.KeyE, 0, w.openEdit},
		{fyne.KeyComma, 0, w.openSettings},
	} {
		on(&desktop.CustomShortcut{KeyName: s.key, Modifier: control | s.shift}, s.act)
	}
	w.fyne.Canvas().SetOnTypedKey(func(e *fyne.KeyEvent) { w.typedKey(e) })
	w.fyne.SetCloseIntercept(w.askClose)
}

// ifInSight copies, if the account of the page is in the list: whoever has searched for another one, and found none, does not want its token.
func (w *Window) ifInSight(copies func()) {
	if w.shown.Selected >= 0 {
		copies()
	}
}

// typedShortcut does what the window knows of. Nothing moves below an open dialog, but the window can be closed.
func (w *Window) typedShortcut(s fyne.Shortcut) {
	if w.fyne.Canvas().Overlays().Top() == nil || s.ShortcutName() == closeKeys().ShortcutName() {
		w.keys.TypedShortcut(s)
	}
}

func closeKeys() fyne.Shortcut {
	return &desktop.CustomShortcut{KeyName: fyne.KeyW, Modifier: fyne.KeyModifierShortcutDefault}
}

// typedKey is true when the key was the window's: Escape takes away what is on top, and to what is asked there it says no.
func (w *Window) typedKey(e *fyne.KeyEvent) bool {
	if w.asked.dialog != nil && e.Name != fyne.KeyEscape {
		w.asked.typed = w.now()
	}
	switch top := w.topDialog(); {
	case e.Name != fyne.KeyEscape:
		return false
	case w.fyne.Canvas().Overlays().Top() == nil:
		w.openPage(pageAccounts)
	case w.asked.dialog != nil && (top == nil || !top.asked):
		w.asked.answer(api.AnswerNo)
	case top != nil && top.typed.isTyped():
		w.ask(w.words.Text("window.discard.title"), w.words.Text("window.close.text"), consequence{w.words.Text("window.discard"), theme.DeleteIcon(), top.Hide})
	case top != nil:
		top.Hide()
	}
	return true
}

// typing reports whether the keyboard is at something that shall keep it: a text, the list, or an open dialog.
func (w *Window) typing() bool {
	c := w.fyne.Canvas()
	switch c.Focused().(type) {
	case *field, *list:
		return true
	}
	return c.Overlays().Top() != nil
}

func (w *Window) focusSearch() {
	w.fyne.Canvas().Focus(w.widgets.search)
	w.widgets.search.TypedShortcut(&fyne.ShortcutSelectAll{})
}

// KeyDown is told by Fyne before TypedKey, and for a key that is held only once.
func (b *button) KeyDown(e *fyne.KeyEvent) {
	b.down = e.Name == fyne.KeySpace || e.Name == fyne.KeyReturn || e.Name == fyne.KeyEnter
}

// KeyUp – see KeyDown.
func (b *button) KeyUp(*fyne.KeyEvent) {}

// TypedKey is what a focused widget does, but for the window's keys; as are those below. A button is pressed by Enter as well, once for each time
// the key goes down: a refresh spends a rotation. The keyboard stays at it, as far as that leads nowhere else.
func (b *button) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		if !b.down {
			return
		}
		over := b.window.fyne.Canvas().Overlays().Top()
		b.down, b.window.pressing = false, e.Name == fyne.KeySpace
		b.Button.TypedKey(&fyne.KeyEvent{Name: fyne.KeySpace})
		b.window.keepKeyboard(b, over)
	default:
		if !b.window.typedKey(e) {
			b.Button.TypedKey(e)
		}
	}
}

// keepKeyboard has the keyboard at a button that was pressed by it, which Fyne takes it from, if nothing else has it now. over is what lay over the window then.
func (w *Window) keepKeyboard(b *button, over fyne.CanvasObject) {
	switch c := w.fyne.Canvas(); {
	case c.Focused() != nil, c.Overlays().Top() != over:
	case b.Disabled(): // while its work is done
		w.leftBy = b
	default:
		c.Focus(b)
	}
}

// TypedKey – see button. Enter opens the options too.
func (c *dropdown) TypedKey(e *fyne.KeyEvent) {
	if e.Name == fyne.KeyReturn || e.Name == fyne.KeyEnter {
		e = &fyne.KeyEvent{Name: fyne.KeySpace}
	}
	if !c.window.typedKey(e) {
		c.Select.TypedKey(e)
	}
}

// TypedKey – see button.
func (t *checkbox) TypedKey(e *fyne.KeyEvent) {
	if !t.window.typedKey(e) {
		t.Check.TypedKey(e)
	}
}

// TypedKey – see button.
func (s *slider) TypedKey(e *fyne.KeyEvent) {
	if !s.window.typedKey(e) {
		s.Slider.TypedKey(e)
	}
}

// TypedKey in the list of accounts: the arrows go to the next account, not only to its row.
func (l *list) TypedKey(e *fyne.KeyEvent) {
	last := len(l.window.shown.Accounts) - 1
	switch at := l.window.shown.Selected; {
	case e.Name == fyne.KeyDown:
		l.Select(min(at+1, last))
	case e.Name == fyne.KeyUp:
		l.Select(max(at-1, 0))
	case e.Name == fyne.KeyHome:
		l.Select(0)
	case e.Name == fyne.KeyEnd:
		l.Select(last)
	case !l.window.typedKey(e):
		l.List.TypedKey(e)
	}
}

// button has an icon unless that is nil.
func (w *Window) button(text string, icon fyne.Resource, tapped func()) *button {
	b := &button{Button: widget.Button{Text: text, Icon: icon, OnTapped: tapped}, window: w}
	b.ExtendBaseWidget(b)
	return b
}

// dropdown is as wide as its longest option.
func (w *Window) dropdown(options []string, changed func(string)) *dropdown {
	c := &dropdown{Select: widget.Select{Options: options, OnChanged: changed, PlaceHolder: longest(options)}, window: w}
	c.ExtendBaseWidget(c)
	return c
}

func (w *Window) checkbox(text string, changed func(bool)) *checkbox {
	t := &checkbox{Check: widget.Check{Text: text, OnChanged: changed}, window: w}
	t.ExtendBaseWidget(t)
	return t
}

func (w *Window) slider(least, most, step float64) *slider {
	s := &slider{Slider: widget.Slider{Min: least, Max: most, Step: step}, window: w}
	s.ExtendBaseWidget(s)
	return s
}

func longest(texts []string) (long string) {
	for _, t := range texts {
		if len(t) > len(long) {
			long = t
		}
	}
	return long
}
