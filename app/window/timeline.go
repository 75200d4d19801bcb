package main

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// timeLine draws an account's generations as points and failures as crosses, and writes out the newest.
type timeLine struct {
	line     *pointLine
	from, to *widget.Label
	rows     *widget.Label
	whole    *fyne.Container
}

func newTimeLine(export fyne.CanvasObject, title string) *timeLine {
	t := &timeLine{line: newPointLine(), from: caption(fyne.TextAlignLeading), to: caption(fyne.TextAlignTrailing), rows: widget.NewLabel("")}
	t.rows.SizeName, t.rows.Wrapping = theme.SizeNameCaptionText, fyne.TextWrapWord
	heading := widget.NewLabelWithStyle(title, fyne.TextAlignLeading, fyne.TextStyle{Bold: true})
	t.whole = container.NewVBox(container.NewBorder(nil, nil, heading, export), t.line.drawing, container.NewGridWithColumns(2, t.from, t.to), t.rows)
	return t
}

func (t *timeLine) paint(v lineageView) {
	show(t.whole, len(v.Points) > 0)
	t.from.SetText(v.From)
	t.to.SetText(v.To)
	t.rows.SetText(strings.Join(v.Rows, "\n"))
	t.line.paint(v.Points)
}
