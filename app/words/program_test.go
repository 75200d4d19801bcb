package words

import (
	"strings"
	"testing"

	"freshkey/app/api"
)

// Two shells run the same file: who looks for the one that asks needs its process. A number that is not known is not said.
func TestAProgramThatAsksCanBeFound(t *testing.T) {
	for _, language := range []string{"en", "zh-Hans"} {
		w := New(language)
		for _, c := range []struct {
			program api.Program
			named   bool
		}{{api.Program{PID: 4711, Path: "/bin/sh"}, true}, {api.Program{PID: 4711}, true}, {api.Program{Path: "/bin/sh"}, false}, {api.Program{}, false}} {
			got := w.Program(c.program)
			if got == "" || !strings.Contains(got, c.program.Path) || strings.Contains(got, "4711") != c.named || strings.Contains(got, "0") {
				t.Errorf("%s, %+v: %q", language, c.program, got)
			}
			asked := w.Question(api.Question{Program: c.program}, api.Account{Name: "work"})
			if !strings.Contains(asked.Title+asked.Text, got) {
				t.Errorf("%s: the question does not name it: %+v", language, asked)
			}
		}
	}
}
