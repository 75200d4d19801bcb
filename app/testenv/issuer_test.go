//go:build linux

package testenv_test

import (
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"freshkey/app/api"
	"freshkey/app/testenv"
	"freshkey/oauth/keeper"
)

// foreignServer is the example of an OpenID provider that comes with a certified library.
const foreignServer = "github.com/zitadel/oidc/v3/example/server@v3.52.0"

// freeAddress is one that nobody listens at just now.
func (s *scene) freeAddress() string {
	s.t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	s.must(err)
	defer l.Close()
	return l.Addr().String()
}

// startIssuer runs a provider that nobody here wrote, and returns its issuer.
func (s *scene) startIssuer(redirect string) string {
	s.t.Helper()
	install := s.Command("go", "install", foreignServer)
	install.Env, install.Dir = append(os.Environ(), "GOBIN="+s.Dir), "/"
	if out, err := install.CombinedOutput(); err != nil {
		s.t.Fatalf("%v: %s", err, out)
	}
	_, port, _ := net.SplitHostPort(s.freeAddress())
	server := s.Command(filepath.Join(s.Dir, "server"))
	server.Env = append(server.Env, "PORT="+port, "REDIRECT_URI="+redirect)
	s.must(s.Start(server))
	issuer := "http://localhost:" + port
	s.must(testenv.Eventually("the provider to answer", func() bool {
		resp, err := http.Get(issuer + "/.well-known/openid-configuration")
		if err != nil {
			return false
		}
		_ = resp.Body.Close()
		return resp.StatusCode == http.StatusOK
	}))
	return issuer
}

// signInAt plays the person in the browser, on the pages of that provider.
func (s *scene) signInAt(page string) {
	s.t.Helper()
	jar, err := cookiejar.New(nil)
	s.must(err)
	browser := &http.Client{Jar: jar}
	resp, err := browser.Get(page)
	s.must(err)
	html, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	s.must(err)
	request := regexp.MustCompile(`name="id" value="([^"]+)"`).FindSubmatch(html)
	if request == nil {
		s.t.Fatalf("no form at %s: %s", resp.Request.URL, html)
	}
	resp, err = browser.PostForm(resp.Request.URL.String(), url.Values{"id": {string(request[1])}, "username": {"test-user@localhost"}, "password": {"verysecure"}})
	s.must(err)
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		s.t.Fatalf("signed in: %s at %s", resp.Status, resp.Request.URL)
	}
}

// The issuer's address, an id and a secret are all that a provider by the standards needs; its chain lives through rotations and kills.
func TestChainLivesAtAProviderThatNobodyHereWrote(t *testing.T) {
	s := open(t, true)
	s.must(s.app.StartAgent())
	redirect := "http://" + s.freeAddress() + "/back"
	issuer := s.startIssuer(redirect)
	_, err := s.app.FreshkeyInput(`{"client_secret":"secret"}`, "add", "work", "--provider", issuer, "--client-id", "web", "--redirect-uri", redirect, "--sign-in")
	s.must(err)
	client := api.ClientAt(s.app.Socket())
	signIn := func() {
		t.Helper()
		login, err := client.Login(t.Context(), "work", api.LoginRequest{})
		s.must(err)
		s.signInAt(login.AuthorizeURL)
		s.waitState("work", keeper.StateFresh)
	}
	signIn()
	if who, err := client.Verify(t.Context(), "work"); err != nil || who.OpenID == "" {
		t.Errorf("whose it is: %+v %v", who, err)
	}
	for n := range 10 {
		if n == 5 {
			s.must(s.app.Kill())
			s.must(s.app.StartAgent())
		}
		_, err := s.app.Freshkey("refresh", "work")
		s.must(err)
	}
	if a, err := s.app.Account("work"); err != nil || a.Generation < 11 || a.TokenType != "bearer" {
		t.Errorf("%+v %v", a, err)
	}
	if _, err := client.Verify(t.Context(), "work"); err != nil {
		t.Errorf("after ten rotations: %v", err)
	}
	if out, err := s.app.Freshkey("token", "work", "--claims"); exitCode(err) != 1 || out != "" {
		t.Errorf("claims of a token that has none to read: %q %v", out, err)
	}
	if out, err := s.app.Freshkey("copy", "work", "header"); err != nil {
		t.Errorf("%s %v", out, err)
	}
	if text, err := s.Clipboard(); err != nil || !strings.HasPrefix(text, "Authorization: Bearer ") {
		t.Errorf("copied %q %v", text, err)
	}
	_, err = s.app.Freshkey("remove", "work", "--yes", "--revoke")
	s.must(err)
	if _, err := s.app.Freshkey("token", "work"); exitCode(err) != 7 {
		t.Errorf("removed, and there: %v", err)
	}
}
