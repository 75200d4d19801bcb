package oauth_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"freshkey/oauth"
)

// What an issuer says is taken for the account that is being added; what speaks for another issuer, or cannot be read, is not.
func TestIssuerIsAskedWhereItMayAnswer(t *testing.T) {
	for name, c := range map[string]struct{ at, path, says, field string }{
		"OpenID":             {"/.well-known/openid-configuration", "", `{"issuer":"%s","authorization_endpoint":"%s/authorize","token_endpoint":"%s/token","code_challenge_methods_supported":["plain","S256"],"scopes_supported":["profile","offline_access","openid"]}`, ""},
		"OpenID behind path": {"/realms/one/.well-known/openid-configuration", "/realms/one", `{"issuer":"%s","authorization_endpoint":"%s/authorize","token_endpoint":"%s/token","code_challenge_methods_supported":["S256"],"scopes_supported":["openid","offline_access"]}`, ""},
		"RFC 8414":           {"/.well-known/oauth-authorization-server/realms/one", "/realms/one", `{"issuer":"%s","authorization_endpoint":"%s/authorize","token_endpoint":"%s/token","code_challenge_methods_supported":["S256"],"scopes_supported":["openid","offline_access"]}`, ""},
		"another's":          {"/.well-known/openid-configuration", "", `{"issuer":"https://evil.example","x":"%s%s","token_endpoint":"%s/token"}`, "issuer"},
		"nothing":            {"/elsewhere", "", `%s%s%s`, "issuer"},
		"a page":             {"/.well-known/openid-configuration", "", `<html>%s%s%s`, "issuer"},
		"no secure endpoint": {"/.well-known/openid-configuration", "", `{"issuer":"%s","x":"%s","token_endpoint":"http://example.com/token","y":"%s"}`, "token_url"},
		"keys alone":         {"/.well-known/openid-configuration", "", `{"issuer":"%s","x":"%s","token_endpoint":"%s/token","token_endpoint_auth_methods_supported":["private_key_jwt"]}`, "auth_method"},
	} {
		mux := http.NewServeMux()
		server := httptest.NewServer(mux)
		issuer := server.URL + c.path
		mux.HandleFunc(c.at, func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprintf(w, c.says, issuer, issuer, issuer) })
		p, err := oauth.Exchange{}.Discovered(t.Context(), oauth.Provider{Name: "mine", Issuer: issuer, Scopes: nil})
		server.Close()
		if c.field != "" {
			if x, ok := errors.AsType[*oauth.FieldError](err); !ok || x.Field != c.field {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if err != nil || p.Name != "mine" || p.TokenURL != issuer+"/token" || p.AuthorizeURL != issuer+"/authorize" || p.Method != "POST" || p.AuthMethod != oauth.AuthBasic ||
			p.PKCE != oauth.PKCES256 || !slices.Equal(p.Scopes, []string{"openid", "offline_access"}) {
			t.Errorf("%s: %+v %v", name, p, err)
		}
	}
}

// A file says more than its issuer, and an account that has been added asks nobody again.
func TestFileGoesBeforeItsIssuer(t *testing.T) {
	asked := 0
	server := httptest.NewServer(nil)
	defer server.Close()
	server.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		_, _ = w.Write([]byte(strings.ReplaceAll(`{"issuer":"I","token_endpoint":"I/token","authorization_endpoint":"I/authorize","userinfo_endpoint":"http://elsewhere.example/","authorization_response_iss_parameter_supported":true,"token_endpoint_auth_methods_supported":["client_secret_post","none"]}`, "I", server.URL)))
	})
	p, err := oauth.Exchange{}.Discovered(t.Context(), oauth.Provider{Name: "mine", Issuer: server.URL, AuthMethod: oauth.AuthNone, Scopes: []string{"mail"}})
	if err != nil || p.AuthMethod != oauth.AuthNone || !slices.Equal(p.Scopes, []string{"mail"}) || p.TokenURL != server.URL+"/token" || !p.ReturnsIssuer || !p.TakesPublic || p.UserinfoURL != "" {
		t.Errorf("%+v %v", p, err)
	}
	if own, err := (oauth.Exchange{}).Discovered(t.Context(), oauth.Provider{Name: "mine", Issuer: server.URL, TokenURL: "https://id.example.com/token"}); err != nil || own.TokenURL != "https://id.example.com/token" || own.AuthorizeURL != server.URL+"/authorize" {
		t.Errorf("with a token endpoint of its own: %+v %v", own, err)
	}
	before := asked
	if again, err := (oauth.Exchange{}).Discovered(t.Context(), p); err != nil || again.TokenURL != p.TokenURL || asked != before {
		t.Errorf("asked again: %v %v", again, err)
	}
}
