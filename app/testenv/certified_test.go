//go:build linux

package testenv_test

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"freshkey/app/api"
	"freshkey/app/testenv"
	"freshkey/oauth"
	"freshkey/oauth/keeper"
)

// certified is a provider of npm's, certified by the OpenID Foundation, that nobody here wrote: oidcprovider/provider.mjs.
type certified struct {
	s      *scene
	issuer string
	hits   int // refreshes that the accounts of a test have made
}

func (s *scene) startCertified() *certified {
	s.t.Helper()
	dir := filepath.Join(s.Dir, "oidcprovider")
	s.must(os.CopyFS(dir, os.DirFS("oidcprovider")))
	install := exec.CommandContext(s.t.Context(), "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	install.Dir = dir
	if out, err := install.CombinedOutput(); err != nil {
		s.t.Fatalf("%v: %s", err, out)
	}
	_, port, _ := net.SplitHostPort(s.freeAddress())
	server := s.Command("node", "provider.mjs")
	server.Dir, server.Env = dir, append(server.Env, "PORT="+port)
	s.must(s.Start(server))
	c := &certified{s: s, issuer: "http://127.0.0.1:" + port}
	s.must(testenv.Eventually("the provider to answer", func() bool { _, err := c.refreshes(); return err == nil }))
	return c
}

// refreshes is how often the token endpoint was asked for one.
func (c *certified) refreshes() (int, error) {
	resp, err := http.Get(c.issuer + "/hits")
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	var hits map[string]int
	err = json.NewDecoder(resp.Body).Decode(&hits)
	return hits["refresh_token"], err
}

// kinds are the ways to be a client of it.
func kinds() []struct{ name, id, secret, file string } {
	return []struct{ name, id, secret, file string }{
		{"basic", "basic", "a secret/with+signs=", `"auth_method":"client_secret_basic","redirect":"loopback"`},
		{"post", "post", "another", `"auth_method":"client_secret_post","redirect":"loopback"`},
		{"public", "public", "", `"auth_method":"none","redirect":"loopback"`},
		{"lasting", "lasting", "another", `"auth_method":"client_secret_post","redirect":"loopback","rotation":"never"`},
		{"device", "basic", "a secret/with+signs=", `"auth_method":"client_secret_basic"`},
	}
}

// add makes an account of a kind and signs a person in to it.
func (c *certified) add(name, id, secret, keys string) {
	c.s.t.Helper()
	file := filepath.Join(c.s.Dir, name+".json")
	c.s.must(os.WriteFile(file, fmt.Appendf(nil, `{"name":%q,"issuer":%q,"scopes":["openid"],%s}`, name, c.issuer, keys), 0o600))
	_, err := c.s.app.FreshkeyInput(`{"client_secret":"`+secret+`"}`, "add", name, "--provider", file, "--client-id", id, "--redirect-uri", "http://127.0.0.1/callback", "--sign-in")
	c.s.must(err)
	c.signIn(name, name == "device")
}

func (c *certified) signIn(name string, device bool) {
	c.s.t.Helper()
	client := api.ClientAt(c.s.app.Socket())
	login, err := client.Login(c.s.t.Context(), name, api.LoginRequest{Device: device})
	c.s.must(err)
	if device != (login.UserCode != "") || !login.Listening {
		c.s.t.Errorf("%s: a code %q, comes home: %v", name, login.UserCode, login.Listening)
	}
	newPerson(c.s.t, map[string]string{"login": "somebody", "password": "x"}).visit(login.AuthorizeURL)
	c.s.waitState(name, keeper.StateFresh)
}

// rotate refreshes an account some times, one request each.
func (c *certified) rotate(name string, times int) {
	c.s.t.Helper()
	for range times {
		_, err := c.s.app.Freshkey("refresh", name)
		c.s.must(err)
		c.hits++
	}
	if n, err := c.refreshes(); err != nil || n != c.hits {
		c.s.t.Errorf("%s: %d requests for %d refreshes, %v", name, n, c.hits, err)
	}
}

// Whatever kind of client an account is, by the standards alone it signs in, lives through rotations and kills, and says whose it is.
func TestAccountOfEachKindLivesAtACertifiedProvider(t *testing.T) {
	s := open(t, true)
	s.must(s.app.StartAgent())
	c := s.startCertified()
	client := api.ClientAt(s.app.Socket())
	for _, k := range kinds() {
		c.add(k.name, k.id, k.secret, k.file)
		c.rotate(k.name, 6)
	}
	s.must(s.app.Kill())
	s.must(s.app.StartAgent())
	for _, k := range kinds() {
		s.waitState(k.name, keeper.StateFresh)
		c.rotate(k.name, 6)
		if who, err := client.Verify(t.Context(), k.name); err != nil || who.OpenID != "somebody" {
			t.Errorf("%s: %+v %v", k.name, who, err)
		}
		if a, err := s.app.Account(k.name); err != nil || a.Generation < 13 {
			t.Errorf("%s: generation %d, %v", k.name, a.Generation, err)
		}
	}
	lasting, err := s.app.Account("lasting")
	s.must(err)
	s.inTheMiddleOfARefresh("lasting")
	if a := s.waitState("lasting", keeper.StateFresh); a.Fingerprint != lasting.Fingerprint {
		t.Errorf("a refresh token that lasts was replaced: %s by %s", lasting.Fingerprint, a.Fingerprint)
	}
	check, err := client.TestProvider(t.Context(), api.TestRequest{Provider: oauth.Provider{Issuer: c.issuer, RedirectURI: "http://127.0.0.1:1/callback"}, ClientID: "basic", ClientSecret: "wrong"})
	if err != nil || check.OK || len(check.Steps) != 4 || check.Steps[3].OK || !strings.Contains(check.Result, "invalid_client") {
		t.Errorf("a wrong secret: %+v %v", check, err)
	}
	check, err = client.TestProvider(t.Context(), api.TestRequest{Provider: oauth.Provider{Issuer: c.issuer, RedirectURI: "http://127.0.0.1:1/callback"}, ClientID: "basic", ClientSecret: "a secret/with+signs="})
	if err != nil || !check.OK || len(check.Steps) != 5 {
		t.Errorf("the right one: %+v %v", check, err)
	}
	post, err := s.app.Account("post")
	s.must(err)
	last := s.storedOf(post.ID)
	_, err = s.app.Freshkey("remove", "post", "--yes", "--revoke")
	s.must(err)
	resp, err := http.PostForm(c.issuer+"/token", url.Values{"grant_type": {"refresh_token"}, "client_id": {"post"}, "client_secret": {"another"}, "refresh_token": {last.Reveal()}})
	s.must(err)
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusBadRequest {
		t.Errorf("revoked, and the refresh token is answered %s", resp.Status)
	}
}

// inTheMiddleOfARefresh kills the agent while it refreshes an account, and starts it again.
func (s *scene) inTheMiddleOfARefresh(name string) {
	s.t.Helper()
	done := s.inBackground("refresh", name)
	s.must(s.app.Kill())
	<-done                                                                        // whatever came of it
	if _, err := api.ClientAt(s.app.Socket()).Status(s.t.Context()); err != nil { // a command may have started another one
		s.must(s.app.StartAgent())
	}
}

// Somebody else presents a spent refresh token: the provider ends the whole chain, and the person is asked to sign in again, once.
func TestReuseDetectedByACertifiedProviderEndsInASignIn(t *testing.T) {
	s := open(t, true)
	s.must(s.app.StartAgent())
	c := s.startCertified()
	c.add("work", "public", "", `"auth_method":"none","redirect":"loopback"`)
	spent := s.stored()
	c.rotate("work", 1)
	resp, err := http.PostForm(c.issuer+"/token", url.Values{"grant_type": {"refresh_token"}, "client_id": {"public"}, "refresh_token": {spent.Reveal()}})
	s.must(err)
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusBadRequest {
		t.Fatalf("the spent token: %s", resp.Status)
	}
	before, err := c.refreshes()
	s.must(err)
	if _, err := s.app.Freshkey("refresh", "work"); exitCode(err) != 3 {
		t.Errorf("exit code %d: %v", exitCode(err), err)
	}
	s.waitState("work", keeper.StateSignIn)
	s.waitNotice("work")
	if n, err := c.refreshes(); err != nil || n-before > 2 {
		t.Errorf("asked %d times, which is more than with the refresh token and the one before it: %v", n-before, err)
	}
	c.signIn("work", false)
	_, err = s.app.Freshkey("refresh", "work")
	s.must(err)
}
