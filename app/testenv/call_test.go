//go:build linux

package testenv_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// A script calls an API without ever seeing the token, or signs a request for a tool of its own.
func TestScriptsCallAndSignWithATokenTheyNeverSee(t *testing.T) {
	s := open(t, true)
	s.ready()
	out, err := s.app.Freshkey("call", "work")
	if err != nil || !strings.Contains(out, `"miliaoNick":"Rehearsal"`) {
		t.Errorf("whose the token is: %s %v", out, err)
	}
	address := s.app.Base + "/user/openidV2?clientId=2882303761517000001&token=" + s.token()
	line := `curl -s -g -H "$(` + s.app.Binary + ` --profile test sign work GET '` + address + `')" '` + address + `'`
	if out, err := s.Run("sh", "-c", line); err != nil || !strings.Contains(out, `"openId"`) {
		t.Errorf("signed for curl: %s %v", out, err)
	}
	s.plainSandbox()
	s.addPlainSandbox("plain", "")
	out, err = s.app.Freshkey("call", "plain")
	if err != nil || !strings.Contains(out, `"sub"`) {
		t.Errorf("a bearer's: %s %v", out, err)
	}
	line = `curl -s -H "$(` + s.app.Binary + ` --profile test sign plain GET ` + s.app.Base + `/userinfo)" ` + s.app.Base + `/userinfo`
	if out, err := s.Run("sh", "-c", line); err != nil || !strings.Contains(out, `"sub"`) {
		t.Errorf("a bearer's for curl: %s %v", out, err)
	}
	if out, err := s.app.Freshkey("call", "plain", "http://example.com/"); exitCode(err) != 2 || out != "" {
		t.Errorf("in the clear: exit code %d, %q", exitCode(err), out)
	}
}

// The token goes where it was sent and no further; what the server says is printed, whatever it is.
func TestCallFollowsNoRedirectAndSendsItsBodyOnce(t *testing.T) {
	s := open(t, true)
	s.must(s.app.StartAgent())
	s.plainSandbox()
	s.addPlainSandbox("work", "")
	var asked []string
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { t.Errorf("followed to %s", r.URL) }))
	defer elsewhere.Close()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Method+" "+r.Header.Get("Content-Type")+" "+r.FormValue("a"))
		if r.Header.Get("Authorization") == "" {
			t.Error("no token")
		}
		if r.URL.Path == "/moved" {
			http.Redirect(w, r, elsewhere.URL, http.StatusFound)
			return
		}
		w.WriteHeader(http.StatusTeapot)
		_, _ = w.Write([]byte(`[1,2]`))
	}))
	defer server.Close()
	if out, err := s.app.Freshkey("call", "work", server.URL+"/moved"); exitCode(err) != 1 {
		t.Errorf("redirected: exit code %d %s", exitCode(err), out)
	}
	out, err := s.app.FreshkeyInput("a=b", "call", "work", "PUT", server.URL, "--data", "--content-type", "application/x-www-form-urlencoded")
	if exitCode(err) != 1 || !strings.Contains(out, "[1,2]") {
		t.Errorf("exit code %d, %s", exitCode(err), out)
	}
	if len(asked) != 2 || asked[1] != "PUT application/x-www-form-urlencoded b" {
		t.Errorf("asked %q", asked)
	}
}
