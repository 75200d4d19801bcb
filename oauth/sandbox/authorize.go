package sandbox

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const codeLife = 10 * time.Minute

// authorize plays the person who says yes at once, or no if the query has deny=1. It is the person of the newest chain,
// or with person=NAME somebody else. A wrong redirect URI gets an error page and no redirect.
func (s *Server) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	redirect := q.Get("redirect_uri")
	target, err := url.Parse(redirect)
	if err != nil || q.Get("client_id") != s.config.ClientID || q.Get("response_type") != "code" || !s.comesBackTo(redirect) || (s.config.Public && q.Get("code_challenge") == "") {
		http.Error(w, "96010: the redirect address or the app is not registered here", http.StatusBadRequest)
		return
	}
	back := target.Query()
	if state := q.Get("state"); state != "" {
		back.Set("state", state)
	}
	if s.config.Dialect == Plain {
		back.Set("iss", "http://"+r.Host)
	}
	if q.Get("deny") != "" {
		back.Set("error", s.deniedCode())
		back.Set("error_description", "denied")
	} else {
		made := "C3_" + base64.RawURLEncoding.EncodeToString(random(24))
		s.mu.Lock()
		s.codes[made] = code{redirect, s.person(q.Get("person")), time.Now().Add(codeLife), q.Get("code_challenge")}
		s.mu.Unlock()
		back.Set("code", made)
	}
	target.RawQuery = back.Encode()
	http.Redirect(w, r, target.String(), http.StatusFound)
}

// person wants s.mu held. It is an openId.
func (s *Server) person(name string) string {
	if name == "" && len(s.chains) > 0 {
		return s.chains[len(s.chains)-1].openID
	}
	return "2.0:/" + base64.StdEncoding.EncodeToString([]byte("rehearsal "+name))
}

// Matches reports whether a redirect URI fits one of the registered ones (separated by ";"): scheme and port equal,
// host equal or a sub-domain, path equal or a sub-path, query free.
func Matches(registered, redirect string) bool {
	got, err := url.Parse(redirect)
	if err != nil || got.Host == "" {
		return false
	}
	for one := range strings.SplitSeq(registered, ";") {
		want, err := url.Parse(strings.TrimSpace(one))
		if err != nil || want.Scheme != got.Scheme || want.Port() != got.Port() {
			continue
		}
		host := got.Hostname() == want.Hostname() || strings.HasSuffix(got.Hostname(), "."+want.Hostname())
		path := strings.TrimSuffix(want.Path, "/")
		if host && (got.Path == want.Path || got.Path == path || strings.HasPrefix(got.Path, path+"/")) {
			return true
		}
	}
	return false
}
