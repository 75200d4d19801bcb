package main

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
)

// pointSize is in Fyne's units.
const pointSize = 9

// point is a moment at a share of a line.
type point struct {
	At   float32 // 0 to 1
	Good bool    // a dot; else a cross
}

// pointLine draws moments on a line in time.
type pointLine struct {
	line    *canvas.Line
	drawing *fyne.Container
	points  []point
}

func newPointLine() *pointLine {
	l := &pointLine{line: canvas.NewLine(nil)}
	l.drawing = container.New(pointLayout{l})
	return l
}

func (l *pointLine) paint(points []point) {
	l.points = points
	l.line.StrokeColor, l.line.StrokeWidth = theme.Color(theme.ColorNameDisabled), 2
	objects := []fyne.CanvasObject{l.line}
	for _, p := range points {
		if p.Good {
			objects = append(objects, canvas.NewCircle(theme.Color(theme.ColorNamePrimary)))
			continue
		}
		cross := canvas.NewText("×", theme.Color(theme.ColorNameError))
		cross.TextSize, cross.TextStyle.Bold, cross.Alignment = 18, true, fyne.TextAlignCenter
		objects = append(objects, cross)
	}
	l.drawing.Objects = objects
	l.drawing.Refresh()
}

// pointLayout places the points of a pointLine.
type pointLayout struct{ l *pointLine }

// Layout is of fyne.Layout.
func (p pointLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	middle, room := size.Height/2, size.Width-pointSize
	p.l.line.Position1, p.l.line.Position2 = fyne.NewPos(0, middle), fyne.NewPos(size.Width, middle)
	for n, moment := range p.l.points {
		if n+1 < len(objects) {
			objects[n+1].Resize(fyne.NewSquareSize(pointSize))
			y := middle - pointSize/2
			if !moment.Good {
				y -= 8 // a text stands above its line
			}
			objects[n+1].Move(fyne.NewPos(room*moment.At, y))
		}
	}
}

// MinSize is of fyne.Layout.
func (pointLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(120, lineHeight) }
