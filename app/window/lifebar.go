package main

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Sizes of the drawn lines, in Fyne's units.
const (
	barHeight  = 14
	markWidth  = 3
	pointSize  = 9
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
	b.track.FillColor, b.gone.FillColor, b.mark.FillColor = theme.Color(theme.ColorNamePrimary), theme.Color(theme.ColorNameDisabled), theme.Color(theme.ColorNameForeground)
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

// timeLine draws generations as points and failures as crosses on a line in time.
type timeLine struct {
	line     *canvas.Line
	drawing  *fyne.Container
	from, to *widget.Label
	rows     *widget.Label
	whole    *fyne.Container
	view     lineageView
}

func newTimeLine(export fyne.CanvasObject, title string) *timeLine {
	t := &timeLine{line: canvas.NewLine(nil), from: caption(fyne.TextAlignLeading), to: caption(fyne.TextAlignTrailing), rows: widget.NewLabel("")}
	t.rows.SizeName, t.rows.Wrapping = theme.SizeNameCaptionText, fyne.TextWrapWord
	t.drawing = container.New(lineLayout{t})
	heading := widget.NewLabelWithStyle(title, fyne.TextAlignLeading, fyne.TextStyle{Bold: true})
	t.whole = container.NewVBox(container.NewBorder(nil, nil, heading, export), t.drawing, container.NewGridWithColumns(2, t.from, t.to), t.rows)
	return t
}

func (t *timeLine) paint(v lineageView) {
	show(t.whole, len(v.Points) > 0)
	t.view = v
	t.line.StrokeColor, t.line.StrokeWidth = theme.Color(theme.ColorNameDisabled), 2
	objects := []fyne.CanvasObject{t.line}
	for _, p := range v.Points {
		if p.Good {
			c := canvas.NewCircle(theme.Color(theme.ColorNamePrimary))
			objects = append(objects, c)
			continue
		}
		cross := canvas.NewText("×", theme.Color(theme.ColorNameError))
		cross.TextSize, cross.TextStyle.Bold, cross.Alignment = 18, true, fyne.TextAlignCenter
		objects = append(objects, cross)
	}
	t.drawing.Objects = objects
	t.from.SetText(v.From)
	t.to.SetText(v.To)
	text := ""
	for n, row := range v.Rows {
		if n > 0 {
			text += "\n"
		}
		text += row
	}
	t.rows.SetText(text)
	t.drawing.Refresh()
}

// lineLayout places the points of a timeLine.
type lineLayout struct{ t *timeLine }

// Layout is of fyne.Layout.
func (l lineLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	middle, room := size.Height/2, size.Width-pointSize
	l.t.line.Position1, l.t.line.Position2 = fyne.NewPos(0, middle), fyne.NewPos(size.Width, middle)
	for n, p := range l.t.view.Points {
		if n+1 < len(objects) {
			objects[n+1].Resize(fyne.NewSquareSize(pointSize))
			y := middle - pointSize/2
			if !p.Good {
				y -= 8 // a text stands above its line
			}
			objects[n+1].Move(fyne.NewPos(room*p.At, y))
		}
	}
}

// MinSize is of fyne.Layout.
func (lineLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(120, lineHeight) }
