package main

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver"
)

// show lays the window's content out.
func (w *Window) show() {
	content := w.layout()
	if onWayland(w.fyne) {
		content = container.NewStack(container.NewWithoutLayout(w.scaleProbe()), content)
	}
	w.fyne.SetContent(content)
}

// onWayland reports whether the window is a client of a Wayland compositor's; one by way of XWayland is not.
func onWayland(win fyne.Window) (is bool) {
	if native, ok := win.(driver.NativeWindow); ok {
		native.RunNative(func(context any) { _, is = context.(driver.WaylandWindowContext) })
	}
	return is
}

// scaleProbe is a point that nobody sees, and that has the window drawn anew when it comes to a screen of another scale. A Wayland compositor says the scale
// only once a window is on a screen; Fyne 2.8.1 has drawn texts and icons by then, and would for ever enlarge those: it forgets the textures of shapes, and
// of rasters such as this one, but not of canvas.Text and canvas.Image (window.scaled in internal/driver/glfw/window_desktop.go).
func (w *Window) scaleProbe() fyne.CanvasObject {
	probe := canvas.NewRaster(func(int, int) image.Image {
		across, _ := w.fyne.Canvas().PixelCoordinateForPosition(fyne.NewSquareOffsetPos(1000))
		if w.pixels != 0 && w.pixels != across {
			w.post(func(*model) { fyne.CurrentApp().Settings().SetTheme(themeOf(w.theme, w.words)) }) // which also forgets them
		}
		w.pixels = across
		return image.Transparent
	})
	probe.Resize(fyne.NewSquareSize(1))
	return probe
}
