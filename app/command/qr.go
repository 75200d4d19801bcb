package command

import (
	"fmt"
	"image/color"
	"io"
	"strings"

	"github.com/boombuler/barcode/qr"
)

// quiet is the white edge that a reader needs, in modules; four are the standard's, and two do.
const quiet = 2

// printQR draws a text as a QR code of half blocks, two rows a line. Both colours are said, so that it reads on dark terminals and on light ones.
func printQR(w io.Writer, text string) error {
	code, err := qr.Encode(text, qr.L, qr.Auto)
	if err != nil {
		return err
	}
	size := code.Bounds().Dx()
	dark := func(x, y int) bool {
		return x >= 0 && y >= 0 && x < size && y < size && color.GrayModel.Convert(code.At(x, y)).(color.Gray).Y < 128
	}
	for y := -quiet; y < size+quiet; y += 2 {
		var line strings.Builder
		for x := -quiet; x < size+quiet; x++ {
			line.WriteString(map[[2]bool]string{{true, true}: " ", {true, false}: "▄", {false, true}: "▀", {false, false}: "█"}[[2]bool{dark(x, y), dark(x, y+1)}])
		}
		if _, err := fmt.Fprintf(w, "  \x1b[97;40m%s\x1b[0m\n", line.String()); err != nil {
			return err
		}
	}
	return nil
}
