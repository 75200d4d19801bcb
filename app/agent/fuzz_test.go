package agent

import (
	"encoding/json"
	"testing"

	"freshkey/oauth"
)

// config.json is edited by hand.
func FuzzParseConfig(f *testing.F) {
	f.Add([]byte(`{"version":1,"accounts":[]}`))
	f.Add([]byte(`{"version":1,"accounts":[{"id":"0123456789abcdef","name":"work","client_id":"1","redirect_uri":"https://example.com/","provider":{"name":"xiaomi"}}]}`))
	f.Add([]byte(`{"version":1,"accounts":[{"id":"../../x"}],"providers":[{"name":"x"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := parseConfig(data)
		if err != nil {
			return
		}
		for _, a := range c.Accounts {
			if !isAccountID(a.ID) {
				t.Errorf("an id that would be a path: %q", a.ID)
			}
			if err := oauth.CheckAccount(a.account()); err != nil {
				t.Errorf("taken, and cannot be used: %v", err)
			}
		}
		written, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := parseConfig(written); err != nil {
			t.Errorf("what is written cannot be read: %v\n%s", err, written)
		}
	})
}
