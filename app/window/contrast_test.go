package main

import (
	"image/color"
	"math"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"freshkey/app/words"
)

// The least contrasts of WCAG 2.1: of text (1.4.3), and of what else has to be seen (1.4.11).
const (
	textContrast  = 4.5
	shapeContrast = 3.0
)

// luminance is a colour's relative luminance, as WCAG 2.1 defines it.
func luminance(c color.NRGBA) float64 {
	linear := func(v uint8) float64 {
		s := float64(v) / 255
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
}

// over is a colour that may be seen through, on another.
func over(c, on color.NRGBA) color.NRGBA {
	mix := func(a, b uint8) uint8 { return uint8((int(a)*int(c.A) + int(b)*(255-int(c.A))) / 255) }
	return color.NRGBA{mix(c.R, on.R), mix(c.G, on.G), mix(c.B, on.B), 255}
}

func contrast(a, b color.NRGBA) float64 {
	la, lb := luminance(a), luminance(b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

// What tells a person something has to be readable in both themes, wherever it stands.
func TestEverythingCanBeReadInBothThemes(t *testing.T) {
	for _, name := range []string{"light", "dark"} {
		shown := themeOf(name, words.New("en"))
		colour := func(n fyne.ThemeColorName) color.NRGBA {
			return color.NRGBAModel.Convert(shown.Color(n, theme.VariantLight)).(color.NRGBA)
		}
		background := colour(theme.ColorNameBackground)
		check := func(what, on fyne.ThemeColorName, least float64) {
			t.Helper()
			behind := over(colour(on), background)
			if got := contrast(over(colour(what), behind), behind); got < least {
				t.Errorf("%s: %s on %s has a contrast of %.2f, want %.1f", name, what, on, got, least)
			}
		}
		check(theme.ColorNameInputBorder, theme.ColorNameBackground, shapeContrast)
		for _, what := range []fyne.ThemeColorName{theme.ColorNameForeground, theme.ColorNameError, theme.ColorNameWarning, theme.ColorNameSuccess, theme.ColorNameHyperlink} {
			for _, on := range []fyne.ThemeColorName{theme.ColorNameBackground, theme.ColorNameOverlayBackground, theme.ColorNameMenuBackground} {
				check(what, on, textContrast)
			}
		}
		for _, on := range []fyne.ThemeColorName{theme.ColorNameInputBackground, theme.ColorNameButton, theme.ColorNameSelection, theme.ColorNameHover} {
			check(theme.ColorNameForeground, on, textContrast)
		}
		check(theme.ColorNameForegroundOnPrimary, theme.ColorNamePrimary, textContrast)
		check(theme.ColorNameForegroundOnError, theme.ColorNameError, textContrast)
		check(theme.ColorNamePlaceHolder, theme.ColorNameInputBackground, shapeContrast)
		for _, on := range []fyne.ThemeColorName{theme.ColorNameBackground, theme.ColorNameButton, theme.ColorNameDisabledButton, theme.ColorNameInputBackground, theme.ColorNameMenuBackground} {
			check(theme.ColorNameDisabled, on, shapeContrast) // WCAG asks for nothing, and a person wants to know what it would be
		}
		check(theme.ColorNamePrimary, theme.ColorNameBackground, shapeContrast)     // the life of a token
		check(theme.ColorNamePlaceHolder, theme.ColorNameBackground, shapeContrast) // the line of a history, where no token worked
	}
}
