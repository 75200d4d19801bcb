package words_test

import (
	"os/exec"
	"testing"

	"freshkey/app/words"
)

// A command that a message tells people to type is pasted into a shell: it has to arrive as the name that was meant.
func TestNameInACommandSurvivesTheShell(t *testing.T) {
	for name, want := range map[string]string{
		"work": "work", "账户": "账户", "qa-api_2": "qa-api_2", "Work (staging)": `"Work (staging)"`, "a;b": `"a;b"`, "$HOME": `'$HOME'`, "it's $5": `'it'\''s $5'`, "": "",
	} {
		typed := words.Args{Account: name}.Typed()
		if typed != want {
			t.Errorf("%q is typed %s, want %s", name, typed, want)
		}
		got, err := exec.CommandContext(t.Context(), "sh", "-c", "printf %s "+typed).Output()
		if err != nil || string(got) != name {
			t.Errorf("%s arrives as %q, %v", typed, got, err)
		}
	}
}
