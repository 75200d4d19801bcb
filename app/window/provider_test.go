package main

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2/test"

	"freshkey/app/words"
	"freshkey/oauth"
	"freshkey/oauth/keeper"
)

// A provider file may say more than the form shows; saving the form must not take it away.
func TestEditedProviderKeepsWhatTheFormDoesNotShow(t *testing.T) {
	w := stage(t, test.NewTempApp(t), words.New("en"), scene{set: func(*model) {}})
	p := oauth.Provider{
		Name: "ours", TokenURL: "https://id.example.com/token", Method: "POST", TokenType: "mac", Codes: map[oauth.ErrorCode]oauth.Class{"7": oauth.Dead},
	}
	f, _, _ := w.providerForm(p)
	f.entries["name"].SetText("theirs")
	p.Name = "theirs"
	if got, err := f.provider(); err != nil || !reflect.DeepEqual(got, p) {
		t.Errorf("%+v, %v, want %+v", got, err, p)
	}
}

func TestABrokenPasteSaysWhatWasRecognisedAndWhatIsMissing(t *testing.T) {
	w := words.New("en")
	for pasted, want := range map[string]string{
		"client_id=28823&client_secret=s3cret": "Found: Client ID 28823 · Client secret ●●●●\nStill missing: Redirect URI, Refresh token.",
		`{"access_token":"V3_a","client_id":"28823","client_secret":"s","redirect_uri":"https://example.com/","refresh_token":"R3_b","expires_in":259200}`: "Found: Client ID 28823 · Client secret ●●●● · Redirect URI https://example.com/ · Refresh token ●●●● · access token, 3 days left",
		"nonsense": "Nothing in this is known",
	} {
		m := with(account("a", keeper.StateFresh, time.Hour))
		m.page, m.form.way, m.form.text = pageAdd, wayPaste, map[string]string{"answer": pasted}
		if v := decideAdd(w, m, noon); !strings.HasPrefix(v.Found, want) || strings.Contains(want, "Found") && v.Found != want {
			t.Errorf("%q, want %q", v.Found, want)
		}
	}
}

// Whoever has a provider's address needs no form for it, and no name.
func TestAnAddressTypedAsAProviderIsAskedForTheRest(t *testing.T) {
	w := words.New("en")
	found := matching(w, []oauth.Provider{oauth.BuiltIn()}, " https://id.example.com/realm ")
	if len(found) != 1 || found[0].Issuer != "https://id.example.com/realm" {
		t.Fatalf("found %+v", found)
	}
	m := with(account("a", keeper.StateFresh, time.Hour))
	m.page, m.form.provider = pageAdd, found[0].Issuer
	if v := decideAdd(w, m, noon); v.Provider != "id.example.com" || v.Name != "id.example.com" || v.Way != waySignIn {
		t.Errorf("the form is for %q, called %q, by %q", v.Provider, v.Name, v.Way)
	}
	in, err := m.form.request("mine", m.formProvider(), noon)
	if want := (oauth.Provider{Issuer: found[0].Issuer}); err != nil || !reflect.DeepEqual(in.Provider, want) || !in.SignIn {
		t.Errorf("it asks for %+v, %v", in, err)
	}
	if found := matching(w, nil, "example"); len(found) != 0 {
		t.Errorf("a word is no address: %+v", found)
	}
}

// What was scrolled to at one account is not where another begins: its name and its buttons are at the top.
func TestAnotherAccountBeginsAtItsTop(t *testing.T) {
	w := stage(t, test.NewTempApp(t), words.New("en"), scene{set: func(m *model) {
		m.snapshot.Accounts = append(m.snapshot.Accounts, account("a", keeper.StateFresh, time.Hour), account("b", keeper.StateFresh, time.Hour))
		m.selected = "a"
	}})
	scroll := w.widgets.detail.scroll
	scroll.ScrollToBottom()
	if scroll.Offset.Y == 0 {
		t.Fatal("there is nothing to scroll")
	}
	w.change(func(m *model) { m.selected = "b" })
	if scroll.Offset.Y != 0 {
		t.Errorf("it begins %v below its top", scroll.Offset.Y)
	}
}
