package main

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Sizes of what is drawn on a line, in Fyne's units.
const (
	pointSize  = 11
	bandHeight = 6
	holdHeight = 3
	lineAt     = 21 // from above: there is room for failures
	labelAt    = 35 // below holds
	labelSize  = 10 // of its text
	fullHeight = 49
)

// mark is the shape of a point. Shapes differ, so that nobody has to tell colours apart.
type mark int

const (
	markDone    mark = iota // a dot
	markPlanned             // a ring
	markFailed              // a cross
)

// point is a moment at a share of a line, 0 to 1, and what there is to say of it.
type point struct {
	At   float32
	Mark mark
	Says string
}

// spanKind is what a span is of.
type spanKind int

const (
	spanWorks spanKind = iota // a token that works: thick, on the line
	spanNone                  // no token that works: the line alone
	spanHold                  // a hold: thin, below the line
)

func (k spanKind) color() color.Color {
	switch k {
	case spanWorks:
		return theme.Color(theme.ColorNamePrimary)
	case spanHold:
		return theme.Color(theme.ColorNameForeground)
	}
	return color.Transparent
}

// span is a time from one share of a line to another.
type span struct {
	From, To float32
	Kind     spanKind
	Says     string
}

// label is what is written at a share of a line: below it, or above a point.
type label struct {
	At    float32
	Text  string
	Above bool
}

// lineView is what is drawn on a line in time.
type lineView struct {
	Spans   []span
	Points  []point
	Labels  []label // one that has no room beside those before it is left out
	Now     float32 // where now is, if it is between the ends; else 0 or 1
	NowSays string
}

// pointLine draws a lineView, and tells what there is to say of the place that the pointer is at.
type pointLine struct {
	widget.BaseWidget
	tell    func(says string) // "" when the pointer is nowhere near
	view    lineView
	drawing *fyne.Container
}

func newPointLine(tell func(says string)) *pointLine {
	l := &pointLine{tell: tell}
	l.drawing = container.New(pointLayout{l})
	l.ExtendBaseWidget(l)
	return l
}

// CreateRenderer is of fyne.Widget.
func (l *pointLine) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(l.drawing) }

// MouseIn is of desktop.Hoverable.
func (l *pointLine) MouseIn(e *desktop.MouseEvent) { l.MouseMoved(e) }

// MouseMoved is of desktop.Hoverable.
func (l *pointLine) MouseMoved(e *desktop.MouseEvent) {
	l.tell(l.view.at(e.Position.X, l.Size().Width))
}

// MouseOut is of desktop.Hoverable.
func (l *pointLine) MouseOut() { l.tell("") }

// at is what there is to say of a place on a line of a width: of the nearest point, or of the span around it.
func (v lineView) at(x, width float32) (says string) {
	if abs(along(v.Now, width)-x) <= pointSize/2 {
		says = v.NowSays
	}
	for _, s := range v.Spans {
		if s.Says != "" && along(s.From, width) <= x && x <= along(s.To, width) {
			says = s.Says
		}
	}
	nearest := float32(pointSize)
	for _, p := range v.Points {
		if away := abs(along(p.At, width) - x); p.Says != "" && away <= nearest {
			nearest, says = away, p.Says
		}
	}
	return says
}

// along is where on a line of a width a share of it is: a point there does not stand over the line's end.
func along(share, width float32) float32 { return pointSize/2 + (width-pointSize)*share }

func abs(x float32) float32 { return max(x, -x) }

func (l *pointLine) paint(v lineView) {
	l.view = v
	line, now := canvas.NewRectangle(theme.Color(theme.ColorNamePlaceHolder)), canvas.NewRectangle(theme.Color(theme.ColorNameForeground))
	show(now, v.Now > 0 && v.Now < 1)
	objects := []fyne.CanvasObject{line, now}
	for _, s := range v.Spans {
		objects = append(objects, canvas.NewRectangle(s.Kind.color()))
	}
	for _, p := range v.Points {
		objects = append(objects, drawn(p.Mark))
	}
	for _, s := range v.Labels {
		text := canvas.NewText(s.Text, theme.Color(theme.ColorNameForeground))
		text.TextSize = labelSize
		objects = append(objects, text)
	}
	l.drawing.Objects = objects
	l.drawing.Refresh()
}

func drawn(m mark) fyne.CanvasObject {
	if m == markFailed {
		cross := canvas.NewText("×", theme.Color(theme.ColorNameError))
		cross.TextSize, cross.TextStyle.Bold, cross.Alignment = 18, true, fyne.TextAlignCenter
		return cross
	}
	dot := canvas.NewCircle(theme.Color(theme.ColorNamePrimary))
	dot.StrokeColor, dot.StrokeWidth = theme.Color(theme.ColorNameBackground), 2
	if m == markPlanned {
		dot.FillColor, dot.StrokeColor = dot.StrokeColor, dot.FillColor
	}
	return dot
}

// pointLayout places what a pointLine draws.
type pointLayout struct{ l *pointLine }

// Layout is of fyne.Layout.
func (p pointLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	v := p.l.view
	if len(objects) != 2+len(v.Spans)+len(v.Points)+len(v.Labels) {
		return
	}
	middle := float32(lineAt)
	place(objects[0], 0, middle-1, size.Width, 2)
	place(objects[1], along(v.Now, size.Width)-0.5, middle-pointSize, 1, 2*pointSize)
	for n, s := range v.Spans {
		top, height := middle-bandHeight/2, float32(bandHeight)
		if s.Kind == spanHold {
			top, height = middle+pointSize/2+holdHeight, holdHeight
		}
		place(objects[2+n], along(s.From, size.Width), top, along(s.To, size.Width)-along(s.From, size.Width), height)
	}
	for n, moment := range v.Points {
		top := middle - pointSize/2
		if moment.Mark == markFailed {
			top -= 7 + pointSize // a text stands above its line, and the cross above the band
		}
		place(objects[2+len(v.Spans)+n], along(moment.At, size.Width)-pointSize/2, top, pointSize, pointSize)
	}
	placeLabels(objects[2+len(v.Spans)+len(v.Points):], v.Labels, size.Width)
}

// placeLabels puts each below its place, or above, and leaves out those that have no room.
func placeLabels(objects []fyne.CanvasObject, labels []label, width float32) {
	var taken [2][]span // of the width, below and above
	for n, s := range labels {
		size, top, row := objects[n].MinSize(), float32(labelAt), 0
		if s.Above {
			top, row = 0, 1
		}
		left := min(max(0, along(s.At, width)-size.Width/2), width-size.Width)
		free := true
		for _, other := range taken[row] {
			free = free && (left >= other.To || left+size.Width <= other.From)
		}
		show(objects[n], free)
		if free {
			place(objects[n], left, top, size.Width, size.Height)
			taken[row] = append(taken[row], span{From: left - labelSize/2, To: left + size.Width + labelSize/2})
		}
	}
}

func place(o fyne.CanvasObject, x, y, width, height float32) {
	o.Move(fyne.NewPos(x, y))
	o.Resize(fyne.NewSize(width, height))
}

// MinSize is of fyne.Layout.
func (pointLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(120, fullHeight) }
