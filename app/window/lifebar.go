package main

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Sizes of the drawn bar, in Fyne's units.
const (
	barHeight  = 14
	markWidth  = 3
	lineHeight = 26
)

// lifeBar draws a token's life: what is over, a mark where the refresh is planned, and the times as words below.
type lifeBar struct {
	track, gone, mark        *canvas.Rectangle
	issued, planned, expires *widget.Label
	drawing, whole           *fyne.Container
	view                     barView
}

func newLifeBar() *lifeBar {
	b := &lifeBar{
		track: canvas.NewRectangle(nil), gone: canvas.NewRectangle(nil), mark: canvas.NewRectangle(nil),
		issued: caption(fyne.TextAlignLeading), planned: caption(fyne.TextAlignCenter), expires: caption(fyne.TextAlignTrailing),
	}
	b.track.CornerRadius, b.gone.CornerRadius = barHeight/2, barHeight/2
	b.drawing = container.New(barLayout{b}, b.track, b.gone, b.mark)
	b.whole = container.NewVBox(b.drawing, container.NewGridWithColumns(3, b.issued, b.planned, b.expires))
	return b
}

func caption(align fyne.TextAlign) *widget.Label {
	l := widget.NewLabelWithStyle("", align, fyne.TextStyle{})
	l.SizeName = theme.SizeNameCaptionText
	l.Truncation = fyne.TextTruncateEllipsis
	return l
}

func (b *lifeBar) paint(v barView) {
	show(b.whole, v.Shown)
	b.view = v
	b.track.FillColor, b.gone.FillColor, b.mark.FillColor = theme.Color(theme.ColorNamePrimary), theme.Color(theme.ColorNameSeparator), theme.Color(theme.ColorNameForeground)
	b.issued.SetText(v.Issued)
	b.planned.SetText(v.Planned)
	b.expires.SetText(v.Expires)
	show(b.mark, v.Refresh >= 0)
	b.drawing.Refresh()
}

// barLayout places the parts of a lifeBar by their shares.
type barLayout struct{ b *lifeBar }

// Layout is of fyne.Layout.
func (l barLayout) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	top := (size.Height - barHeight) / 2
	l.b.track.Move(fyne.NewPos(0, top))
	l.b.track.Resize(fyne.NewSize(size.Width, barHeight))
	l.b.gone.Move(fyne.NewPos(0, top))
	l.b.gone.Resize(fyne.NewSize(size.Width*l.b.view.Gone, barHeight))
	l.b.mark.Move(fyne.NewPos(min(size.Width-markWidth, size.Width*l.b.view.Refresh), top-4))
	l.b.mark.Resize(fyne.NewSize(markWidth, barHeight+8))
}

// MinSize is of fyne.Layout.
func (barLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(120, lineHeight) }
