package sandbox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"freshkey/oauth"
)

// token is the token endpoint. Its checks run in the order of Xiaomi's: parameters, client, secret, grant type, redirect,
// and the code or refresh token last.
func (s *Server) token(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil || (r.Method != http.MethodGet && r.Method != http.MethodPost) {
		s.fail(w, 96002)
		return
	}
	s.mu.Lock()
	s.counts.Hits++
	limited := s.limited()
	s.mu.Unlock()
	if limited {
		w.Header().Set("Retry-After", "1")
		w.WriteHeader(http.StatusTooManyRequests)
		return
	}
	if s.refuseEarly(w, r) {
		return
	}
	if s.config.Dialect == Plain {
		if err := fromHeader(r); err != nil || r.Method != http.MethodPost {
			s.fail(w, 96002)
			return
		}
	}
	if code := s.refused(r.Form); code != 0 {
		s.fail(w, code)
		return
	}
	next, code := s.redeem(r.Form, s.takes(Rollback) != "")
	if code != 0 {
		s.fail(w, code)
		return
	}
	s.answer(w, r, next)
}

// limited wants s.mu held.
func (s *Server) limited() bool {
	if s.config.RateLimit == 0 {
		return false
	}
	if second := time.Now().Truncate(time.Second); !second.Equal(s.second) {
		s.second, s.inIt = second, 0
	}
	s.inIt++
	return s.inIt > s.config.RateLimit
}

func (s *Server) refused(form url.Values) int {
	kind := form.Get("grant_type")
	proof := map[string]string{"refresh_token": "refresh_token", "authorization_code": "code", oauth.DeviceGrant: "device_code"}[kind]
	plain := s.config.Dialect == Plain
	for _, name := range []string{"client_id", "client_secret", "redirect_uri", "grant_type", proof} {
		needless := (name == "redirect_uri" && plain && kind != "authorization_code") || (name == "client_secret" && s.config.Public)
		if name != "" && !needless && form.Get(name) == "" {
			return 96002
		}
	}
	switch {
	case form.Get("client_id") != s.config.ClientID:
		return 96001
	case !s.config.Public && form.Get("client_secret") != s.config.ClientSecret:
		return 96003
	case proof == "", proof == "device_code" && !plain:
		return 96006
	case plain: // compared with the code's
		return 0
	case !Matches(s.config.RedirectURIs, form.Get("redirect_uri")):
		return 96010
	}
	return 0
}

// redeem spends a code, of whatever kind, or a refresh token. With rollback the provider forgets what it did as soon as it has answered.
func (s *Server) redeem(form url.Values, rollback bool) (*issue, int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if form.Get("grant_type") == oauth.DeviceGrant {
		return s.redeemDevice(form.Get("device_code"))
	}
	if form.Get("grant_type") == "authorization_code" {
		c, ok := s.codes[form.Get("code")]
		delete(s.codes, form.Get("code"))
		if !ok || time.Now().After(c.expires) || c.redirect != form.Get("redirect_uri") || !c.provenBy(form.Get("code_verifier")) {
			return nil, 96013
		}
		return s.begin(c.openID), 0
	}
	token := form.Get("refresh_token")
	s.counts.Presented[oauth.Secret(token).Fingerprint()]++
	i := s.refresh[token]
	switch {
	case i == nil || i.chain.dead:
		return nil, 96009
	case !i.spent.IsZero() && time.Since(i.spent) < s.config.Grace:
		return i.chain.live, 0
	case !i.spent.IsZero():
		s.counts.Reuses++
		i.chain.dead = s.config.RevokeOnReuse
		return nil, 96009
	}
	if rollback {
		forgotten := newIssue(i.chain, s.config.Expires)
		s.access[forgotten.access] = forgotten
		return forgotten, 0
	}
	s.counts.Refreshes++
	s.counts.Issued++
	return s.rotate(i.chain), 0
}

// begin starts a person's chain. It wants s.mu held.
func (s *Server) begin(openID string) *issue {
	fresh := &chain{openID: openID}
	s.chains = append(s.chains, fresh)
	s.counts.Issued++
	return s.rotate(fresh)
}

// answer delivers a new generation, or loses it on the way as the faults say.
func (s *Server) answer(w http.ResponseWriter, r *http.Request, i *issue) {
	fault := s.takes(Drop, Stall, Slow, Truncate, TruncateLate, Garbage, Gateway, WrongTypes, Blanks)
	body := s.body(i, &fault)
	s.pause()
	switch fault {
	case Drop:
		reset(w)
		return
	case Stall:
		_ = send(w, body[:1])
		<-r.Context().Done()
		return
	case Slow:
		select {
		case <-time.After(2 * time.Second):
		case <-r.Context().Done():
		}
	case Truncate, TruncateLate:
		w.Header().Set("Content-Length", fmt.Sprint(len(body)))
		_ = send(w, truncated(body, i.refresh, fault))
		if fault == TruncateLate {
			s.delivered(i)
		}
		panic(http.ErrAbortHandler)
	case Gateway:
		w.WriteHeader(http.StatusGatewayTimeout)
		return
	case Garbage:
		body = random(300)
	}
	s.describe(w.Header())
	if send(w, body) == nil {
		s.delivered(i)
	}
}

// send writes an answer or a piece of one, and has it go out at once.
func send(w http.ResponseWriter, body []byte) error {
	if _, err := w.Write(body); err != nil {
		return err
	}
	return http.NewResponseController(w).Flush()
}

// truncated is an answer up to the middle of its refresh token, or, late, to just behind it.
func truncated(body []byte, refresh string, fault Fault) []byte {
	at := strings.Index(string(body), refresh) + 40
	if fault == TruncateLate {
		at += len(refresh) - 38 // the closing quote is there
	}
	return body[:at]
}

func (s *Server) delivered(i *issue) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counts.Deliveries = append(s.counts.Deliveries, Delivery{oauth.Secret(i.refresh).Fingerprint(), time.Now()})
}

// body spells the answer out; the faults Blanks and WrongTypes show in it.
func (s *Server) body(i *issue, fault *Fault) []byte {
	if s.config.Dialect == Plain {
		return s.plainBody(i)
	}
	type field struct {
		name  string
		value any
	}
	fields := []field{
		{"access_token", i.access},
		{"expires_in", int(s.config.Expires.Seconds())},
		{"refresh_token", i.refresh},
		{"scope", "1 3"},
		{"token_type", "mac"},
		{"mac_key", i.macKey},
		{"mac_algorithm", "HmacSHA1"},
		{"openId", i.chain.openID},
	}
	if fault != nil && *fault == WrongTypes {
		fields[1].value, fields[3].value, fields[7].value = fmt.Sprint(fields[1].value), 1, []int{1}
	}
	if fault != nil && *fault == Blanks {
		fields[4].name, fields[5].name, fields[6].value = "token_type ", "mac_key ", " HmacSha1"
	}
	parts := make([]string, len(fields))
	for n, f := range fields {
		value, _ := json.Marshal(f.value) // strings, numbers and lists of numbers always marshal
		parts[n] = fmt.Sprintf("%q:%s", f.name, value)
	}
	return s.wrap("{" + strings.Join(parts, ",") + "}")
}

func (s *Server) wrap(body string) []byte {
	prefix := "&&&START&&&"
	if s.config.Dialect == Plain {
		prefix = ""
	}
	if s.config.Blank {
		prefix += " "
	}
	if s.config.NoPrefix {
		prefix = ""
	}
	return []byte(prefix + body)
}

func (s *Server) fail(w http.ResponseWriter, code int) {
	if s.config.Dialect == Plain {
		refuse(w, plainWord(code))
		return
	}
	w.WriteHeader(s.config.ErrorStatus)
	_, _ = w.Write(s.wrap(fmt.Sprintf(`{"error":%d,"error_description":"sandbox says %d"}`, code, code)))
}
