package command

import (
	"fmt"
	"strings"
	"testing"
)

// A terminal shows a Chinese character as wide as two letters.
func TestColumnsStandBelowEachOtherInChineseToo(t *testing.T) {
	var b strings.Builder
	w := newTable(&b, 2)
	fmt.Fprint(w, "名称\t状态\tUNTIL\n")
	fmt.Fprint(w, "work\t有效，有旧令牌在外\t12:00\n")
	fmt.Fprint(w, "家\tfresh\t13:00\n")
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	want := "名称  状态                UNTIL\nwork  有效，有旧令牌在外  12:00\n家    fresh               13:00\n"
	if got := b.String(); got != want {
		t.Errorf("\n%swant\n%s", got, want)
	}
}
