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
	from, to       *widget.Label
	said           *widget.Label
	captions, axis *fyne.Container
	rows           *widget.Label
	whole          *fyne.Container
}

func newTimeLine(export fyne.CanvasObject, title string) *timeLine {
	t := &timeLine{
		from: caption(fyne.TextAlignLeading), to: caption(fyne.TextAlignTrailing), said: caption(fyne.TextAlignLeading),
		rows: widget.NewLabel(""),
	}
	t.line = newPointLine(t.tell)
	t.axis = container.NewGridWithColumns(2, t.from, t.to)
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
	show(t.whole, len(v.Rows) > 0)
	t.from.SetText(v.From)
	t.to.SetText(v.To)
	show(t.rows, len(v.Rows) > 0)
	t.rows.SetText(strings.Join(v.Rows, "\n"))
	t.line.paint(v.Line)
}
