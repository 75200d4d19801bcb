package words

import (
	"fmt"
	"strings"
	"testing"
)

// Of many accounts no list is shown, and one that was misspelt was not found by its name.
func TestAMisspeltAccountIsGuessedAt(t *testing.T) {
	w := New("en")
	many := []string{"work", "home", "Wörk"}
	for n := range 200 {
		many = append(many, fmt.Sprint("account-", n))
	}
	for typed, want := range map[string]string{
		"wrok": w.Text("usage.command.near", Args{List: "work, Wörk"}), "HOEM": w.Text("usage.command.near", Args{List: "home"}),
		"nobody": w.Text("problem.no_account.advice"), "account-x": w.Text("problem.no_account.advice"), // which is near to all
	} {
		if p := w.NoAccount(typed, many...); p.Advice != want {
			t.Errorf("%s: %q, not %q", typed, p.Advice, want)
		}
	}
	all := w.Text("problem.no_account.names", Args{List: "hr, production, work, 工作"})
	for typed, want := range map[string]string{
		"nobody": all, "qa": all, "生产": all, "": all, strings.Repeat("k", 1<<16+1): all,
		"wrok": w.Text("usage.command.near", Args{List: "work"}) + " " + all,
	} {
		if p := w.NoAccount(typed, "work", "hr", "production", "工作"); p.Advice != want {
			t.Errorf("%.9s of a few: %q", typed, p.Advice)
		}
	}
}
