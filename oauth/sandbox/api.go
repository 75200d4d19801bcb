package sandbox

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"freshkey/oauth"
)

var macHeader = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^MAC access_token="([^"]*)", ?nonce="([^"]*)", ?mac="([^"]*)"$`)
})

// openAPI serves the two calls that prove a token works. A MAC header is verified when it is there.
func (s *Server) openAPI(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	s.mu.Lock()
	i := s.access[q.Get("token")]
	s.mu.Unlock()
	switch {
	case i == nil || time.Now().After(i.expires):
		say(w, 96008, nil)
		return
	case q.Get("clientId") != s.config.ClientID:
		say(w, 96012, nil)
		return
	}
	if header := r.Header.Get("Authorization"); header != "" && !s.signed(r, i, header) {
		say(w, 96012, nil)
		return
	}
	if strings.HasSuffix(r.URL.Path, "openidV2") {
		say(w, 0, map[string]string{"openId": i.chain.openID})
		return
	}
	say(w, 0, map[string]string{"miliaoNick": "Rehearsal", "unionId": "sandbox"})
}

// Works reports whether an access token works now.
func (s *Server) Works(access oauth.Secret) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.access[access.Reveal()]
	return i != nil && time.Now().Before(i.expires)
}

// signed verifies token, clock window of ten minutes, nonce memory and signature.
func (s *Server) signed(r *http.Request, i *issue, header string) bool {
	parts := macHeader().FindStringSubmatch(header)
	if parts == nil {
		return false
	}
	var values [3]string
	for n := range values {
		var err error
		if values[n], err = url.QueryUnescape(parts[n+1]); err != nil {
			return false
		}
	}
	token, nonce, mac := values[0], values[1], values[2]
	_, minutes, _ := strings.Cut(nonce, ":")
	at, err := strconv.ParseInt(minutes, 10, 64)
	if away := time.Now().Unix()/60 - at; err != nil || away > 10 || away < -10 {
		return false
	}
	s.mu.Lock()
	seen := s.nonces[nonce]
	s.nonces[nonce] = true
	s.mu.Unlock()
	u := *r.URL
	u.Host = r.Host
	return !seen && token == i.access && mac == oauth.Sign(oauth.Secret(i.macKey), nonce, r.Method, &u)
}

func say(w http.ResponseWriter, code int, data any) {
	body := map[string]any{"result": "ok", "description": "no error", "code": code, "data": data}
	if code != 0 {
		body["result"], body["description"] = "error", "refused"
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(body)
}

// AboutPath answers only on a sandbox: a default profile looks here and keeps away.
const AboutPath = "/sandbox/about"

// About is the body behind AboutPath.
const About = "freshkey sandbox\n"

// control adds what a person or a harness steers a served sandbox with.
func (s *Server) control() {
	s.mux.HandleFunc("GET "+AboutPath, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(About)) })
	s.mux.HandleFunc("GET /sandbox/counts", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(s.Counts())
	})
	s.mux.HandleFunc("POST /sandbox/chain", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(s.Credentials("http://" + r.Host))
	})
	s.mux.HandleFunc("POST /sandbox/kill", func(w http.ResponseWriter, _ *http.Request) { s.Kill() })
	s.mux.HandleFunc("POST /sandbox/fault", func(w http.ResponseWriter, r *http.Request) {
		times, err := strconv.Atoi(r.FormValue("times"))
		if err != nil {
			times = 1
		}
		if err := s.Break(Fault(r.FormValue("name")), times); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
		}
	})
}
