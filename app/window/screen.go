package main

import (
	"fyne.io/fyne/v2"
	"github.com/go-gl/glfw/v3.4/glfw"
)

// titleBar is the height that is left to a window's frame.
const titleBar = 40

// fitting is a window's size, or as much of it as the largest screen has room for: it may have been remembered on a larger one that is gone.
// A screen that is not known leaves it as it is.
func fitting(size, screen fyne.Size) fyne.Size {
	if screen.Width <= 0 || screen.Height <= titleBar {
		return size
	}
	return size.Min(fyne.NewSize(screen.Width, screen.Height-titleBar))
}

// fitScreen makes the window smaller if no screen is large enough for it. It wants Fyne's goroutine, and a window that is there: until then
// nobody knows its scale.
func (w *Window) fitScreen() {
	var largest fyne.Size
	for _, m := range glfw.GetMonitors() {
		_, _, width, height := m.GetWorkarea()
		largest = largest.Max(fyne.NewSize(float32(width), float32(height)))
	}
	c := w.fyne.Canvas()
	if scale := c.Scale(); scale > 0 {
		largest = fyne.NewSize(largest.Width/scale, largest.Height/scale)
	}
	if size := fitting(c.Size(), largest); size != c.Size() {
		w.fyne.Resize(size)
	}
}
