package sandbox

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"freshkey/oauth"
)

// Dialect is how a sandbox speaks.
type Dialect string

// The dialects. The empty one is Xiaomi's.
const (
	Xiaomi Dialect = "xiaomi"
	Plain  Dialect = "rfc6749"
)

// Dialects lists them.
func Dialects() []Dialect { return []Dialect{Xiaomi, Plain} }

func (s *Server) plainRoutes() {
	s.mux.HandleFunc("GET /.well-known/openid-configuration", s.metadata)
	s.mux.HandleFunc("POST /oauth2/device", s.beginDevice)
	s.mux.HandleFunc("POST /oauth2/revoke", s.revoke)
	s.mux.HandleFunc("GET /device", s.visitDevice)
	s.mux.HandleFunc("GET /userinfo", s.userinfo)
}

func (s *Server) plainProvider(base string) oauth.Provider {
	p := oauth.Provider{
		Name: "sandbox", Issuer: base, TokenURL: base + "/oauth2/token", AuthorizeURL: base + "/oauth2/authorize", DeviceURL: base + "/oauth2/device",
		RevokeURL: base + "/oauth2/revoke", UserinfoURL: base + "/userinfo", Method: http.MethodPost, AuthMethod: oauth.AuthBasic, PKCE: oauth.PKCES256,
		Redirect: oauth.RedirectLoopback, Rotation: s.config.Rotation, ReuseGrace: oauth.Seconds(s.config.Grace),
	}
	if s.config.Public {
		p.AuthMethod = oauth.AuthNone
	}
	return p
}

// metadata is what the sandbox says of itself (RFC 8414 §2).
func (s *Server) metadata(w http.ResponseWriter, r *http.Request) {
	base := "http://" + r.Host
	methods := []string{"client_secret_basic", "client_secret_post"}
	if s.config.Public {
		methods = []string{"none"}
	}
	tell(w, map[string]any{
		"issuer": base, "authorization_endpoint": base + "/oauth2/authorize", "token_endpoint": base + "/oauth2/token",
		"device_authorization_endpoint": base + "/oauth2/device", "revocation_endpoint": base + "/oauth2/revoke", "userinfo_endpoint": base + "/userinfo",
		"token_endpoint_auth_methods_supported": methods, "code_challenge_methods_supported": []string{"S256"},
		"scopes_supported": []string{"openid", "offline_access"}, "authorization_response_iss_parameter_supported": true,
	})
}

// userinfo tells whose an access token is.
func (s *Server) userinfo(w http.ResponseWriter, r *http.Request) {
	access, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	s.mu.Lock()
	i := s.access[access]
	works := i != nil && !i.chain.dead && time.Now().Before(i.expires)
	s.mu.Unlock()
	if !works {
		w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	tell(w, map[string]any{"sub": i.chain.openID, "name": "Rehearsal"})
}

// revoke ends the chain of a refresh token (RFC 7009); one that is not known is no error.
func (s *Server) revoke(w http.ResponseWriter, r *http.Request) {
	if fromHeader(r) != nil || r.Form.Get("client_id") != s.config.ClientID || (!s.config.Public && r.Form.Get("client_secret") != s.config.ClientSecret) {
		refuse(w, "invalid_client")
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := s.refresh[r.Form.Get("token")]; i != nil {
		i.chain.dead = true
	}
}

// plainBody is an answer as RFC 6749 §5.1 has it.
func (s *Server) plainBody(i *issue) []byte {
	fields := map[string]any{"access_token": i.access, "token_type": "Bearer", "expires_in": int(s.config.Expires.Seconds()), "scope": "openid offline_access"}
	if !i.lasting {
		fields["refresh_token"] = i.refresh
		if s.config.Life > 0 {
			life := s.config.Life
			if s.config.Session {
				life -= time.Since(i.chain.begun)
			}
			fields["refresh_token_expires_in"] = int(life.Seconds())
		}
	}
	body, _ := json.Marshal(fields) // strings and numbers always marshal
	return body
}

// describe says what an answer is: Xiaomi's is text.
func (s *Server) describe(h http.Header) {
	h.Set("Content-Type", "text/plain;charset=UTF-8")
	if s.config.Dialect == Plain {
		h.Set("Content-Type", "application/json")
		h.Set("Cache-Control", "no-store")
	}
}

// lasts reports whether the next refresh leaves the refresh token as it is. It wants s.mu held.
func (s *Server) lasts(live *issue) bool {
	return s.config.Rotation == oauth.RotatesNever || (s.config.Rotation == oauth.RotatesSometimes && !live.lasting)
}

// comesBackTo reports whether a sign-in may end at an address. Plain dialect takes this computer's at any port (RFC 8252 §7.3).
func (s *Server) comesBackTo(redirect string) bool {
	u, err := url.Parse(redirect)
	if err == nil && s.config.Dialect == Plain && u.Scheme == "http" && u.Hostname() == "127.0.0.1" {
		return true
	}
	return Matches(s.config.RedirectURIs, redirect)
}

// provenBy reports whether a verifier is the one whose challenge the sign-in's page was given (RFC 7636 §4.6).
func (c code) provenBy(verifier string) bool {
	if c.challenge == "" {
		return verifier == ""
	}
	sum := sha256.Sum256([]byte(verifier))
	return c.challenge == base64.RawURLEncoding.EncodeToString(sum[:])
}

// fromHeader puts the app's id and secret into the form, if the header Authorization has them (RFC 6749 §2.3.1).
func fromHeader(r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	id, secret, given := r.BasicAuth()
	if !given {
		return nil
	}
	for name, value := range map[string]string{"client_id": id, "client_secret": secret} {
		plain, err := url.QueryUnescape(value)
		if err != nil {
			return err
		}
		r.Form.Set(name, plain)
	}
	return nil
}

// plainWord is what RFC 6749 calls what Xiaomi has a number for.
func plainWord(code int) string {
	switch code {
	case 96001, 96003:
		return "invalid_client"
	case 96004, 96009, 96010, 96013:
		return "invalid_grant"
	case 96006:
		return "unsupported_grant_type"
	case deviceUndecided:
		return string(oauth.DevicePending)
	case deviceHurried:
		return string(oauth.DeviceSlowDown)
	case deviceExpired:
		return "expired_token"
	case 96012:
		return "access_denied"
	case 97777:
		return "out_of_paper" // which nobody knows
	}
	return "invalid_request"
}

// deniedCode is what a person's no is called in the redirect.
func (s *Server) deniedCode() string {
	if s.config.Dialect == Plain {
		return plainWord(96012)
	}
	return "96012"
}

func refuse(w http.ResponseWriter, word string) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	status := http.StatusBadRequest
	if word == "invalid_client" {
		w.Header().Set("WWW-Authenticate", `Basic realm="sandbox"`)
		status = http.StatusUnauthorized
	}
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"error": word, "error_description": "the sandbox says so"})
}

func tell(w http.ResponseWriter, fields map[string]any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_ = json.NewEncoder(w).Encode(fields)
}
