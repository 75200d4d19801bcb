package main

import (
	"reflect"
	"testing"

	"fyne.io/fyne/v2/test"

	"freshkey/app/words"
	"freshkey/oauth"
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
