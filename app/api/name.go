package api

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// SameName reports whether two names are the same.
func SameName(a, b string) bool { return FoldName(a) == FoldName(b) }

// FoldName is what names are compared by: letters that look the same are the same, large or small, and however a keyboard or a file system has put
// them together.
func FoldName(name string) string { return norm.NFC.String(strings.ToLower(strings.TrimSpace(name))) }
