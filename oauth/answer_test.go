package oauth_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"freshkey/oauth"
)

var monday = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

func TestAnswerInEveryShapeTheProviderHasUsed(t *testing.T) {
	const clean = `{"access_token":"V3_a","expires_in":259200,"refresh_token":"R3_r","scope":"1 3","token_type":"mac","mac_key":"k","mac_algorithm":"HmacSHA1","openId":"2.0:/x=="}`
	for name, body := range map[string]string{
		"documented":           "&&&START&&&" + clean,
		"blank after prefix":   "&&&START&&& " + clean,
		"no prefix":            clean,
		"lines around it":      "\n&&&START&&&\n" + clean + "\n",
		"number as string":     "&&&START&&&" + strings.Replace(clean, "259200", `"259200"`, 1),
		"blanks in names":      "&&&START&&&" + strings.NewReplacer(`"mac_key"`, `"mac_key "`, `"token_type"`, `" token_type "`).Replace(clean),
		"blanks in values":     "&&&START&&&" + strings.NewReplacer("HmacSHA1", " HmacSha1", `"V3_a"`, `"V3_a "`).Replace(clean),
		"unknown nested":       strings.Replace(clean, `{`, `{"more":{"a":[1,{"b":null}]},`, 1),
		"error zero beside it": strings.Replace(clean, `{`, `{"error":0,`, 1),
	} {
		t.Run(name, func(t *testing.T) {
			got, err := oauth.ReadAnswer(oauth.BuiltIn(), 200, []byte(body), monday)
			if err != nil {
				t.Fatal(err)
			}
			if got.Access.Reveal() != "V3_a" || got.Refresh.Reveal() != "R3_r" || got.MACKey.Reveal() != "k" || got.MACAlgorithm != "HmacSHA1" ||
				got.Type != "mac" || got.OpenID != "2.0:/x==" || got.Scope != "1 3" || got.Lifetime() != 72*time.Hour {
				t.Errorf("got %+v, lifetime %v", got, got.Lifetime())
			}
		})
	}
}

func TestBrokenAnswerStillYieldsTheOnlyCopyOfTheRefreshToken(t *testing.T) {
	got, err := oauth.ReadAnswer(oauth.BuiltIn(), 200, []byte(`&&&START&&&{"access_token":"V3_a","expires_in":259200,"refresh_token":"R3_r","sco`), monday)
	if err != nil || got.Refresh.Reveal() != "R3_r" {
		t.Fatalf("got %q, %v", got.Refresh.Reveal(), err)
	}
	if got.Access != "" {
		t.Error("an access token without its mac_key was taken from a broken answer")
	}
}

func TestVerdictIsNeverDeadWithoutTheCode(t *testing.T) {
	for _, c := range []struct {
		status int
		body   string
		class  oauth.Class
		reason oauth.Reason
	}{
		{400, `&&&START&&&{"error":96009,"error_description":"x"}`, oauth.Dead, oauth.ReasonRefused},
		{200, `{"error":"96009"}`, oauth.Dead, oauth.ReasonRefused},
		{400, `{"error":96004}`, oauth.Dead, oauth.ReasonRefused},
		{400, `{"error":96003}`, oauth.Misconfigured, oauth.ReasonSettings},
		{400, `{"error":96010}`, oauth.Misconfigured, oauth.ReasonSettings},
		{400, `{"error":12345}`, oauth.Transient, oauth.ReasonServer},
		{400, `{"error":"invalid_grant"}`, oauth.Transient, oauth.ReasonServer},
		{502, `<html>96009</html>`, oauth.Uncertain, oauth.ReasonServer},
		{429, ``, oauth.Transient, oauth.ReasonRateLimited},
		{503, ``, oauth.Transient, oauth.ReasonServer},
		{504, `{"error":"upstream timeout"}`, oauth.Uncertain, oauth.ReasonServer}, // a gateway's words, not the provider's
		{500, `{"error":500}`, oauth.Uncertain, oauth.ReasonServer},
		{500, `{"error":96009}`, oauth.Dead, oauth.ReasonRefused},
		{524, `<html>`, oauth.Uncertain, oauth.ReasonServer},
		{408, ``, oauth.Uncertain, oauth.ReasonServer},
		{200, `{"access_token":"V3_a","expires_in":100,"refresh_token":["R3_a"]}`, oauth.Uncertain, oauth.ReasonUnreadable},
		{302, ``, oauth.Transient, oauth.ReasonServer},
		{200, `<html>96009</html>`, oauth.Uncertain, oauth.ReasonUnreadable},
		{200, ``, oauth.Uncertain, oauth.ReasonUnreadable},
		{200, `{}`, oauth.Uncertain, oauth.ReasonUnreadable},
		{200, `{"access_token":"V3_a","expires_in":25`, oauth.Uncertain, oauth.ReasonUnreadable},
		{200, `{"access_token":"V3_a","refresh_token":"R3_broken`, oauth.Uncertain, oauth.ReasonUnreadable},
		{200, `{"access_token":{"x":1},"refresh_token":7.5e`, oauth.Uncertain, oauth.ReasonUnreadable},
	} {
		_, err := oauth.ReadAnswer(oauth.BuiltIn(), c.status, []byte(c.body), monday)
		var x *oauth.Error
		if !errors.As(err, &x) || x.Class != c.class || x.Reason != c.reason {
			t.Errorf("%d %s: got %v, want %s/%s", c.status, c.body, err, c.class, c.reason)
		}
	}
}

// A provider of one's own speaks as RFC 6749 says, and in its own words besides; what it does not say is no proof of anything.
func TestWordsOfAProviderMeanWhatTheStandardSays(t *testing.T) {
	p, err := oauth.Provider{
		Name: "ours", TokenURL: "https://id.example.com/token",
		Codes: map[oauth.ErrorCode]oauth.Class{"token_expired": oauth.Dead, "slow_down": oauth.Uncertain, "40017": oauth.Dead},
	}.Resolve()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		status int
		body   string
		class  oauth.Class
		detail string
	}{
		{400, `{"error":"invalid_grant","error_description":"Token is not active"}`, oauth.Dead, "invalid_grant"},
		{401, `{"error":"invalid_client"}`, oauth.Misconfigured, "invalid_client"},
		{400, `{"error":"unauthorized_client"}`, oauth.Misconfigured, "unauthorized_client"},
		{400, `{"error":"invalid_scope"}`, oauth.Misconfigured, "invalid_scope"},
		{400, `{"error":"unsupported_grant_type"}`, oauth.Misconfigured, "unsupported_grant_type"},
		{503, `{"error":"temporarily_unavailable"}`, oauth.Transient, "temporarily_unavailable"},
		{400, `{"error":"slow_down"}`, oauth.Uncertain, "slow_down"},
		{400, `{"error":"token_expired"}`, oauth.Dead, "token_expired"},
		{400, `{"error":"040017"}`, oauth.Dead, "40017"},
		{400, `{"error":"invalid_request"}`, oauth.Transient, "invalid_request"},
		{502, `{"error":"bad_gateway"}`, oauth.Uncertain, "HTTP 502"},
		{400, `{"error":"Invalid <b>grant</b>"}`, oauth.Transient, "HTTP 400"},
		{400, `{"error":"invalid_grant\u001b[31m"}`, oauth.Transient, "HTTP 400"},
		{400, `{"error":"` + strings.Repeat("x", 41) + `"}`, oauth.Transient, "HTTP 400"},
	} {
		_, err := oauth.ReadAnswer(p, c.status, []byte(c.body), monday)
		var x *oauth.Error
		if !errors.As(err, &x) || x.Class != c.class || x.Detail() != c.detail {
			t.Errorf("%d %s: got %v, want %s (%s)", c.status, c.body, err, c.class, c.detail)
		}
	}
}

func TestAbsurdLifetimesAreBroughtInside(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"0": time.Hour, "-5": time.Hour, `"soon"`: time.Hour, "1e300": 20 * 365 * 24 * time.Hour, "3600.9": time.Hour, "1": time.Second,
	} {
		got, err := oauth.ReadAnswer(oauth.BuiltIn(), 200, []byte(`{"access_token":"a","refresh_token":"r","expires_in":`+text+`}`), monday)
		if err != nil || got.Lifetime() != want {
			t.Errorf("expires_in %s: %v, %v", text, got.Lifetime(), err)
		}
	}
}

func FuzzReadAnswer(f *testing.F) {
	for _, s := range []string{`&&&START&&&{"access_token":"a","refresh_token":"r"}`, `{"error":96009}`, `{"refresh_token":"r","x":[{`, "\ufeff{}", `{"a":1`} {
		f.Add(200, []byte(s))
	}
	p := oauth.BuiltIn()
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		got, err := oauth.ReadAnswer(p, status, body, monday)
		if err == nil && got.Access == "" && got.Refresh == "" {
			t.Error("a token without a token")
		}
		if x, ok := err.(*oauth.Error); ok && x.Class == oauth.Dead && x.Code != "96009" && x.Code != "96004" && x.Code != "invalid_grant" {
			t.Errorf("dead without the code: %v", x)
		}
		if err == nil && !json.Valid(body) && json.Valid(body[len(body)-len(strings.TrimLeft(string(body), " \t\r\n")):]) && got.Access != "" {
			t.Error("an access token from a broken body")
		}
	})
}

func TestSecretsHideFromEveryPrinter(t *testing.T) {
	token := oauth.Token{Access: "planted", Refresh: "planted", MACKey: "planted"}
	var out strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%t"} {
		fmt.Fprintf(&out, verb+verb, token, &token)
	}
	data, err := json.Marshal(token)
	if err != nil {
		t.Fatal(err)
	}
	out.Write(data)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "token", token, "secret", token.Access)
	slog.New(slog.NewTextHandler(&out, nil)).Info("x", "token", token, "secret", token.Access)
	if s := out.String(); strings.Contains(s, "planted") || strings.Contains(s, "706c616e746564") || strings.Contains(s, "cGxhbnRlZH") {
		t.Errorf("a secret shows: %s", s)
	}
}
