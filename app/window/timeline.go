package main

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// timeLine draws an account's history on a line, and writes out the newest of it. What the pointer is at is told below the line, in the place of
// what stands there else.
type timeLine struct {
	line           *pointLine
	from, now, to  *widget.Label
	said           *widget.Label
	captions, axis *fyne.Container
	rows           *widget.Label
	whole          *fyne.Container
	view           lineageView
}

func newTimeLine(export fyne.CanvasObject, title string) *timeLine {
	t := &timeLine{
		from: caption(fyne.TextAlignLeading), now: caption(fyne.TextAlignCenter), to: caption(fyne.TextAlignTrailing), said: caption(fyne.TextAlignLeading),
		rows: widget.NewLabel(""),
	}
	t.line = newPointLine(t.tell)
	t.axis = container.New(axisLayout{t}, t.from, t.now, t.to)
	t.captions = container.NewStack(t.axis, t.said)
	t.said.Hide()
	t.rows.SizeName, t.rows.Wrapping = theme.SizeNameCaptionText, fyne.TextWrapWord
	heading := widget.NewLabelWithStyle(title, fyne.TextAlignLeading, fyne.TextStyle{Bold: true})
	t.whole = container.NewVBox(container.NewBorder(nil, nil, heading, export), t.line, t.captions)
	return t
}

// tell says what the pointer is at.
func (t *timeLine) tell(says string) {
	t.said.SetText(says)
	show(t.said, says != "")
	show(t.axis, says == "")
}

func (t *timeLine) paint(v lineageView) {
	t.view = v
	show(t.whole, len(v.Rows) > 0)
	t.from.SetText(v.From)
	t.now.SetText(v.Now)
	t.to.SetText(v.To)
	show(t.rows, len(v.Rows) > 0)
	t.rows.SetText(strings.Join(v.Rows, "\n"))
	t.line.paint(v.Line)
	show(t.now, 0.25 < v.Line.Now && v.Line.Now < 0.75)
	t.axis.Refresh()
}

// axisLayout places the times below a line: the first, now where that is and has room, and the last.
type axisLayout struct{ t *timeLine }

// Layout is of fyne.Layout.
func (a axisLayout) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	third := size.Width / 3
	place(a.t.from, 0, 0, third, size.Height)
	place(a.t.now, size.Width*a.t.view.Line.Now-third/2, 0, third, size.Height)
	place(a.t.to, 2*third, 0, third, size.Height)
}

// MinSize is of fyne.Layout.
func (a axisLayout) MinSize([]fyne.CanvasObject) fyne.Size { return a.t.from.MinSize() }
