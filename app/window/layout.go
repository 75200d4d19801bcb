package window

import (
	"io/fs"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"freshkey/assets"
)

// pieces are the widgets that change.
type pieces struct {
	banner *widget.Label
	list   *widget.List
	right  *fyne.Container // one page of the four
	pages  map[string]fyne.CanvasObject
	icons  map[string]fyne.Resource

	picture                *canvas.Image
	name, state            *widget.Label
	what, advice, note     *widget.Label
	copyAccess, copyMAC    *widget.Button
	refreshNow, removeThis *widget.Button
	unlock                 *widget.Button
	facts                  []*widget.Label
	factNames              []*widget.Label

	form addForm
}

func (w *Window) layout() fyne.CanvasObject {
	p := &w.pieces
	p.icons = map[string]fyne.Resource{}
	files, _ := fs.Glob(assets.Icons, "icons/*.png") // the pattern is a good one
	for _, f := range files {
		data, _ := fs.ReadFile(assets.Icons, f) // Glob just found it
		p.icons[f] = fyne.NewStaticResource(f, data)
	}
	w.fyne.SetIcon(w.resource("freshkey"))
	p.banner = widget.NewLabel("")
	p.banner.Importance = widget.WarningImportance
	p.banner.Wrapping = fyne.TextWrapWord
	p.banner.Hide()
	add := widget.NewButtonWithIcon(w.words.Say("window.add"), theme.ContentAddIcon(), w.openAdd)
	title := widget.NewLabelWithStyle(w.words.Say("window.accounts"), fyne.TextAlignLeading, fyne.TextStyle{Bold: true})
	left := container.NewBorder(title, add, nil, nil, w.accountList())
	p.pages = map[string]fyne.CanvasObject{
		"loading": container.NewCenter(widget.NewLabel(w.words.Say("window.loading"))),
		"empty":   w.emptyPage(), "detail": w.detailPage(), "add": w.addPage(),
	}
	p.right = container.NewStack()
	split := container.NewHSplit(left, p.right)
	split.Offset = 0.32
	return container.NewBorder(p.banner, nil, nil, nil, split)
}

func (w *Window) resource(name string) fyne.Resource { return w.pieces.icons["icons/"+name+".png"] }

func (w *Window) accountList() fyne.CanvasObject {
	l := widget.NewList(
		func() int { return len(w.shown.Rows) },
		func() fyne.CanvasObject {
			picture := canvas.NewImageFromResource(w.resource("idle"))
			picture.FillMode = canvas.ImageFillContain
			picture.SetMinSize(fyne.NewSquareSize(36))
			name := widget.NewLabelWithStyle("", fyne.TextAlignLeading, fyne.TextStyle{Bold: true})
			name.Truncation = fyne.TextTruncateEllipsis
			left := widget.NewLabel("")
			left.SizeName = theme.SizeNameCaptionText
			left.Truncation = fyne.TextTruncateEllipsis
			text := container.New(layout.NewCustomPaddedVBoxLayout(-14), name, left)
			return container.NewBorder(nil, nil, container.NewPadded(picture), nil, text)
		},
		func(i widget.ListItemID, o fyne.CanvasObject) {
			if i >= len(w.shown.Rows) {
				return
			}
			row := w.shown.Rows[i]
			c := o.(*fyne.Container)
			text := c.Objects[0].(*fyne.Container)
			text.Objects[0].(*widget.Label).SetText(row.Name)
			text.Objects[1].(*widget.Label).SetText(row.Left)
			picture := c.Objects[1].(*fyne.Container).Objects[0].(*canvas.Image)
			if r := w.resource(row.Icon); picture.Resource != r {
				picture.Resource = r
				picture.Refresh()
			}
		},
	)
	l.OnSelected = func(i widget.ListItemID) {
		if i < len(w.shown.Rows) && (w.shown.Selected != i || w.model.adding) {
			id := w.shown.Rows[i].ID
			w.change(func(m *model) { m.selected, m.adding = id, false })
		}
	}
	w.pieces.list = l
	return l
}

func (w *Window) emptyPage() fyne.CanvasObject {
	title := widget.NewLabelWithStyle(w.words.Say("window.empty"), fyne.TextAlignCenter, fyne.TextStyle{Bold: true})
	title.SizeName = theme.SizeNameSubHeadingText
	hint := widget.NewLabelWithStyle(w.words.Say("window.empty.hint"), fyne.TextAlignCenter, fyne.TextStyle{})
	hint.Wrapping = fyne.TextWrapWord
	add := widget.NewButtonWithIcon(w.words.Say("window.add"), theme.ContentAddIcon(), w.openAdd)
	add.Importance = widget.HighImportance
	return container.NewVBox(layout.NewSpacer(), title, hint, container.NewCenter(add), layout.NewSpacer())
}

func (w *Window) detailPage() fyne.CanvasObject {
	p := &w.pieces
	p.picture = canvas.NewImageFromResource(w.resource("idle"))
	p.picture.FillMode = canvas.ImageFillContain
	p.picture.SetMinSize(fyne.NewSquareSize(56))
	p.name = widget.NewLabelWithStyle("", fyne.TextAlignLeading, fyne.TextStyle{Bold: true})
	p.name.SizeName = theme.SizeNameSubHeadingText
	p.name.Truncation = fyne.TextTruncateEllipsis
	p.state, p.what, p.advice, p.note = widget.NewLabel(""), widget.NewLabel(""), widget.NewLabel(""), widget.NewLabel("")
	for _, l := range []*widget.Label{p.what, p.advice, p.note} {
		l.Wrapping = fyne.TextWrapWord
	}
	p.what.TextStyle.Bold = true
	p.copyAccess = widget.NewButtonWithIcon(w.words.Say("window.copy_access"), theme.ContentCopyIcon(), w.copyAccess)
	p.copyAccess.Importance = widget.HighImportance
	p.copyMAC = widget.NewButtonWithIcon(w.words.Say("window.copy_mac"), theme.ContentCopyIcon(), w.copyMAC)
	p.refreshNow = widget.NewButtonWithIcon(w.words.Say("window.refresh"), theme.ViewRefreshIcon(), w.refresh)
	p.unlock = widget.NewButtonWithIcon(w.words.Say("window.unlock"), theme.LoginIcon(), w.unlock)
	p.unlock.Importance = widget.HighImportance
	p.removeThis = widget.NewButtonWithIcon(w.words.Say("window.remove"), theme.DeleteIcon(), w.askRemove)
	head := container.NewBorder(nil, nil, container.NewPadded(p.picture), nil, container.NewVBox(p.name, p.state))
	facts := container.New(layout.NewFormLayout())
	for range decideDetail(w.words, model{}, noAccount(), epoch()).Facts {
		name := widget.NewLabelWithStyle("", fyne.TextAlignTrailing, fyne.TextStyle{})
		value := widget.NewLabel("")
		value.Truncation = fyne.TextTruncateEllipsis
		value.Selectable = true
		p.factNames, p.facts = append(p.factNames, name), append(p.facts, value)
		facts.Add(name)
		facts.Add(value)
	}
	copies := container.NewGridWithColumns(2, p.copyAccess, p.copyMAC)
	others := container.NewHBox(p.refreshNow, layout.NewSpacer(), p.removeThis)
	return container.NewVScroll(container.NewPadded(container.NewVBox(
		head, copies, others, p.note, p.what, p.advice, p.unlock, widget.NewSeparator(), facts,
	)))
}
