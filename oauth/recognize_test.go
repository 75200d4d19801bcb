package oauth_test

import (
	"testing"
	"time"

	"freshkey/oauth"
)

func TestWhatPeoplePasteIsRecognised(t *testing.T) {
	now := time.Now()
	for text, want := range map[string][4]string{ // client id, secret, redirect URI, refresh token
		`&&&START&&&{"access_token":"V3_a","expires_in":259200,"refresh_token":"R3_a","mac_key":"k"}`:                                                                         {"", "", "", "R3_a"},
		`Here you are: {"client_id":2882303761517000001,"client_secret":"a/b+c==","refresh_token":"R3_b"} bye`:                                                                {"2882303761517000001", "a/b+c==", "", "R3_b"},
		`curl 'https://account.xiaomi.com/oauth2/token?client_id=1&client_secret=a%2Fb%3D%3D&redirect_uri=https%3A%2F%2Fx.y%2Fz&grant_type=refresh_token&refresh_token=R3_c'`: {"1", "a/b==", "https://x.y/z", "R3_c"},
		`curl -X POST https://sso.example.com/token -d "client_id=2&client_secret=s&refresh_token=R3_d"`:                                                                      {"2", "s", "", "R3_d"},
		"CLIENT_ID=3\nexport CLIENT_SECRET='geheim'\nREDIRECT_URI=https://x.y/cb\nREFRESH_TOKEN=R3_e":                                                                         {"3", "geheim", "https://x.y/cb", "R3_e"},
		`{"client_id":"4","client_secret":"only"}`: {"4", "only", "", ""},
		"nothing of interest":                      {"", "", "", ""},
		"{broken":                                  {"", "", "", ""},
		"":                                         {"", "", "", ""},
	} {
		f := oauth.Recognize(text, now)
		if got := [4]string{f.ClientID, f.ClientSecret.Reveal(), f.RedirectURI, f.Token.Refresh.Reveal()}; got != want {
			t.Errorf("%s:\ngot  %q\nwant %q", text, got, want)
		}
	}
	if f := oauth.Recognize(`curl "https://sso.example.com/oauth2/token?client_id=1&refresh_token=r"`, now); f.TokenURL != "https://sso.example.com/oauth2/token" {
		t.Errorf("token URL %q", f.TokenURL)
	}
	whole := oauth.Recognize(`{"refresh_token":"r","token_url":"https://a.example.com/token","authorize_url":" https://a.example.com/login ","api_url":""}`, now)
	if p := whole.Over(oauth.Provider{Name: "n", AuthorizeURL: "https://b", APIURL: "https://c"}); p.TokenURL != "https://a.example.com/token" || p.AuthorizeURL != "https://a.example.com/login" || p.APIURL != "https://c" || p.Name != "n" {
		t.Errorf("the provider is %+v", p)
	}
	issued := oauth.Recognize(`{"refresh_token":"r","issuer":"https://id.example.com"}`, now)
	for name, c := range map[string]struct{ chosen, want oauth.Provider }{
		"none":       {oauth.Provider{}, oauth.Provider{Issuer: "https://id.example.com"}},
		"built in":   {oauth.Provider{Name: oauth.BuiltInName}, oauth.Provider{Issuer: "https://id.example.com"}},
		"another":    {oauth.Provider{Name: "github"}, oauth.Provider{Name: "github"}},
		"an address": {oauth.Provider{TokenURL: "https://a"}, oauth.Provider{TokenURL: "https://a"}},
	} {
		if got := issued.Over(c.chosen); got.Name != c.want.Name || got.Issuer != c.want.Issuer || got.TokenURL != c.want.TokenURL {
			t.Errorf("an issuer, where %s was chosen: %+v", name, got)
		}
	}
	if f := oauth.Recognize(`{"access_token":"a","refresh_token":"r","expires_in":60}`, now); f.Token.ValidFor(now) != time.Minute {
		t.Errorf("valid for %v", f.Token.ValidFor(now))
	}
}

func FuzzRecognize(f *testing.F) {
	f.Add(`curl 'https://account.xiaomi.com/oauth2/token?client_id=1&refresh_token=R3_c'`)
	f.Add(`&&&START&&&{"refresh_token":"x"}`)
	f.Fuzz(func(_ *testing.T, text string) { oauth.Recognize(text, time.Now()) })
}
