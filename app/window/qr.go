package main

import (
	"image"
	"image/color"
	"image/draw"

	"github.com/boombuler/barcode/qr"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
)

// Of the code's picture: it is read from a screen, a hand's breadth away, and needs a white edge of four modules.
const (
	qrSide = 144
	qrEdge = 16
)

// qrCode is an address that another device reads with its camera. It stands on white in every theme: readers want it so.
type qrCode struct {
	text    string
	picture *canvas.Image
	image   *fyne.Container
}

func newQRCode() *qrCode {
	q := &qrCode{picture: &canvas.Image{Image: image.NewGray(image.Rect(0, 0, 1, 1)), FillMode: canvas.ImageFillContain, ScaleMode: canvas.ImageScalePixels}}
	q.picture.SetMinSize(fyne.NewSquareSize(qrSide))
	q.image = container.NewStack(canvas.NewRectangle(color.White), container.New(layout.NewCustomPaddedLayout(qrEdge, qrEdge, qrEdge, qrEdge), q.picture))
	return q
}

// show paints the code of a text. One that is too long for a code has none; the address can be copied.
func (q *qrCode) show(text string) {
	if q.text == text {
		return
	}
	q.text = text
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		q.image.Hide()
		return
	}
	pixels := image.NewNRGBA(code.Bounds()) // Fyne paints other kinds white
	draw.Draw(pixels, pixels.Bounds(), code, image.Point{}, draw.Src)
	q.picture.Image = pixels
	q.image.Show()
	q.picture.Refresh()
}
