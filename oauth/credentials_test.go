package oauth_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"freshkey/oauth"
)

func TestCredentialsInEveryFormAreRead(t *testing.T) {
	for name, in := range map[string]string{
		"two secrets":  `{"client_secret":"s","refresh_token":"r"}`,
		"whole answer": `&&&START&&&{"client_secret":"s","access_token":"a","expires_in":"3600","refresh_token":"r","mac_key":"k","token_type":"mac"}`,
		"with a blank": `&&&START&&& {"client_secret ":"s","refresh_token":"r "}`,
	} {
		c, err := oauth.ParseCredentials(oauth.BuiltIn(), []byte(in), monday)
		if err != nil || c.ClientSecret.Reveal() != "s" || c.Token.Refresh.Reveal() != "r" {
			t.Errorf("%s: %v, %v", name, c.Token, err)
		}
	}
	c, err := oauth.ParseCredentials(oauth.Provider{}, []byte(`{"refresh_token":"r","access_token":"a","expires_in":3600,"expires_at":"2026-11-23T09:10:00Z"}`), monday)
	if err != nil || !c.Token.Expires.Equal(monday.Add(10*time.Minute)) {
		t.Errorf("expires_at: %v, %v", c.Token.Expires, err)
	}
}

func TestBadCredentialsNameTheFieldAndQuoteNothing(t *testing.T) {
	for in, field := range map[string]string{
		``: "input", `planted`: "input", `[]`: "input", `null`: "input", `{"refresh_token":"planted"} x`: "input", `{"refresh_token":"planted"`: "input",
		`{"client_secret":"planted"}`:                                        "refresh_token",
		`{"refresh_token":"","access_token":"planted"}`:                      "refresh_token",
		`{"refresh_token":["planted"]}`:                                      "refresh_token",
		`{"refresh_token":"planted","expires_in":{"a":"planted"}}`:           "expires_in",
		`{"refresh_token":"planted","access_token":"a","expires_in":"soon"}`: "expires_in", `{"refresh_token":"planted","expires_in":-5}`: "expires_in",
		`{"refresh_token":"planted","access_token":"a","expires_at":"soon"}`: "expires_at",
		`&&&START&&&{"error":96009,"error_description":"planted"}`:           "error",
	} {
		_, err := oauth.ParseCredentials(oauth.BuiltIn(), []byte(in), monday)
		var f *oauth.FieldError
		if !errors.As(err, &f) || f.Field != field || strings.Contains(err.Error(), "planted") {
			t.Errorf("%s: got %v, want field %s", in, err, field)
		}
	}
}

func TestUnusableSettingsNameTheField(t *testing.T) {
	good := oauth.Account{Name: "work", ClientID: "1", RedirectURI: "https://example.com/cb"}
	if err := oauth.CheckAccount(good); err != nil {
		t.Fatal(err)
	}
	for field, spoil := range map[string]func(*oauth.Account){
		"name":          func(a *oauth.Account) { a.Name = " " },
		"client_id":     func(a *oauth.Account) { a.ClientID = "" },
		"redirect_uri":  func(a *oauth.Account) { a.RedirectURI = "callback" },
		"token_url":     func(a *oauth.Account) { a.Provider.TokenURL = "http://example.com/token" },
		"api_url":       func(a *oauth.Account) { a.Provider.APIURL = "://" },
		"authorize_url": func(a *oauth.Account) { a.Provider.AuthorizeURL = "https://u:p@example.com/" },
		"method":        func(a *oauth.Account) { a.Provider.Method = "PUT" },
		"codes":         func(a *oauth.Account) { a.Provider.Codes = map[oauth.ErrorCode]oauth.Class{"1": "fatal"} },
	} {
		a := good
		spoil(&a)
		var f *oauth.FieldError
		if err := oauth.CheckAccount(a); !errors.As(err, &f) || f.Field != field {
			t.Errorf("%s: got %v", field, err)
		}
	}
	for _, name := range []string{"..", ".", "a/b", "e\x1b[31mred", strings.Repeat("x", 81)} {
		bad := good
		bad.Name = name
		if err := oauth.CheckAccount(bad); err == nil {
			t.Errorf("the name %q passed", name)
		}
	}
	good.Name = strings.Repeat("账", 80)
	if err := oauth.CheckAccount(good); err != nil {
		t.Errorf("80 characters: %v", err)
	}
	for _, u := range []string{"http://127.0.0.1:1/t", "http://localhost/t", "http://[::1]:2/t", "https://example.com/t", "https://example.com/t?", "https://example.com/t?policy=b"} {
		if _, err := (oauth.Provider{TokenURL: u}).Resolve(); err != nil {
			t.Errorf("%s: %v", u, err)
		}
	}
	for _, u := range []string{"https://example.com/t#", "https://example.com/t#a", "https://example.com/t?client_secret=b", "https://example.com/t?a=%zz"} {
		if _, err := (oauth.Provider{TokenURL: u}).Resolve(); err == nil {
			t.Errorf("%s passed: what stands there would spoil the query of a refresh", u)
		}
	}
	if _, err := oauth.ParseProvider([]byte(`{"name":"x","tokn_url":"y"}`)); err == nil {
		t.Error("a misspelt field passed")
	}
}
