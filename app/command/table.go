package command

import (
	"bytes"
	"io"
	"text/tabwriter"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// table aligns columns, which are separated by tabs, as a terminal shows them: a Chinese character there takes the room of two letters.
type table struct{ columns *tabwriter.Writer }

// filler stands in for the second half of a wide character while columns are measured.
const filler = '\x00'

func newTable(out io.Writer, gap int) table {
	return table{tabwriter.NewWriter(withoutFillers{out}, 0, 0, gap, ' ', 0)}
}

func (t table) Write(text []byte) (int, error) {
	var filled []byte
	for _, r := range string(text) {
		filled = utf8.AppendRune(filled, r)
		if kind := width.LookupRune(r).Kind(); kind == width.EastAsianWide || kind == width.EastAsianFullwidth {
			filled = append(filled, filler)
		}
	}
	if _, err := t.columns.Write(filled); err != nil {
		return 0, err
	}
	return len(text), nil
}

// Flush writes what has been gathered.
func (t table) Flush() error { return t.columns.Flush() }

type withoutFillers struct{ out io.Writer }

func (w withoutFillers) Write(text []byte) (int, error) {
	if _, err := w.out.Write(bytes.ReplaceAll(text, []byte{filler}, nil)); err != nil {
		return 0, err
	}
	return len(text), nil
}
