package oauth

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

// What a browser brings back, or a person pastes, is anybody's text.
func FuzzReadRedirect(f *testing.F) {
	f.Add("https://example.com/callback?code=C3_abc&state=mine", "mine")
	f.Add("?error=96012&state=mine", "mine")
	f.Add("C3_abc", "")
	f.Add("https://example.com/#code=x&state=%zz", "s")
	f.Fuzz(func(t *testing.T, text, state string) {
		code, err := ReadRedirect(Provider{Issuer: "https://id.example.com"}, text, state)
		switch {
		case err == nil && (code == "" || len(code) > 4096 || strings.ContainsAny(code.Reveal(), " \t\r\n")):
			t.Errorf("a code that is none: %q", code.Reveal())
		case err != nil && code != "":
			t.Error("a code and an error")
		case err == nil && state != "" && strings.HasPrefix(strings.TrimSpace(text), "?") && !strings.Contains(text, "state="):
			t.Error("taken without the state")
		}
	})
}

// A provider file comes from somebody else.
func FuzzParseProvider(f *testing.F) {
	f.Add([]byte(`{"name":"xiaomi"}`))
	f.Add([]byte(`{"name":"x","token_url":"https://example.com/token","codes":{"1":"dead"}}`))
	f.Add([]byte(`{"name":"x","token_url":"http://example.com/token"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := ParseProvider(data)
		if err != nil {
			return
		}
		r, err := p.Resolve()
		if err != nil {
			t.Fatalf("taken, and cannot be used: %v", err)
		}
		if !strings.HasPrefix(r.TokenURL, "https://") && !strings.HasPrefix(r.TokenURL, "http://") {
			t.Errorf("secrets would go to %q", r.TokenURL)
		}
		written, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		again, err := ParseProvider(written)
		if err != nil {
			t.Fatalf("%s cannot be read back: %v", written, err)
		}
		if rewritten, err := json.Marshal(again); err != nil || !bytes.Equal(rewritten, written) {
			t.Errorf("%s is read back as %s (%v)", written, rewritten, err)
		}
	})
}
