//go:build linux

package testenv_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

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
