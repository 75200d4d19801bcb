package words

import (
	"strings"
	"testing"
	"time"

	"freshkey/app/api"
	"freshkey/oauth/keeper"
)

// Twelve accounts that scripts ask for their tokens had twelve long lines, of which none was news to a person.
func TestAnOldTokenOfAProgramTakesFewWordsAndAPersonsCopyIsSaidToBeOld(t *testing.T) {
	fetched := api.Account{State: keeper.StateFresh, ExpiresAt: noon.Add(time.Hour), SupersededAt: noon.Add(-time.Hour)}
	copied := fetched
	copied.CopySupersededAt = noon.Add(-2 * time.Hour)
	for _, language := range []string{"en", "zh-Hans"} {
		w := New(language)
		for _, said := range []func(api.Account, time.Time) string{w.StateName, w.Status} {
			plain := said(api.Account{State: fetched.State, ExpiresAt: fetched.ExpiresAt}, noon)
			if got := said(fetched, noon); !strings.HasPrefix(got, plain) || got == plain || len(got) > len(plain)+20 || strings.Contains(got, "11:00") {
				t.Errorf("of a program: %q", got)
			}
			if got := said(copied, noon); !strings.HasPrefix(got, plain) || !strings.Contains(got, "10:00") {
				t.Errorf("of a copy: %q", got)
			}
		}
	}
}
