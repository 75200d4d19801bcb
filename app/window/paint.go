package main

import (
	"reflect"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// epoch stands in where only the shape of a view is wanted.
func epoch() time.Time { return time.Time{} }

// paint shows v. It decides nothing.
func (w *Window) paint(v, before view) {
	p, arrived := &w.widgets, v.Page != before.Page
	p.banner.SetText(v.Banner)
	p.offer.SetText(v.Offer)
	show(p.offer, v.Offer != "")
	stood := p.strip.Visible()
	if show(p.strip, v.Banner != "" && v.Page != "loading"); stood && !p.strip.Visible() {
		w.fyne.Content().Refresh() // Fyne lays out anew for what comes, and not for what goes
	}
	w.paintList(v, before)
	switch v.Page {
	case "detail":
		w.paintDetail(v.Detail)
		w.paintLogin(v.Detail.Login)
	case "empty":
		p.none.SetText(v.Empty)
	case pageAdd:
		w.paintAdd(v.Add)
	case pageSettings:
		w.paintSettings(v.Settings, arrived && !v.Settings.refused())
	case pageDoctor:
		if arrived || !reflect.DeepEqual(v.Doctor, before.Doctor) { // new rows would take the focus away
			w.paintDoctor(v.Doctor)
		}
	case pageRehearsal:
		if arrived || !reflect.DeepEqual(v.Stage, before.Stage) {
			w.paintStage(v.Stage)
		}
	}
	spin(p.busy, v.Page == "loading")
	spin(p.checking, v.Page == pageDoctor && v.Doctor.Checking)
	if arrived || len(p.right.Objects) == 0 {
		p.right.Objects = []fyne.CanvasObject{p.pages[v.Page]}
		p.right.Refresh()
	}
}

func (w *Window) paintList(v, before view) {
	p := &w.widgets
	p.found.SetText(v.Found)
	if found := v.Found != ""; found != p.found.Visible() {
		show(p.found, found)
		p.left.Refresh() // Fyne lays out only what the label lies in, and the list would stay where it is
	}
	p.today.paint(v.Today)
	show(p.search, !v.None)
	show(p.order, !v.None)
	show(p.list, !v.None) // else the keyboard would stop there
	p.list.Refresh()
	if v.Selected < 0 || v.Page != "detail" {
		p.list.UnselectAll()
		return
	}
	p.list.Select(v.Selected)
	if v.Selected != before.Selected {
		p.list.Highlight(v.Selected) // where the keyboard is
	}
	if v.Troubled != before.Troubled && v.Troubled != "" { // the list stays where the selected row is, which may be far down
		p.list.ScrollToTop()
	}
}

func (w *Window) paintDetail(d detailView) {
	p := &w.widgets.detail
	if p.of != d.ID { // another account begins with what it is called and what can be done
		p.of = d.ID
		p.scroll.ScrollToTop()
	}
	if r := w.resource(d.Icon); p.picture.Resource != r {
		p.picture.Resource = r
		p.picture.Refresh()
	}
	p.name.SetText(d.Name)
	p.state.SetText(d.State)
	p.paintSentences(d)
	p.hold.SetText(w.words.Text(map[bool]string{true: "window.release", false: "window.hold"}[d.CanRelease]))
	for b, can := range map[*button]bool{
		p.copyAccess: d.CanCopy, p.copyMAC: d.CanCopyMAC, p.copyAs: d.CanCopy, p.refresh: d.CanRefresh, p.hold: d.CanHold || d.CanRelease,
		p.verify: d.CanCopy, p.more: d.CanAct,
	} {
		w.enableButton(b, can)
	}
	show(p.copyMAC, d.HasMAC)
	p.paintRemedies(d)
	p.bar.paint(d.Bar)
	p.lineage.paint(d.Lineage)
	for n, f := range d.Facts {
		p.factNames[n].SetText(f.Name)
		p.facts[n].SetText(f.Value)
		show(p.copies[n], f.Copy != "")
	}
	p.access.SetText(d.Access)
	p.mac.SetText(d.MAC)
	p.revealLeft.SetText(d.RevealLeft)
	show(p.macKey, d.MAC != "")
	show(p.revealed, d.Access != "")
}

// paintSentences says what happened, what to do, and what came of the person's last action.
func (p *detailPieces) paintSentences(d detailView) {
	p.what.SetText(d.What)
	p.advice.SetText(d.Advice)
	show(p.advice, d.Advice != "")
	p.note.Importance = widget.SuccessImportance
	if d.NoteBad {
		p.note.Importance = widget.DangerImportance
	}
	p.note.SetText(d.Note)
	show(p.note, d.Note != "")
}

// paintRemedies shows what helps, which is then what stands out: one thing does.
func (p *detailPieces) paintRemedies(d detailView) {
	show(p.unlock, d.CanUnlock)
	show(p.login, d.CanLogin)
	show(p.confirm, d.CanConfirm)
	show(p.mend, d.CanMend)
	remedied := d.CanUnlock || d.CanLogin || d.CanConfirm || d.CanMend
	show(p.remedies, remedied)
	importance := map[bool]widget.Importance{true: widget.MediumImportance, false: widget.HighImportance}[remedied]
	if p.copyAccess.Importance != importance {
		p.copyAccess.Importance = importance
		p.copyAccess.Refresh()
	}
}

func (w *Window) paintLogin(v loginView) {
	p := &w.widgets.detail.signIn
	show(p.whole, v.Text != "")
	p.text.Importance = widget.MediumImportance
	if v.Bad {
		p.text.Importance = widget.DangerImportance
	}
	p.text.SetText(v.Text)
	p.cancel.SetText(v.CloseText)
	p.problem.SetText(v.Problem)
	show(p.problem, v.Problem != "")
	asked := v.Paste && !p.paste.Visible()
	show(p.paste, v.Paste)
	if asked && !w.typing() {
		w.fyne.Canvas().Focus(p.address)
	}
	p.open.SetText(v.CopyAddress)
	show(p.open, v.Address != "")
	p.visit.SetText(v.Visit)
	show(p.visit, v.Visit != "")
	p.code.SetText(v.Code)
	if v.Code != "" {
		p.qr.show(v.Address)
	}
	show(p.device, v.Code != "")
	show(p.copyCode, v.Code != "")
	show(p.replace, v.Confirm)
	show(p.keep, v.Confirm)
	show(p.again, v.Again)
	show(p.cancel, v.CanCancel)
}

func show(o fyne.CanvasObject, visible bool) {
	if visible == o.Visible() {
		return
	}
	if visible {
		o.Show()
	} else {
		o.Hide()
	}
}

// enableButton is enable for a button that the keyboard was at when it was pressed, and comes back to.
func (w *Window) enableButton(b *button, can bool) {
	if enable(b, can); can && w.leftBy == b {
		w.leftBy = nil
		w.keepKeyboard(b, nil)
	}
}

func enable(o fyne.Disableable, can bool) {
	if can {
		o.Enable()
	} else {
		o.Disable()
	}
}

// spin has a bar move, or stand still: one that is not in sight any more would go on, and have the whole window drawn at each of its steps.
func spin(bar *widget.ProgressBarInfinite, moves bool) {
	if moves {
		bar.Start()
	} else {
		bar.Stop()
	}
}
