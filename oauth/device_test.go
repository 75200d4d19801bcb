package oauth_test

import (
	"errors"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/sandbox"
)

func TestSignInOnAnotherDeviceWaitsForThePersonAndBringsAToken(t *testing.T) {
	s := sandbox.New(sandbox.Config{Dialect: sandbox.Plain})
	server := httptest.NewServer(s)
	defer server.Close()
	account := s.Account("a", "a", server.URL)
	p, err := account.Provider.Resolve()
	if err != nil {
		t.Fatal(err)
	}
	begin := func(secret oauth.Secret) (oauth.DeviceAuthorization, error) {
		return oauth.Exchange{}.BeginDevice(t.Context(), p, oauth.DeviceForm(p, account, secret), time.Now)
	}
	if _, err := begin("wrong"); !isClass(err, oauth.Misconfigured) {
		t.Errorf("with a wrong secret: %v", err)
	}
	d, err := begin(s.ClientSecret())
	if err != nil || d.UserCode == "" || d.Interval != time.Second || time.Until(d.Expires) < time.Minute {
		t.Fatalf("%+v %v", d, err)
	}
	ask := func() (oauth.Token, error) {
		reply, err := oauth.Exchange{}.Send(t.Context(), p, oauth.GrantForm(p, account, s.ClientSecret(), oauth.AuthorizationGrant{Code: d.Code, Device: true}), nil)
		if err != nil {
			t.Fatal(err)
		}
		return oauth.ReadAnswer(p, reply.Status, reply.Body, reply.Received)
	}
	_, err = ask()
	if x, ok := errors.AsType[*oauth.Error](err); !ok || x.Code != oauth.DevicePending || x.Class != oauth.Transient {
		t.Errorf("before the person has agreed: %v", err)
	}
	page, err := server.Client().Get(d.Complete)
	if err != nil {
		t.Fatal(err)
	}
	_ = page.Body.Close()
	if token, err := ask(); err != nil || token.Refresh == "" {
		t.Errorf("%v %v", token, err)
	}
	_, err = ask()
	if x, ok := errors.AsType[*oauth.Error](err); !ok || oauth.SignInError(p, x).Reason != oauth.ReasonCodeRefused {
		t.Errorf("the code works twice: %v", err)
	}
}

func TestPersonWhoSaysNoOnAnotherDeviceHasDenied(t *testing.T) {
	p, err := oauth.Provider{Name: "x", TokenURL: "https://id.example.com/token"}.Resolve()
	if err != nil {
		t.Fatal(err)
	}
	for word, want := range map[string]oauth.Reason{"access_denied": oauth.ReasonDenied, "expired_token": oauth.ReasonCodeRefused, "invalid_grant": oauth.ReasonCodeRefused} {
		_, err := oauth.ReadAnswer(p, 400, []byte(`{"error":"`+word+`"}`), monday)
		x, ok := errors.AsType[*oauth.Error](err)
		if !ok || oauth.SignInError(p, x).Reason != want {
			t.Errorf("%s: %v, want %s", word, err, want)
		}
	}
}

func TestDeviceAnswersThatLeadAstrayAreRefused(t *testing.T) {
	const good = `"device_code":"d","user_code":"WDJB-MJHT","verification_uri":"https://id.example.com/device"`
	for body, want := range map[string]string{
		`{` + good + `}`: "https://id.example.com/device 5s",
		`{` + good + `,"interval":0.5,"expires_in":-3}`:                                                    "https://id.example.com/device 5s",
		`{` + good + `,"interval":"7","verification_uri_complete":"javascript:alert(1)"}`:                  "https://id.example.com/device 7s",
		`{` + good + `,"interval":1e300}`:                                                                  "https://id.example.com/device 5m0s",
		`{"device_code":"d","user_code":"C","verification_url":"https://id.example.com/d"}`:                "https://id.example.com/d 5s",
		`{"device_code":"d","user_code":"C","verification_uri":"http://id.example.com/d"}`:                 "error",
		`{"device_code":"d","user_code":"C","verification_uri":"file:///etc/passwd"}`:                      "error",
		`{"user_code":"C","verification_uri":"https://id.example.com/d"}`:                                  "error",
		`{"device_code":"d","verification_uri":"https://id.example.com/d"}`:                                "error",
		`{"device_code":"d","user_code":"` + longText + `","verification_uri":"https://id.example.com/d"}`: "error",
		`{"error":"invalid_client"}`:                                                                       "error",
		`<html>`:                                                                                           "error",
		`{` + good:                                                                                         "error",
	} {
		d, err := oauth.ReadDevice(oauth.Provider{}, oauth.Reply{Status: 200, Body: []byte(body)}, monday)
		got := d.Visit + " " + d.Interval.String()
		if err != nil {
			got = "error"
		}
		if got != want {
			t.Errorf("%.80s: %q, want %q", body, got, want)
		}
		if u, err := url.Parse(d.Complete); err != nil || (d.Complete != "" && u.Scheme != "https") {
			t.Errorf("a browser would be sent to %q", d.Complete)
		}
	}
}

const longText = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
