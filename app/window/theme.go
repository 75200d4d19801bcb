package main

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// brand is the green of a fresh token; white text on it has a contrast of more than 4.5.
func brand() color.NRGBA { return color.NRGBA{R: 0x1f, G: 0x7a, B: 0x3d, A: 0xff} }

// chosenTheme is Fyne's own with the colour of the icon, light, dark, or as the system says.
type chosenTheme struct {
	fyne.Theme
	variant *fyne.ThemeVariant // nil follows the system
}

func themeOf(name string) fyne.Theme {
	t := chosenTheme{Theme: theme.DefaultTheme()}
	switch name {
	case "light":
		v := theme.VariantLight
		t.variant = &v
	case "dark":
		v := theme.VariantDark
		t.variant = &v
	}
	return t
}

// Color gives the chosen variant's colour.
func (t chosenTheme) Color(name fyne.ThemeColorName, system fyne.ThemeVariant) color.Color {
	if t.variant != nil {
		system = *t.variant
	}
	green := brand()
	if system == theme.VariantDark {
		green = color.NRGBA{R: 0x3f, G: 0xa8, B: 0x63, A: 0xff}
	}
	switch name {
	case theme.ColorNamePrimary, theme.ColorNameHyperlink, theme.ColorNameSuccess:
		return green
	case theme.ColorNameSelection:
		green.A = 0x38
		return green
	case theme.ColorNameFocus:
		green.A = 0x60
		return green
	}
	return t.Theme.Color(name, system)
}
