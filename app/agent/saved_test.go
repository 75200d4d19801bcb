package agent

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"freshkey/oauth"
)

// A field of an account that is not saved would be gone with the next edit of anything.
func TestSavedAccountHasEverythingThatAnAccountHas(t *testing.T) {
	a := oauth.Account{
		ID: "0123456789abcdef", Name: "work", Provider: oauth.BuiltIn(), ClientID: "1", RedirectURI: "https://example.com/?a=1&b=2",
		HeldUntil: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC), Ask: true, Device: true,
	}
	for v, n := reflect.ValueOf(a), 0; n < v.NumField(); n++ {
		if v.Field(n).IsZero() {
			t.Errorf("the test does not try %s", v.Type().Field(n).Name)
		}
	}
	if got := saved(a).account(); !reflect.DeepEqual(got, a) {
		t.Errorf("%+v is saved as %+v", a, got)
	}
	want, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := json.Marshal(saved(a)); err != nil || string(got) != string(want) {
		t.Errorf("written as %s, %v", got, err)
	}
}

// Thousands of accounts that a script edits one by one would otherwise have a provider each.
func TestEditedAccountsShareTheirProvider(t *testing.T) {
	f, _, err := openConfig(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"00000001", "00000002", "00000003"} {
		a := oauth.Account{ID: id, Name: id, ClientID: "1", RedirectURI: "https://example.com/"}
		if err := f.edit(func(c *config) { c.Accounts = append(c.Accounts, saved(a)) }); err != nil {
			t.Fatal(err)
		}
	}
	all := f.get().Accounts
	if len(all) != 3 || all[0].provider != all[1].provider || all[1].provider != all[2].provider {
		t.Errorf("%d accounts with providers of their own", len(all))
	}
}
