package oauth_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"freshkey/oauth"
)

// A bearer's token goes into the header alone: never into an address, which is logged on its way.
func TestBearerTokenGoesIntoTheHeaderAlone(t *testing.T) {
	status := http.StatusOK
	var got *http.Request
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r
		w.WriteHeader(status)
		_, _ = w.Write([]byte(`{"sub":"248289761001","name":"Jane\u001b[31m Doe","email_verified":true}`))
	}))
	defer server.Close()
	p, err := oauth.Provider{Name: "ours", TokenURL: server.URL, UserinfoURL: server.URL + "/userinfo"}.Resolve()
	if err != nil {
		t.Fatal(err)
	}
	token := oauth.Token{Access: "SlAV32hkKG", Type: "bearer"}
	owner, err := oauth.Exchange{}.Owner(t.Context(), p, "app", token, time.Now)
	if err != nil || owner.OpenID != "248289761001" || owner.Name != "Jane[31m Doe" {
		t.Errorf("%+v %v", owner, err)
	}
	if got.Header.Get("Authorization") != "Bearer SlAV32hkKG" || got.URL.String() != "/userinfo" {
		t.Errorf("%s, %q", got.URL, got.Header)
	}
	status = http.StatusUnauthorized
	var x *oauth.Error
	if _, err := (oauth.Exchange{}).Owner(t.Context(), p, "app", token, time.Now); !errors.As(err, &x) || x.Reason != oauth.ReasonCallRefused {
		t.Errorf("refused: %v", err)
	}
	u, err := oauth.CallURL(p, "app", token, "https://api.example.com/v1/me?x=1")
	if err != nil || u.String() != "https://api.example.com/v1/me?x=1" || oauth.AuthorizationHeader(token, "GET", u, time.Now()) != "Bearer SlAV32hkKG" {
		t.Errorf("%v %v", u, err)
	}
	p.UserinfoURL = ""
	var f *oauth.FieldError
	if _, err := oauth.CallURL(p, "app", token, ""); !errors.As(err, &f) || f.Field != "userinfo_url" {
		t.Errorf("without an address: %v", err)
	}
	signed := oauth.Token{Access: "V3_a", MACKey: "k"}
	if h := oauth.AuthorizationHeader(signed, "GET", &url.URL{Host: "h", Path: "/"}, time.Now()); h[:4] != "MAC " {
		t.Errorf("%q", h)
	}
}

// What lies in a tester's clipboard is a header as often as a token.
func TestTokenIsFoundInItsHeader(t *testing.T) {
	u, _ := url.Parse("https://open.example.com/user/profile")
	mac := oauth.MACHeader(oauth.Token{Access: "V3_a/b+c==", MACKey: "k"}, "1:2", "GET", u)
	for text, want := range map[string]string{
		"V3_a/b+c==": "V3_a/b+c==", " V3_a \n": "V3_a", "Bearer V3_a": "V3_a", "authorization:  bearer V3_a": "V3_a",
		mac: "V3_a/b+c==", "Authorization: " + mac: "V3_a/b+c==", "a:b": "a:b", "": "", "MAC nothing": "",
	} {
		if got := oauth.AccessTokenIn(text).Reveal(); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
