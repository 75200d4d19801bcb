package window

import (
	"context"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"freshkey/app/api"
	"freshkey/app/words"
	"freshkey/oauth"
)

// shortcuts: Ctrl+C copies the access token, Ctrl+Shift+C the MAC key, Ctrl+N adds, Ctrl+R refreshes, Ctrl+W closes.
func (w *Window) shortcuts() {
	on := func(s fyne.Shortcut, act func()) {
		w.fyne.Canvas().AddShortcut(s, func(fyne.Shortcut) { act() })
	}
	control := fyne.KeyModifierShortcutDefault
	on(&fyne.ShortcutCopy{}, w.copyAccess)
	on(&desktop.CustomShortcut{KeyName: fyne.KeyC, Modifier: control | fyne.KeyModifierShift}, w.copyMAC)
	on(&desktop.CustomShortcut{KeyName: fyne.KeyN, Modifier: control}, w.openAdd)
	on(&desktop.CustomShortcut{KeyName: fyne.KeyR, Modifier: control}, w.refresh)
	on(&desktop.CustomShortcut{KeyName: fyne.KeyW, Modifier: control}, w.fyne.Close)
}

func (w *Window) copyAccess() {
	if w.shown.Detail.CanCopy {
		w.copy(api.FormAccessToken)
	}
}

func (w *Window) copyMAC() {
	if w.shown.Detail.CanCopyMAC {
		w.copy(api.FormMACKey)
	}
}

func (w *Window) copy(form api.Form) {
	id := w.shown.Detail.ID
	w.call(id, func(ctx context.Context) (string, error) {
		done, err := w.client.Copy(ctx, id, form, oauth.DefaultValidity)
		now := time.Now()
		return w.words.Say("window.copied", words.Args{
			Until: w.words.Clock(done.ExpiresAt, now), Left: w.words.Span(done.ExpiresAt.Sub(now)),
		}), err
	})
}

func (w *Window) refresh() {
	if !w.shown.Detail.CanRefresh {
		return
	}
	id := w.shown.Detail.ID
	w.call(id, func(ctx context.Context) (string, error) {
		_, err := w.client.Refresh(ctx, id)
		return "", err // the state says the rest
	})
}

func (w *Window) unlock() {
	w.call(w.shown.Detail.ID, func(ctx context.Context) (string, error) { return "", w.client.Unlock(ctx) })
}

func (w *Window) askRemove() {
	d := w.shown.Detail
	text := widget.NewLabel(w.words.Say("window.remove.text"))
	text.Wrapping = fyne.TextWrapWord
	ask := dialog.NewCustomConfirm(w.words.Say("window.remove.title", words.Args{Account: d.Name}), w.words.Say("window.remove.yes"),
		w.words.Say("window.cancel"), text, func(sure bool) {
			if !sure {
				return
			}
			w.call(d.ID, func(ctx context.Context) (string, error) { return "", w.client.Remove(ctx, d.ID) })
		}, w.fyne)
	ask.SetConfirmImportance(widget.DangerImportance)
	ask.Resize(fyne.NewSize(440, 220))
	ask.Show()
}

func (w *Window) openAdd() {
	w.change(func(m *model) { m.adding, m.problem = true, nil })
	w.fyne.Canvas().Focus(w.pieces.form.entries["name"])
}

func (w *Window) cancelAdd() {
	w.pieces.form.clear()
	w.fyne.Canvas().Unfocus()
	w.change(func(m *model) { m.adding, m.problem = false, nil })
}

// save sends the form to the agent, which checks it; the field it names is marked.
func (w *Window) save() {
	if w.model.saving {
		return
	}
	in := w.pieces.form.request()
	w.change(func(m *model) { m.saving, m.problem = true, nil })
	go func() {
		a, err := w.client.Add(w.life, in)
		w.post(func(m *model) {
			m.saving = false
			if err != nil {
				m.problem = fieldOf(w.problem(err), in.Answer != "")
				return
			}
			w.pieces.form.clear()
			w.fyne.Canvas().Unfocus() // else the shortcuts would go to an entry nobody sees
			m.added(a)
		})
	}()
}
