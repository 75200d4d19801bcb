package door

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"freshkey/app/api"
	"freshkey/oauth"
	"freshkey/oauth/keeper"
)

const address = "127.0.0.1:17465"

// house has two accounts, and counts how often somebody got as far as their tokens.
type house struct {
	keys  []Key
	given int
	used  []string
	asked func() // before a token is given
	fails error  // instead
}

func (h *house) Keys() []Key { return h.keys }

func (h *house) AccountID(ref string) string {
	return map[string]string{"work": "a1", "a1": "a1", "home": "b2"}[ref]
}

func (h *house) Token(context.Context, Key, string, time.Duration) (api.Token, error) {
	h.given++
	if h.asked != nil {
		h.asked()
	}
	if h.fails != nil {
		return api.Token{}, h.fails
	}
	return api.Token{AccessToken: "planted-token", MACKey: "planted-mac", TokenType: "mac"}, nil
}

func (h *house) Sign(_ context.Context, _ Key, _ string, call api.Call) (api.Signature, error) {
	h.given++
	return api.Signature{Header: "Authorization: planted-token", Method: call.Method, URL: call.URL}, nil
}

func (h *house) Signs(account string) bool { return account == "a1" }

func (h *house) Refused(why Refusal) *api.Problem {
	return &api.Problem{Code: api.CodeUsage, Reason: "refused", What: string(why)}
}

func (h *house) Used(k Key, _ *http.Request, status int) {
	h.used = append(h.used, k.Name+" "+http.StatusText(status))
}

func (h *house) Guarded(_ string, work func()) bool { work(); return false }

// opened is a house with a key that opens one account in some forms.
func opened(forms ...api.Form) (h *house, secret string) {
	secret = NewSecret()
	return &house{keys: []Key{{Name: "postman", SHA256: Sum(secret), Accounts: []string{"a1"}, Forms: forms, Origins: []string{"https://tests.example.com"}}}}, secret
}

type visit struct {
	method, path, host, key, origin, body string
}

func (h *house) visited(v visit) *httptest.ResponseRecorder {
	r := httptest.NewRequest(v.method, v.path, strings.NewReader(v.body))
	r.Host = v.host
	if v.key != "" {
		r.Header.Set("Authorization", "Bearer "+v.key)
	}
	if v.origin != "" {
		r.Header.Set("Origin", v.origin)
	}
	w := httptest.NewRecorder()
	(&door{address: address, agent: h}).ServeHTTP(w, r)
	return w
}

const tokenPath = "/v1/accounts/work/token"

func TestNobodyGetsATokenWithoutBusinessHere(t *testing.T) {
	for name, c := range map[string]struct {
		forms  []api.Form
		visit  visit
		status int
	}{
		"no key":                      {Forms(), visit{"GET", tokenPath, address, "-", "", ""}, 401},
		"a key that is none":          {Forms(), visit{"GET", tokenPath, address, "fkd_x", "", ""}, 401},
		"the sum for a key":           {Forms(), visit{"GET", tokenPath, address, "SUM", "", ""}, 401},
		"a name that leads here":      {Forms(), visit{"GET", tokenPath, "rebound.example.com:17465", "", "", ""}, 421},
		"localhost, which has others": {Forms(), visit{"GET", tokenPath, "localhost:17465", "", "", ""}, 421},
		"another page":                {Forms(), visit{"GET", tokenPath, address, "", "https://elsewhere.example.com", ""}, 403},
		"a page from a file":          {Forms(), visit{"GET", tokenPath, address, "", "null", ""}, 403},
		"another page asks before":    {Forms(), visit{"OPTIONS", tokenPath, address, "-", "https://elsewhere.example.com", ""}, 403},
		"another account":             {Forms(), visit{"GET", "/v1/accounts/home/token", address, "", "", ""}, 403},
		"no account":                  {Forms(), visit{"GET", "/v1/accounts/nobody/token", address, "", "", ""}, 403},
		"no account's name":           {Forms(), visit{"GET", "/v1/accounts//token", address, "", "", ""}, 403},
		"another call":                {Forms(), visit{"DELETE", "/v1/accounts/work", address, "", "", ""}, 404},
		"a call of the socket":        {Forms(), visit{"POST", "/v1/quit", address, "", "", ""}, 404},
		"another method":              {Forms(), visit{"POST", tokenPath, address, "", "", ""}, 404},
		"another form":                {[]api.Form{api.FormHeader}, visit{"GET", tokenPath, address, "", "", ""}, 403},
		"no form for headers":         {[]api.Form{api.FormAccessToken}, visit{"POST", "/v1/accounts/work/sign", address, "", "", `{"method":"GET","url":"https://x"}`}, 403},
		"a length that is none":       {Forms(), visit{"GET", tokenPath + "?min_valid=x", address, "", "", ""}, 400},
		"a body that is none":         {Forms(), visit{"POST", "/v1/accounts/work/sign", address, "", "", `{"methods":"GET"}`}, 400},
	} {
		h, secret := opened(c.forms...)
		switch c.visit.key {
		case "":
			c.visit.key = secret
		case "-":
			c.visit.key = ""
		case "SUM":
			c.visit.key = h.keys[0].SHA256
		}
		got := h.visited(c.visit)
		if got.Code != c.status || h.given != 0 || strings.Contains(got.Body.String(), "planted") {
			t.Errorf("%s: %d, want %d; given %d times: %s", name, got.Code, c.status, h.given, got.Body)
		}
		var failed struct{ Error api.Problem }
		if err := json.Unmarshal(got.Body.Bytes(), &failed); err != nil || failed.Error.What == "" || len(h.used) != 1 {
			t.Errorf("%s: %v, in the log %q: %s", name, err, h.used, got.Body)
		}
		if allowed := got.Header().Get("Access-Control-Allow-Origin"); allowed != "" {
			t.Errorf("%s: a page of %s may read it", name, allowed)
		}
	}
}

func TestKeyShowsItsFormsAndNoOther(t *testing.T) {
	for name, c := range map[string]struct {
		forms      []api.Form
		token, mac bool
	}{
		"token": {[]api.Form{api.FormAccessToken, api.FormHeader}, true, false},
		"mac":   {[]api.Form{api.FormMACKey}, false, true},
		"both":  {Forms(), true, true},
	} {
		h, secret := opened(c.forms...)
		got := h.visited(visit{"GET", tokenPath + "?min_valid=1m", address, secret, "", ""})
		body := got.Body.String()
		if got.Code != 200 || strings.Contains(body, "planted-token") != c.token || strings.Contains(body, "planted-mac") != c.mac {
			t.Errorf("%s: %d %s", name, got.Code, body)
		}
		if got.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: a browser may keep it", name)
		}
	}
	h, secret := opened(api.FormHeader)
	got := h.visited(visit{"POST", "/v1/accounts/work/sign", address, secret, "", `{"method":"PUT","url":"https://api.example.com/"}`})
	if got.Code != 200 || !strings.Contains(got.Body.String(), `"method":"PUT"`) {
		t.Errorf("%d %s", got.Code, got.Body)
	}
}

// A bearer token's header is the token: a key for headers alone does not open it.
func TestKeyForHeadersOpensNoBearerToken(t *testing.T) {
	h, secret := opened(api.FormHeader)
	h.keys[0].Accounts = []string{"b2"}
	got := h.visited(visit{"POST", "/v1/accounts/home/sign", address, secret, "", `{"method":"GET","url":"https://api.example.com/"}`})
	if got.Code != 403 || h.given != 0 {
		t.Errorf("%d %s", got.Code, got.Body)
	}
}

// A person is asked, and takes the key back meanwhile.
func TestKeyThatIsTakenBackMeanwhileOpensNothing(t *testing.T) {
	h, secret := opened(Forms()...)
	h.asked = func() { h.keys = nil }
	if got := h.visited(visit{"GET", tokenPath, address, secret, "", ""}); got.Code != 401 || strings.Contains(got.Body.String(), "planted") {
		t.Errorf("%d %s", got.Code, got.Body)
	}
}

func TestPageThatIsWelcomeMayReadTheAnswer(t *testing.T) {
	h, secret := opened(Forms()...)
	const page = "https://tests.example.com"
	before := h.visited(visit{"OPTIONS", tokenPath, address, "", page, ""})
	if before.Code != 204 || before.Header().Get("Access-Control-Allow-Origin") != page || !strings.Contains(before.Header().Get("Access-Control-Allow-Headers"), "Authorization") {
		t.Errorf("asked beforehand: %d %v", before.Code, before.Header())
	}
	if got := h.visited(visit{"GET", tokenPath, address, secret, page, ""}); got.Code != 200 || got.Header().Get("Access-Control-Allow-Origin") != page {
		t.Errorf("%d %v", got.Code, got.Header())
	}
	h.keys = append(h.keys, Key{Name: "other", SHA256: Sum("another"), Accounts: []string{"a1"}, Forms: Forms()})
	if got := h.visited(visit{"GET", tokenPath, address, "another", page, ""}); got.Code != 403 {
		t.Errorf("with a key for no page: %d", got.Code)
	}
}

func TestOriginsAreWrittenAsBrowsersWriteThem(t *testing.T) {
	for text, want := range map[string]string{
		"https://Tests.example.com/": "https://tests.example.com", "https://tests.example.com:443": "https://tests.example.com", "http://127.0.0.1:3000": "http://127.0.0.1:3000",
		"null": "", "*": "", "https://a.example.com/page": "", "file:///x": "", "https://": "", "https://u:p@a.example.com": "", "https://*.example.com": "", "https://a.example.com:": "", "https://bücher.example": "",
	} {
		if got, ok := ParseOrigin(text); got != want || ok != (want != "") {
			t.Errorf("%q: %q %v", text, got, ok)
		}
	}
}

// A tool that tries again what comes with 503 does so while the provider is down, and not where a person said no or has to do something.
func TestStatusTellsAToolWhetherToTryAgain(t *testing.T) {
	for name, c := range map[string]struct {
		fails  *api.Problem
		status int
	}{
		"the provider is down":    {&api.Problem{Code: api.CodeFailed, Reason: oauth.ReasonServer}, 503},
		"the provider is busy":    {&api.Problem{Code: api.CodeFailed, Reason: oauth.ReasonRateLimited}, 503},
		"offline":                 {&api.Problem{Code: api.CodeOffline, Reason: oauth.ReasonNoConnection}, 503},
		"the keychain is locked":  {&api.Problem{Code: api.CodeKeychain, Reason: keeper.ReasonLocked}, 503},
		"a person said no":        {&api.Problem{Code: api.CodeFailed, Reason: api.ReasonNotAllowed}, 403},
		"a person has to sign in": {&api.Problem{Code: api.CodeSignIn, Reason: oauth.ReasonRefused}, 409},
		"settings are wrong":      {&api.Problem{Code: api.CodeFailed, Reason: oauth.ReasonSettings}, 500},
	} {
		h, secret := opened(api.FormAccessToken)
		h.fails = c.fails
		if got := h.visited(visit{"GET", tokenPath, address, secret, "", ""}); got.Code != c.status {
			t.Errorf("%s: %d, want %d", name, got.Code, c.status)
		}
	}
}
