package main

import (
	"image/color"
	"strings"
	"unicode"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"freshkey/app/words"
)

// brand is the green of a fresh token; white text on it has a contrast of more than 4.5.
func brand() color.NRGBA { return color.NRGBA{R: 0x1f, G: 0x7a, B: 0x3d, A: 0xff} }

// colors are those that are not Fyne's, whose red and orange are too light to be read on white; contrast_test.go measures them.
type colors struct{ green, onGreen, red, amber, disabled, border, focus color.NRGBA }

func lightColors() colors {
	return colors{
		green: brand(), onGreen: color.NRGBA{0xff, 0xff, 0xff, 0xff}, red: color.NRGBA{0xb7, 0x1c, 0x1c, 0xff}, amber: color.NRGBA{0x8a, 0x53, 0x00, 0xff},
		disabled: color.NRGBA{0x80, 0x80, 0x80, 0xff}, border: color.NRGBA{0x8c, 0x8c, 0x8c, 0xff},
		focus: color.NRGBA{A: 0x38},
	}
}

func darkColors() colors {
	return colors{
		green: color.NRGBA{0x3f, 0xa8, 0x63, 0xff}, onGreen: color.NRGBA{0x0b, 0x1c, 0x12, 0xff}, red: color.NRGBA{0xff, 0x7a, 0x70, 0xff}, amber: color.NRGBA{0xff, 0xb3, 0x4d, 0xff},
		disabled: color.NRGBA{0x7c, 0x7c, 0x7c, 0xff}, border: color.NRGBA{0x76, 0x76, 0x76, 0xff},
		focus: color.NRGBA{0xff, 0xff, 0xff, 0x40},
	}
}

// chosenTheme is Fyne's own with the colour of the icon, light, dark, or as the system says.
type chosenTheme struct {
	fyne.Theme
	variant *fyne.ThemeVariant // nil follows the system
	plain   bool               // nothing is bold
}

func themeOf(name string, w words.Catalog) fyne.Theme {
	t := chosenTheme{Theme: theme.DefaultTheme(), plain: strings.ContainsFunc(w.Text("window.add"), func(r rune) bool { return unicode.Is(unicode.Han, r) })}
	switch name {
	case "":
		t.variant = unsaidVariant()
	case "light":
		v := theme.VariantLight
		t.variant = &v
	case "dark":
		v := theme.VariantDark
		t.variant = &v
	}
	return t
}

// Font has nothing bold in Chinese: Fyne has no bold signs of it, and numbers and Latin letters alone would be.
func (t chosenTheme) Font(style fyne.TextStyle) fyne.Resource {
	if t.plain {
		style.Bold = false
	}
	return t.Theme.Font(style)
}

// Color gives the chosen variant's colour.
func (t chosenTheme) Color(name fyne.ThemeColorName, system fyne.ThemeVariant) color.Color {
	if t.variant != nil {
		system = *t.variant
	}
	c := lightColors()
	if system == theme.VariantDark {
		c = darkColors()
	}
	switch name {
	case theme.ColorNameInputBorder: // of Fyne's an empty box that works is hardly seen, beside one that does not
		return c.border
	case theme.ColorNameDisabled:
		return c.disabled
	case theme.ColorNameError:
		return c.red
	case theme.ColorNameWarning:
		return c.amber
	case theme.ColorNameForegroundOnPrimary:
		return c.onGreen
	case theme.ColorNamePrimary, theme.ColorNameHyperlink, theme.ColorNameSuccess:
		return c.green
	case theme.ColorNameSelection:
		c.green.A = 0x38
		return c.green
	case theme.ColorNameFocus: // laid over what has it: green on the green button would not be seen
		return c.focus
	}
	return t.Theme.Color(name, system)
}
