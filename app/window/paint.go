package window

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"freshkey/app/api"
)

// noAccount and epoch stand in where only the shape of a view is wanted.
func noAccount() api.Account { return api.Account{} }
func epoch() time.Time       { return time.Time{} }

// paint shows v. It decides nothing.
func (w *Window) paint(v, before view) {
	p := &w.pieces
	p.banner.SetText(v.Banner)
	show(p.banner, v.Banner != "" && v.Page != "loading")
	p.list.Refresh()
	if v.Selected >= 0 {
		p.list.Select(v.Selected)
	} else {
		p.list.UnselectAll()
	}
	switch v.Page {
	case "detail":
		w.paintDetail(v.Detail)
	case "add":
		p.form.paint(v.Add)
	}
	if v.Page != before.Page || len(p.right.Objects) == 0 {
		p.right.Objects = []fyne.CanvasObject{p.pages[v.Page]}
		p.right.Refresh()
	}
}

func (w *Window) paintDetail(d detailView) {
	p := &w.pieces
	if r := w.resource(d.Icon); p.picture.Resource != r {
		p.picture.Resource = r
		p.picture.Refresh()
	}
	p.name.SetText(d.Name)
	p.state.SetText(d.State)
	p.what.SetText(d.What)
	p.advice.SetText(d.Advice)
	show(p.advice, d.Advice != "")
	p.note.Importance = widget.MediumImportance
	if d.NoteBad {
		p.note.Importance = widget.DangerImportance
	}
	p.note.SetText(d.Note)
	show(p.note, d.Note != "")
	enable(p.copyAccess, d.CanCopy)
	enable(p.copyMAC, d.CanCopyMAC)
	enable(p.refreshNow, d.CanRefresh)
	enable(p.removeThis, d.CanRemove)
	show(p.unlock, d.CanUnlock)
	for n, f := range d.Facts {
		p.factNames[n].SetText(f[0])
		p.facts[n].SetText(f[1])
	}
}

func show(o fyne.CanvasObject, visible bool) {
	if visible {
		o.Show()
	} else {
		o.Hide()
	}
}

func enable(o fyne.Disableable, can bool) {
	if can {
		o.Enable()
	} else {
		o.Disable()
	}
}
