//go:build linux

package testenv_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"freshkey/app/api"
	"freshkey/oauth"
	"freshkey/oauth/sandbox"
)

// checked makes the call that what was copied is for, and reports whether the provider takes it.
func (s *scene) checked(resp *http.Response, err error) bool {
	s.t.Helper()
	s.must(err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	s.must(err)
	return strings.Contains(string(body), `"code":0`)
}

func TestEachCopiedFormIsTakenByTheProvider(t *testing.T) {
	s := open(t, true)
	s.ready()
	copied := func(form string) string {
		_, err := s.app.Freshkey("copy", "work", form)
		s.must(err)
		text, err := s.Clipboard()
		s.must(err)
		return text
	}
	profile := func(token string) *url.URL {
		u, err := url.Parse(s.app.Base + "/user/profile?" + url.Values{"clientId": {sandbox.DefaultClientID}, "token": {token}}.Encode())
		s.must(err)
		return u
	}
	get := func(u *url.URL, header string) bool {
		req, err := http.NewRequest(http.MethodGet, u.String(), nil)
		s.must(err)
		req.Header.Set("Authorization", header)
		return s.checked(http.DefaultClient.Do(req))
	}
	access, key := copied("access-token"), copied("mac-key")
	if !s.checked(http.Get(profile(access).String())) {
		t.Error("the access token is refused")
	}
	token := oauth.Token{Access: oauth.Secret(access), MACKey: oauth.Secret(key)}
	if !get(profile(access), oauth.MACHeader(token, oauth.Nonce(time.Now()), "GET", profile(access))) {
		t.Error("the MAC key is refused")
	}
	if get(profile(access), oauth.MACHeader(oauth.Token{Access: token.Access, MACKey: "wrong"}, oauth.Nonce(time.Now()), "GET", profile(access))) {
		t.Error("the checker takes anything")
	}
	if !get(profile(access), strings.TrimPrefix(copied("header"), "Authorization: ")) {
		t.Error("the header is refused")
	}
	if out, err := s.Run("sh", "-c", copied("curl")); err != nil || !strings.Contains(out, `"code":0`) {
		t.Errorf("the curl line is refused: %v %s", err, out)
	}
	if out, err := s.Run("sh", "-c", copied("env")+"\nprintf %s \"$MAC_KEY\""); err != nil || out != key {
		t.Errorf("env: %v", err)
	}
	var object api.Token
	if err := json.Unmarshal([]byte(copied("json")), &object); err != nil || object.AccessToken != access {
		t.Errorf("json: %v", err)
	}
}
