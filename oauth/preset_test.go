package oauth_test

import (
	"errors"
	"testing"
	"time"

	"freshkey/oauth"
)

func TestPlaceInAnAddressIsFilledAndLeadsNowhereElse(t *testing.T) {
	p, err := oauth.ParseProvider([]byte(`{"name":"idp","asks":{"domain":"your-org.example.com"},"issuer":"https://{domain}/oauth2/default"}`))
	if err != nil {
		t.Fatal(err)
	}
	for value, want := range map[string]string{
		"acme.example.com": "https://acme.example.com/oauth2/default", " https://acme.example.com/ ": "https://acme.example.com/oauth2/default",
		"localhost:8443": "https://localhost:8443/oauth2/default",
		"":               "not_filled", "evil.example/": "https://evil.example/oauth2/default", "evil.example/x": "not_place", "user@evil.example": "not_place", "evil.example?": "not_place",
		"a b": "not_place", "evil.example#": "not_place", "{domain}": "not_place", "..": "not_place",
	} {
		got, err := p.Fill(map[string]string{"domain": value})
		said := got.Issuer
		if f, ok := errors.AsType[*oauth.FieldError](err); ok {
			said = string(f.Code)
			if f.Field != "domain" || f.Detail != "your-org.example.com" {
				t.Errorf("%q: %v", value, f)
			}
		}
		if said != want {
			t.Errorf("%q: %q, want %q", value, said, want)
		}
	}
	if _, err := p.Resolve(); err == nil {
		t.Error("a place that is not filled is an address")
	}
	for _, wrong := range []string{
		`{"name":"idp","asks":{"realm":"main"},"issuer":"https://id.example.com"}`,
		`{"name":"idp","asks":{"realm":"main"},"issuer":"https://{host}/{realm}"}`,
	} {
		if _, err := oauth.ParseProvider([]byte(wrong)); err == nil {
			t.Errorf("accepted: %s", wrong)
		}
	}
}

func TestChainOfAKnownLengthSaysWhenItEnds(t *testing.T) {
	day := 24 * time.Hour
	token := oauth.Token{Refresh: "r", Issued: monday}
	for _, c := range []struct {
		life       oauth.RefreshLifetime
		says       time.Time // the answer
		idle, ends time.Time
	}{
		{},
		{life: oauth.RefreshLifetime{Idle: oauth.Seconds(60 * day)}, idle: monday.Add(60 * day)},
		{life: oauth.RefreshLifetime{Idle: oauth.Seconds(60 * day)}, says: monday.Add(day), idle: monday.Add(day)},
		{life: oauth.RefreshLifetime{Absolute: oauth.Seconds(365 * day)}, ends: monday.Add(355 * day)},
	} {
		token.RefreshExpires = c.says
		if got := c.life.TokenEnds(token); !got.Equal(c.idle) {
			t.Errorf("%+v: unused until %v, want %v", c.life, got, c.idle)
		}
		if got := c.life.ChainEnds(monday.Add(-10 * day)); !got.Equal(c.ends) {
			t.Errorf("%+v: the chain ends %v, want %v", c.life, got, c.ends)
		}
	}
	if got := (oauth.RefreshLifetime{Absolute: 1}).ChainEnds(time.Time{}); !got.IsZero() {
		t.Errorf("a chain of which nobody knows when it began ends %v", got)
	}
}

func TestProviderWithNamesOfItsOwnIsSpokenToInThem(t *testing.T) {
	p, err := oauth.ParseProvider([]byte(`{"name":"ours","token_url":"https://id.example.com/token","authorize_url":"https://id.example.com/go","method":"POST",
		"names":{"client_id":"client_key","refresh_token":"renewal","refresh_token_expires_in":"renewal_life","expires_in":"life","error":"errcode"}}`))
	if err != nil {
		t.Fatal(err)
	}
	if p, err = p.Resolve(); err != nil {
		t.Fatal(err)
	}
	got, err := oauth.ReadAnswer(p, 200, []byte(`{"access_token":"a","renewal":"r","life":60,"renewal_life":"120"}`), monday)
	if err != nil || got.Refresh.Reveal() != "r" || got.Lifetime() != time.Minute || !got.RefreshExpires.Equal(monday.Add(2*time.Minute)) {
		t.Errorf("%v %v", got, err)
	}
	if _, err := oauth.ReadAnswer(p, 400, []byte(`{"errcode":"invalid_grant"}`), monday); !isClass(err, oauth.Dead) {
		t.Errorf("%v", err)
	}
	if got, err := oauth.ReadAnswer(p, 200, []byte(`{"access_token":"a","renewal":"r","life"`), monday); err != nil || got.Refresh.Reveal() != "r" {
		t.Errorf("of an answer that broke off: %v %v", got, err)
	}
	address, err := oauth.AuthorizeURL(p, "app", "https://example.com/back", "state", "")
	if want := "https://id.example.com/go?client_key=app&redirect_uri=https%3A%2F%2Fexample.com%2Fback&response_type=code&state=state"; err != nil || address != want {
		t.Errorf("%s %v", address, err)
	}
	for _, wrong := range []string{`{"secret":"x"}`, `{"client_id":""}`, `{"client_id":"code"}`, `{"client_id":"x","code":"x"}`, `{"scope":"state"}`, `{"client_secret":"grant_type"}`} {
		if _, err := oauth.ParseProvider([]byte(`{"name":"ours","token_url":"https://id.example.com/token","names":` + wrong + `}`)); err == nil {
			t.Errorf("accepted: %s", wrong)
		}
	}
	if _, err := oauth.ParseProvider([]byte(`{"name":"ours","token_url":"https://id.example.com/token","names":{"refresh_token":"rt"},"token_params":{"rt":"junk"}}`)); err == nil {
		t.Error("a parameter takes the refresh token's place")
	}
	if got, err := oauth.ReadAnswer(p, 200, []byte(`{"access_token":"a","renewal":"r","refresh_token":"decoy"}`), monday); err != nil || got.Refresh.Reveal() != "r" {
		t.Errorf("of two: %v %v", got.Refresh.Reveal(), err)
	}
	if _, err := oauth.ReadRedirect(p, "https://example.com/back?errcode=access_denied&state=s", "s"); err == nil || err.Error() != "sign_in_denied (access_denied)" {
		t.Errorf("a no by another name: %v", err)
	}
	if _, err := oauth.ParseProvider([]byte(`{"name":"ours","token_url":"https://id.example.com/token","names":{"client_id":"code","code":"client_id"}}`)); err != nil {
		t.Errorf("two that changed their names: %v", err)
	}
}

func isClass(err error, class oauth.Class) bool {
	x, ok := errors.AsType[*oauth.Error](err)
	return ok && x.Class == class
}

func TestMistakesInAProvidersChainAreRefused(t *testing.T) {
	for _, wrong := range []string{
		`"rotation":"monthly"`, `"redirect":"anywhere"`, `"reuse_grace":-1`, `"reuse_grace":"30s"`, `"refresh_lifetime":{"idle":1e12}`, `"refresh_lifetime":{"days":3}`,
		`"sign_in_codes":{"7":"out_of_paper"}`, `"redirect_uri":"nowhere"`, `"device_url":"http://id.example.com/device"`,
	} {
		if _, err := oauth.ParseProvider([]byte(`{"name":"ours","token_url":"https://id.example.com/token",` + wrong + `}`)); err == nil {
			t.Errorf("accepted: %s", wrong)
		}
	}
}

func TestBuiltInProviderIsAFileThatResolves(t *testing.T) {
	p, err := oauth.BuiltIn().Resolve()
	if err != nil || p.Method != "GET" || p.Codes["96009"] != oauth.Dead || p.SignInCodes["96013"] != "invalid_grant" || p.Title == "" {
		t.Errorf("%+v %v", p, err)
	}
}

func TestTheBuiltInProviderHasTheNameItIsKnownBy(t *testing.T) {
	if name := oauth.BuiltIn().Name; name != oauth.BuiltInName {
		t.Errorf("xiaomi.json calls it %q", name)
	}
}

// What is written alike may still differ: an empty list asks for nothing, and none asks for what the built-in provider does.
func TestProvidersAreOneOnlyWhereTheyAreEqual(t *testing.T) {
	var all oauth.Shared
	plain, again := all.One(oauth.Provider{Name: "xiaomi"}), all.One(oauth.Provider{Name: "xiaomi"})
	empty := all.One(oauth.Provider{Name: "xiaomi", AuthorizeParams: map[string]string{}})
	if plain != again || empty == plain {
		t.Errorf("equal ones are one: %v, others are: %v", plain == again, empty == plain)
	}
	if empty.AuthorizeParams == nil || plain.AuthorizeParams != nil {
		t.Error("one was changed for the other")
	}
}
