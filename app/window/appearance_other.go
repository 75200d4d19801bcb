//go:build !linux

package main

import "fyne.io/fyne/v2"

// unsaidVariant is that of a desktop that does not say whether it is light or dark: there is none but on Linux.
func unsaidVariant() *fyne.ThemeVariant { return nil }
