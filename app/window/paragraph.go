package main

import (
	"regexp"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// paragraph is a label whose text goes over several lines.
type paragraph struct{ widget.Label }

func wrapped(text string) *paragraph {
	p := &paragraph{}
	p.Wrapping = fyne.TextWrapWord
	p.ExtendBaseWidget(p)
	p.SetText(text)
	return p
}

// SetText shows a text.
func (p *paragraph) SetText(text string) { p.Label.SetText(trimCJKSpaces(text)) }

var besideChinese = regexp.MustCompile(`([\p{Han}，。；：！？、）”]) +| +([\p{Han}（“])`)

// trimCJKSpaces leaves out the blanks beside Chinese. Fyne breaks a line at its last blank wherever that is, and only a text
// without any where the line is full: a blank between a number and its unit would leave half a line empty.
func trimCJKSpaces(text string) string {
	for range 2 { // a sign between two blanks goes with the first
		text = besideChinese.ReplaceAllString(text, "$1$2")
	}
	return text
}
