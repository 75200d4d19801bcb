package agent

import (
	"bytes"
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"

	"freshkey/app/api"
	"freshkey/oauth"
)

func TestConfigFileIsDocumentedKeyByKey(t *testing.T) {
	data, err := os.ReadFile("../../docs/config.md")
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	_, rest, _ := strings.Cut(text, "```json\n")
	block, _, _ := strings.Cut(rest, "```")
	c, err := parseConfig([]byte(block))
	if err != nil {
		t.Fatal(err)
	}
	if err := oauth.CheckAccount(c.Accounts[0].account()); err != nil {
		t.Error(err)
	}
	strictly := func(data []byte, into any) {
		dec := json.NewDecoder(bytes.NewReader(data))
		dec.DisallowUnknownFields()
		if err := dec.Decode(into); err != nil {
			t.Errorf("%s: %v", data, err)
		}
	}
	strictly([]byte(block), &c)
	var accounts struct {
		Accounts []json.RawMessage `json:"accounts"` // which read themselves
	}
	if err := json.Unmarshal([]byte(block), &accounts); err != nil || len(accounts.Accounts) == 0 {
		t.Fatal(err)
	}
	for _, a := range accounts.Accounts {
		strictly(a, new(oauth.Account))
	}
	for prefix, kind := range map[string]reflect.Type{
		"": reflect.TypeFor[config](), "settings.": reflect.TypeFor[api.Settings](), "accounts[].": reflect.TypeFor[oauth.Account](),
	} {
		for n := range kind.NumField() {
			key, _, _ := strings.Cut(kind.Field(n).Tag.Get("json"), ",")
			if !strings.Contains(text, "`"+prefix+key+"`") && !strings.Contains(text, "`"+key+".") && !strings.Contains(text, "`"+key+"[") {
				t.Errorf("%s%s is not in the table", prefix, key)
			}
		}
	}
}
