package words

import (
	"strings"
	"testing"

	"freshkey/app/api"
)

// "You kept the account as it was" tells nobody whose it is, nor who it was that signed in.
func TestAnotherPersonsSignInSaysWhoIsKeptAndWhoCame(t *testing.T) {
	for _, language := range []string{"en", "zh-Hans"} {
		w := New(language)
		for _, c := range []struct{ had, got string }{{"owner", "guest"}, {"owner", ""}, {"", "guest"}, {"", ""}} {
			p := w.AnotherPerson("work", api.Login{Had: c.had, Got: c.got})
			asked := w.ReplaceQuestion(api.Login{Had: c.had, Got: c.got})
			for _, name := range []string{c.had, c.got} {
				if !strings.Contains(p.What, name) || !strings.Contains(asked, name) || name != "" && !strings.Contains(p.Advice, name) {
					t.Errorf("%s %v: %q is not named: %q %q, asked %q", language, c, name, p.What, p.Advice, asked)
				}
			}
			if !strings.Contains(p.What, "work") || len(p.Advice) < 20 || p.Reason != "another_person" {
				t.Errorf("%s %v: %+v", language, c, p)
			}
			for _, said := range []string{p.What, p.Advice, asked} {
				if strings.Contains(said, " 's") || strings.Contains(said, "login.") || strings.Contains(said, "<no value>") {
					t.Errorf("%s %v: %q", language, c, said)
				}
			}
		}
	}
}
