package agent

import (
	"net/url"
	"strings"
	"testing"

	"freshkey/app/api"
	"freshkey/oauth"
)

// "No connection to the provider" was looked for at the provider, which was there: it was another host that could not be reached, and by a proxy.
func TestACallSaysWhereItCouldNotGo(t *testing.T) {
	bare(t, func(t *testing.T, a *Agent) {
		far := &url.URL{Scheme: "https", Host: "api.example.com", Path: "/user"}
		offline := func() *api.Problem {
			return a.unreached(&api.Problem{Reason: oauth.ReasonNoConnection, What: "No connection.", Advice: "Later."}, far)
		}
		if err := a.config.edit(func(c *config) { c.Settings.Proxy = "http://127.0.0.1:9" }); err != nil {
			t.Fatal(err)
		}
		if p := offline(); !strings.Contains(p.What, "api.example.com") || !strings.Contains(p.What, "http://127.0.0.1:9") || p.Advice != "" {
			t.Errorf("by a proxy: %v", p)
		}
		if err := a.config.edit(func(c *config) { c.Settings.Proxy = api.NoProxy }); err != nil {
			t.Fatal(err)
		}
		if p := offline(); !strings.Contains(p.What, "api.example.com") || strings.Contains(p.What, "127.0.0.1") {
			t.Errorf("straight: %v", p)
		}
	})
}

// All that is on this computer goes straight, and a proxy that was mistyped was said to be fine.
func TestTheDoctorLooksAtWhatGoesByAProxy(t *testing.T) {
	bare(t, func(t *testing.T, a *Agent) {
		a.addForTest(t, firstID, "one") // at 127.0.0.1
		if to := a.farthest(); to.Hostname() != "127.0.0.1" {
			t.Errorf("of one at home: %v", to)
		}
		if err := a.config.edit(func(c *config) {
			c.Accounts = append(c.Accounts, saved(oauth.Account{ID: secondID, Name: "two", ClientID: "1", Provider: oauth.Provider{
				Name: "y", TokenURL: "http://127.0.0.1:1/", APIURL: "https://api.example.com",
			}}))
		}); err != nil {
			t.Fatal(err)
		}
		if to := a.farthest(); to.Host != "api.example.com" {
			t.Errorf("of one whose calls go far: %v", to)
		}
	})
}
