package main

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"freshkey/app/api"
)

// detailPieces are the parts of an account's page that change.
type detailPieces struct {
	picture                          *canvas.Image
	name, state                      *widget.Label
	what, advice, note               *paragraph
	copyAccess, copyMAC, copyAs      *button
	unlock, login, confirm, mend     *button
	refresh, hold, verify, more      *button
	bar                              *lifeBar
	lineage                          *timeLine
	factNames, facts                 []*widget.Label
	copies                           []*button
	revealed, macKey                 *fyne.Container
	access, mac, revealLeft          *widget.Label
	signIn                           loginPieces
	head, actions, remedies, details *fyne.Container
	scroll                           *container.Scroll
	of                               string // the account that is shown, by id
}

// loginPieces are the parts of a sign-in under way.
type loginPieces struct {
	whole                              *fyne.Container
	text, problem                      *paragraph
	visit                              *widget.Label // the address where no browser has it
	address                            *field
	paste, device                      *fyne.Container
	code                               *widget.Label // what is typed on another device
	qr                                 *qrCode
	copyCode                           *button
	open, replace, keep, again, cancel *button
}

func (w *Window) detailPage() fyne.CanvasObject {
	p := &w.widgets.detail
	w.detailHead()
	w.detailActions()
	p.bar = newLifeBar()
	export := w.button(w.words.Text("lineage.export"), theme.DownloadIcon(), w.exportLineage)
	export.Importance = widget.LowImportance
	p.lineage = newTimeLine(export, w.words.Text("lineage.title"))
	p.revealed = w.revealPanel()
	// What comes and goes stands below the buttons: they shall not move under the pointer.
	p.scroll = container.NewVScroll(container.NewPadded(container.NewVBox(
		p.head, p.remedies, w.loginPanel(), container.NewGridWithColumns(3, p.copyAccess, p.copyMAC, p.copyAs), p.bar.whole,
		p.what, p.advice, p.actions, p.note, p.revealed, p.lineage.whole, widget.NewSeparator(), w.detailFacts(), widget.NewSeparator(), p.lineage.rows,
	)))
	return p.scroll
}

func (w *Window) detailHead() {
	p := &w.widgets.detail
	p.picture = canvas.NewImageFromResource(w.resource("idle"))
	p.picture.FillMode = canvas.ImageFillContain
	p.picture.SetMinSize(fyne.NewSquareSize(48))
	p.name = heading("")
	p.name.Truncation = fyne.TextTruncateEllipsis
	p.state, p.what, p.advice, p.note = widget.NewLabel(""), wrapped(""), wrapped(""), wrapped("")
	p.what.TextStyle.Bold = true
	text := container.New(layout.NewCustomPaddedVBoxLayout(-10), p.name, p.state)
	p.head = container.NewBorder(nil, nil, container.NewPadded(p.picture), nil, text)
}

func (w *Window) detailActions() {
	p := &w.widgets.detail
	p.copyAccess = w.button(w.words.Text("window.copy_access"), theme.ContentCopyIcon(), w.copyAccess)
	p.copyAccess.Importance = widget.HighImportance
	p.copyMAC = w.button(w.words.Text("window.copy_mac"), theme.ContentCopyIcon(), w.copyMAC)
	p.copyAs = w.button(w.words.Text("window.copy_as"), theme.MoreHorizontalIcon(), w.openCopyAs)
	p.unlock = w.button(w.words.Text("window.unlock"), theme.LoginIcon(), w.unlock)
	p.login = w.button(w.words.Text("window.login"), theme.LoginIcon(), w.login)
	p.unlock.Importance, p.login.Importance = widget.HighImportance, widget.HighImportance
	p.confirm = w.button(w.words.Text("window.confirm"), theme.WarningIcon(), w.askConfirm)
	p.confirm.Importance = widget.HighImportance
	p.refresh = w.button(w.words.Text("window.refresh"), theme.ViewRefreshIcon(), w.refresh)
	p.hold = w.button(w.words.Text("window.hold"), theme.MediaPauseIcon(), w.openHold)
	p.verify = w.button(w.words.Text("window.verify"), theme.ConfirmIcon(), w.verify)
	p.more = w.button(w.words.Text("window.more"), theme.MenuDropDownIcon(), w.openMore)
	p.mend = w.button(w.words.Text("window.edit"), theme.DocumentCreateIcon(), w.openEdit)
	p.mend.Importance = widget.HighImportance
	p.remedies = container.NewHBox(p.unlock, p.login, p.confirm, p.mend)
	cost := caption(fyne.TextAlignLeading)
	cost.SetText(w.words.Text("window.refresh.cost"))
	p.actions = container.NewVBox(container.NewGridWithColumns(4, p.refresh, p.hold, p.verify, p.more), cost)
}

func (w *Window) detailFacts() fyne.CanvasObject {
	p := &w.widgets.detail
	p.details = container.New(layout.NewFormLayout())
	for n := range decideFacts(w.words, api.Account{}, epoch()) {
		name := widget.NewLabelWithStyle("", fyne.TextAlignTrailing, fyne.TextStyle{})
		value := widget.NewLabel("")
		value.Truncation = fyne.TextTruncateEllipsis // Fyne's selectable texts take every key of the window's, and Ctrl+C would empty the clipboard
		copyFact := w.button("", theme.ContentCopyIcon(), func() { w.copyFact(n) })
		copyFact.Importance = widget.LowImportance
		p.factNames, p.facts, p.copies = append(p.factNames, name), append(p.facts, value), append(p.copies, copyFact)
		p.details.Add(name)
		p.details.Add(container.NewBorder(nil, nil, nil, copyFact, value))
	}
	return p.details
}

func (w *Window) revealPanel() *fyne.Container {
	p := &w.widgets.detail
	p.access, p.mac, p.revealLeft = verbatim(), verbatim(), caption(fyne.TextAlignLeading)
	access, key := widget.NewLabel(w.words.Text("form.access-token")), widget.NewLabel(w.words.Text("form.mac-key"))
	p.macKey = container.NewVBox(key, p.mac)
	return container.NewVBox(p.revealLeft, access, p.access, p.macKey)
}

// verbatim is for what is copied letter by letter, however long it is.
func verbatim() *widget.Label {
	l := widget.NewLabelWithStyle("", fyne.TextAlignLeading, fyne.TextStyle{Monospace: true})
	l.Wrapping, l.Selectable, l.SizeName = fyne.TextWrapBreak, true, theme.SizeNameCaptionText
	return l
}

func (w *Window) loginPanel() fyne.CanvasObject {
	p := &w.widgets.detail.signIn
	p.text, p.problem, p.visit = wrapped(""), wrapped(""), verbatim()
	p.problem.Importance = widget.DangerImportance
	p.address = w.field()
	p.address.SetPlaceHolder(w.words.Text("login.paste.hint"))
	p.address.OnSubmitted = func(string) { w.pasteAddress() }
	p.address.OnChanged = func(text string) { // a token answer is all secrets
		p.address.Password = strings.HasPrefix(strings.TrimSpace(text), "{")
		p.address.Refresh()
	}
	finish := w.button(w.words.Text("login.finish"), nil, w.pasteAddress)
	finish.Importance = widget.HighImportance
	p.paste = container.NewBorder(nil, nil, nil, finish, p.address)
	p.code = heading("")
	p.code.TextStyle, p.code.Selectable = fyne.TextStyle{Monospace: true}, true
	p.qr = newQRCode()
	p.device = container.NewHBox(p.qr.image, container.NewCenter(p.code))
	p.copyCode = w.button(w.words.Text("login.copy_code"), nil, w.copyUserCode)
	p.open = w.button("", nil, w.copyLoginAddress)
	p.replace = w.button(w.words.Text("login.replace"), nil, func() { w.replaceChain(true) })
	p.replace.Importance = widget.DangerImportance
	p.keep = w.button(w.words.Text("login.keep"), nil, func() { w.replaceChain(false) })
	p.again = w.button(w.words.Text("login.try_again"), nil, w.signInAgain)
	p.again.Importance = widget.HighImportance
	p.cancel = w.button(w.words.Text("window.cancel"), nil, w.endLogin)
	p.whole = container.NewVBox(widget.NewSeparator(), p.text, p.visit, p.paste, p.problem, p.device,
		container.NewHBox(p.copyCode, p.open, p.keep, p.replace, p.again, p.cancel), widget.NewSeparator())
	p.whole.Hide()
	return p.whole
}
