package oauth

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Printable is a text of somebody else's without what a terminal or a screen would take for an order: control characters, line
// separators, and the marks that turn the direction of writing around.
func Printable(text string) string {
	return strings.Map(func(r rune) rune {
		if hidden(r) || r == utf8.RuneError {
			return -1
		}
		return r
	}, text)
}

// hidden reports whether a character shows nothing of itself and changes how others are shown.
func hidden(r rune) bool {
	switch {
	case unicode.IsControl(r), unicode.In(r, unicode.Zl, unicode.Zp, unicode.Bidi_Control):
		return true
	}
	switch r {
	case '\u00ad', '\u200b', '\u2060', '\ufeff': // of which nothing is seen: two names would look the same
		return true
	}
	return false
}
