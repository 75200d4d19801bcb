// Package sandbox is a provider for rehearsals, and every test's opponent. It speaks one of two dialects: that of Xiaomi Account, or plain
// OAuth 2.0 (RFC 6749, with PKCE, sign-in on another device, revocation and discovery).
//
// It checks what the real one checks, in the same order, rotates refresh tokens and takes each of them once, misbehaves
// on demand, and counts what must not happen. All methods are safe for use by any goroutine.
package sandbox

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"freshkey/oauth"
)

// Config is what one sandbox accepts and answers. Zero fields get working defaults.
type Config struct {
	Dialect       Dialect
	ClientID      string
	ClientSecret  string
	RedirectURIs  string         // as registered: several are separated by ";"
	Expires       time.Duration  // of access tokens, whole seconds
	NoPrefix      bool           // leave out &&&START&&&
	Blank         bool           // put a blank behind the prefix
	ErrorStatus   int            // HTTP status of an error answer: 400 or 200
	RateLimit     int            // token requests a second; 0 means no limit
	RevokeOnReuse bool           // a spent refresh token presented again kills its chain …
	Grace         time.Duration  // … unless it was spent this short a time ago: then it gets the same answer again
	Rotation      oauth.Rotation // what a refresh does to the refresh token; the default is always
	Public        bool           // the app has no secret
	Life          time.Duration  // of refresh tokens, as plain answers say it; 0 for unsaid …
	Session       bool           // … from the sign-in, whatever is refreshed
}

// Credentials a person or a test uses when the config names none. They open nothing but a sandbox.
const (
	DefaultClientID     = "2882303761517000001"
	DefaultClientSecret = "rehearsal/secret+only=="
	DefaultRedirectURI  = "http://127.0.0.1:8765/callback"
)

// Server is one rehearsal provider.
type Server struct {
	config Config
	mux    *http.ServeMux

	mu      sync.Mutex // guards what follows; never held while writing to a connection
	chains  []*chain
	refresh map[string]*issue // by refresh token
	access  map[string]*issue // by access token
	codes   map[string]code
	devices map[string]*device // by device code
	nonces  map[string]bool
	faults  map[Fault]int // times left; negative is for ever
	counts  Counts
	delay   time.Duration
	second  time.Time // the second the rate limit counts in
	inIt    int
}

// chain is one person's succession of tokens.
type chain struct {
	openID string
	begun  time.Time
	live   *issue
	dead   bool
}

// issue is one generation.
type issue struct {
	chain   *chain
	access  string
	refresh string
	macKey  string
	expires time.Time
	spent   time.Time // zero if it is not
	lasting bool      // it has the refresh token of the one before it
}

type code struct {
	redirect  string
	openID    string
	expires   time.Time
	challenge string // PKCE's; empty without
}

// New makes a sandbox. Serve it with Serve, or use it as an http.Handler.
func New(c Config) *Server {
	fill(&c.ClientID, DefaultClientID)
	fill(&c.ClientSecret, DefaultClientSecret)
	fill(&c.RedirectURIs, DefaultRedirectURI)
	if c.Expires == 0 {
		c.Expires = 72 * time.Hour
	}
	if c.ErrorStatus == 0 {
		c.ErrorStatus = http.StatusBadRequest
	}
	s := &Server{
		config: c, mux: http.NewServeMux(), refresh: map[string]*issue{}, access: map[string]*issue{},
		codes: map[string]code{}, devices: map[string]*device{}, nonces: map[string]bool{}, faults: map[Fault]int{},
	}
	s.counts.Presented = map[string]int{}
	s.mux.HandleFunc("/oauth2/token", s.token)
	s.mux.HandleFunc("GET /oauth2/authorize", s.authorize)
	if c.Dialect == Plain {
		s.plainRoutes()
	} else {
		s.mux.HandleFunc("GET /user/profile", s.openAPI)
		s.mux.HandleFunc("GET /user/openidV2", s.openAPI)
	}
	s.control()
	return s
}

func fill(field *string, fallback string) {
	if *field == "" {
		*field = fallback
	}
}

// ServeHTTP answers as the provider would.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// Provider is the provider's data for a client of a sandbox at base, for example "http://127.0.0.1:4000".
func (s *Server) Provider(base string) oauth.Provider {
	if s.config.Dialect == Plain {
		return s.plainProvider(base)
	}
	return oauth.Provider{
		Name: oauth.BuiltInName, TokenURL: base + "/oauth2/token", AuthorizeURL: base + "/oauth2/authorize", APIURL: base,
	}
}

// Account is a ready account for a client of a sandbox at base.
func (s *Server) Account(id, name, base string) oauth.Account {
	return oauth.Account{ID: id, Name: name, Provider: s.Provider(base), ClientID: s.config.ClientID, RedirectURI: DefaultRedirectURI}
}

// ClientSecret is the secret the sandbox accepts.
func (s *Server) ClientSecret() oauth.Secret { return oauth.Secret(s.config.ClientSecret) }

// NewChain starts a chain as a sign-in would and returns the body of the answer, prefix and all.
func (s *Server) NewChain() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &chain{openID: "2.0:" + base64.StdEncoding.EncodeToString(append([]byte{0xff, 0xf0}, random(18)...))}
	s.chains = append(s.chains, c)
	return s.body(s.rotate(c), nil)
}

// Credentials is a new chain with the app's settings beside it, ready to be piped into "freshkey add" or pasted into the
// window. With the sandbox's base address it names the endpoints too.
func (s *Server) Credentials(base string) []byte {
	answer := bytes.TrimSpace(bytes.TrimPrefix(s.NewChain(), []byte("&&&START&&&")))
	fields := map[string]string{"client_id": s.config.ClientID, "client_secret": s.config.ClientSecret, "redirect_uri": DefaultRedirectURI}
	if s.config.Public {
		delete(fields, "client_secret")
	}
	switch {
	case base == "":
	case s.config.Dialect == Plain: // what it is like, it says itself
		fields["issuer"] = base
	default:
		p := s.Provider(base)
		fields["token_url"], fields["authorize_url"], fields["api_url"] = p.TokenURL, p.AuthorizeURL, p.APIURL
	}
	app, _ := json.Marshal(fields) // strings always marshal
	return append(append(app[:len(app)-1], ','), answer[1:]...)
}

// rotate wants s.mu held.
func (s *Server) rotate(c *chain) *issue {
	i := newIssue(c, s.config.Expires)
	if c.live == nil {
		c.begun = time.Now()
	}
	if c.live != nil {
		if i.lasting = s.lasts(c.live); i.lasting {
			i.refresh = c.live.refresh
		} else {
			c.live.spent = time.Now()
		}
	}
	c.live = i
	s.refresh[i.refresh], s.access[i.access] = i, i
	return i
}

func newIssue(c *chain, life time.Duration) *issue {
	return &issue{
		chain: c, access: "V3_" + base64.RawURLEncoding.EncodeToString(random(132)), refresh: "R3_" + base64.RawURLEncoding.EncodeToString(random(160)),
		macKey: base64.RawURLEncoding.EncodeToString(random(20)), expires: time.Now().Add(life),
	}
}

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return b
}

// Counts is what the sandbox saw.
type Counts struct {
	Connections int            `json:"connections"` // accepted, by Serve
	Hits        int            `json:"hits"`        // requests read by the token endpoint
	Refreshes   int            `json:"refreshes"`   // rotations on a refresh request
	Issued      int            `json:"issued"`      // tokens that a refresh or a code was turned into, and not forgotten
	Reuses      int            `json:"reuses"`      // spent refresh tokens presented
	Presented   map[string]int `json:"presented"`   // times each refresh token was presented, by fingerprint
	Live        []string       `json:"live"`        // fingerprints of the refresh tokens that work now
	Deliveries  []Delivery     `json:"deliveries"`  // answers whose refresh token was written whole
}

// Delivery is one answer that left the sandbox.
type Delivery struct {
	Fingerprint string    `json:"fingerprint"` // of the refresh token in it
	At          time.Time `json:"at"`
}

// Counts returns what was seen so far.
func (s *Server) Counts() Counts {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.counts
	c.Presented = make(map[string]int, len(s.counts.Presented))
	for k, v := range s.counts.Presented {
		c.Presented[k] = v
	}
	c.Live = []string{} // in JSON a list, also where there is none
	for _, chain := range s.chains {
		if !chain.dead {
			c.Live = append(c.Live, oauth.Secret(chain.live.refresh).Fingerprint())
		}
	}
	c.Deliveries = append([]Delivery(nil), s.counts.Deliveries...)
	return c
}

// Kill ends all chains, as a person who withdraws the app's access does.
func (s *Server) Kill() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.chains {
		c.dead = true
	}
}
