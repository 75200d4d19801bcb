package agent

import (
	"errors"
	"testing"

	"freshkey/app/api"
)

func TestSettingsThatThereAreNotAreRefused(t *testing.T) {
	bare(t, func(t *testing.T, a *Agent) {
		for field, s := range map[string]api.Settings{
			"theme": {Theme: "pink"}, "language": {Language: "fr"}, "share_left": {ShareLeft: 99}, "min_valid": {MinValid: "soon"}, "proxy": {Proxy: "not a proxy"},
		} {
			if p, ok := errors.AsType[*api.Problem](a.SetSettings(s)); !ok || p.Field != field || p.Code != api.CodeUsage || p.Advice == "" {
				t.Errorf("%s: %+v", field, p)
			}
		}
		if err := a.config.edit(func(c *config) { c.Settings.Theme = "pink" }); err != nil { // by hand
			t.Fatal(err)
		}
		if err := a.SetSettings(api.Settings{Theme: "pink", Language: "zh-Hans", ShareLeft: 20}); err != nil {
			t.Errorf("one that was written by hand keeps from all else: %v", err)
		}
	})
}
