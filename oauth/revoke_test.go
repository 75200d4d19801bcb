package oauth_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"freshkey/oauth"
)

func TestRevocationGoesToItsOwnAddressWithTheRefreshToken(t *testing.T) {
	status, body := http.StatusOK, ``
	var got *http.Request
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		got = r
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}))
	defer server.Close()
	p, err := oauth.Provider{Name: "ours", TokenURL: server.URL + "/token", RevokeURL: server.URL + "/revoke", AuthMethod: oauth.AuthBasic}.Resolve()
	if err != nil {
		t.Fatal(err)
	}
	form := oauth.RevokeForm(p, oauth.Account{ClientID: "app"}, "secret", "R")
	if err := (oauth.Exchange{}).Revoke(t.Context(), p, form); err != nil {
		t.Fatal(err)
	}
	if user, password, _ := got.BasicAuth(); got.URL.Path != "/revoke" || got.Method != "POST" || user != "app" || password != "secret" ||
		got.PostForm.Encode() != "token=R&token_type_hint=refresh_token" {
		t.Errorf("%s %s %q %q", got.Method, got.URL, user, got.PostForm)
	}
	for _, c := range []struct {
		status int
		body   string
		class  oauth.Class
	}{
		{http.StatusServiceUnavailable, ``, oauth.Transient},
		{http.StatusUnauthorized, `{"error":"invalid_client"}`, oauth.Misconfigured},
		{http.StatusBadRequest, `{"error":"unsupported_token_type"}`, oauth.Transient},
	} {
		status, body = c.status, c.body
		var x *oauth.Error
		if err := (oauth.Exchange{}).Revoke(t.Context(), p, form); !errors.As(err, &x) || x.Class != c.class {
			t.Errorf("%d %s: %v", c.status, c.body, err)
		}
	}
	var f *oauth.FieldError
	if err := (oauth.Exchange{}).Revoke(t.Context(), oauth.BuiltIn(), form); !errors.As(err, &f) || f.Field != "revoke_url" {
		t.Errorf("a provider that revokes nothing: %v", err)
	}
}
