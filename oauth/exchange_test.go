package oauth_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/sandbox"
)

// serve starts a sandbox on a loopback socket and returns it with its base address.
func serve(t *testing.T, c sandbox.Config) (*sandbox.Server, string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := sandbox.New(c)
	go s.Serve(l)
	t.Cleanup(func() { l.Close() })
	return s, "http://" + l.Addr().String()
}

func form(s *sandbox.Server, refresh string) url.Values {
	return url.Values{
		"client_id": {sandbox.DefaultClientID}, "client_secret": {s.ClientSecret().Reveal()}, "redirect_uri": {sandbox.DefaultRedirectURI},
		"grant_type": {"refresh_token"}, "refresh_token": {refresh},
	}
}

func firstToken(t *testing.T, s *sandbox.Server) oauth.Token {
	t.Helper()
	token, err := oauth.ReadAnswer(oauth.BuiltIn(), 200, s.NewChain(), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func TestSentOnceUnderConnectionResets(t *testing.T) {
	for _, method := range []string{"GET", "POST"} {
		for fault, hits := range map[sandbox.Fault]int{
			sandbox.ResetBefore: 0, sandbox.ResetAfter: 1, sandbox.Drop: 1, sandbox.Truncate: 1, sandbox.Redirect: 1, sandbox.Busy: 1,
		} {
			t.Run(method+" "+string(fault), func(t *testing.T) {
				s, base := serve(t, sandbox.Config{})
				if err := s.Break(fault, -1); err != nil {
					t.Fatal(err)
				}
				p, err := oauth.Provider{Name: "xiaomi", TokenURL: base + "/oauth2/token", Method: method}.Resolve()
				if err != nil {
					t.Fatal(err)
				}
				_, err = oauth.Exchange{}.Send(t.Context(), p, form(s, firstToken(t, s).Refresh.Reveal()), nil)
				var x *oauth.Error
				if errors.As(err, &x) && x.Class != oauth.Uncertain && hits > 0 {
					t.Errorf("class %s, want uncertain: the request was read", x.Class)
				}
				if c := s.Counts(); c.Hits != hits || c.Connections != 1 {
					t.Errorf("%d hits over %d connections, want %d over 1", c.Hits, c.Connections, hits)
				}
			})
		}
	}
}

func TestNoConnectionCostsNothingAndNamesNoSecret(t *testing.T) {
	p, err := oauth.Provider{Name: "xiaomi", TokenURL: "http://127.0.0.1:1/token"}.Resolve()
	if err != nil {
		t.Fatal(err)
	}
	_, err = oauth.Exchange{}.Send(t.Context(), p, url.Values{"client_secret": {"planted"}}, nil)
	var x *oauth.Error
	if !errors.As(err, &x) || x.Class != oauth.Offline || strings.Contains(err.Error(), "planted") {
		t.Errorf("got %v", err)
	}
}

func TestCallerWhoGivesUpDoesNotCutAWrittenRequest(t *testing.T) {
	s, base := serve(t, sandbox.Config{})
	if err := s.Break(sandbox.Slow, 1); err != nil {
		t.Fatal(err)
	}
	p, err := s.Provider(base).Resolve()
	if err != nil {
		t.Fatal(err)
	}
	token := firstToken(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		for s.Counts().Hits == 0 {
			time.Sleep(time.Millisecond)
		}
		cancel()
	}()
	reply, err := oauth.Exchange{}.Send(ctx, p, form(s, token.Refresh.Reveal()), nil)
	if err != nil || ctx.Err() == nil {
		t.Fatalf("reply lost: %v", err)
	}
	if next, err := oauth.ReadAnswer(p, reply.Status, reply.Body, reply.Received); err != nil || next.Refresh == token.Refresh {
		t.Errorf("no new token: %v", err)
	}
}

func TestHugeAnswerIsCutOffAndBroken(t *testing.T) {
	s, base := serve(t, sandbox.Config{})
	if err := s.Break(sandbox.Huge, 1); err != nil {
		t.Fatal(err)
	}
	p, _ := s.Provider(base).Resolve()
	reply, err := oauth.Exchange{}.Send(t.Context(), p, form(s, "x"), nil)
	if err != nil || len(reply.Body) != 1<<20 || !reply.Cut {
		t.Fatalf("%d bytes, broken %v, %v", len(reply.Body), reply.Cut, err)
	}
	if _, err := oauth.ReadAnswer(p, reply.Status, reply.Body, reply.Received); err == nil {
		t.Error("a token from noise")
	}
}

func TestSandboxSpeaksTheDialect(t *testing.T) {
	s, base := serve(t, sandbox.Config{Blank: true})
	p, _ := s.Provider(base).Resolve()
	token := firstToken(t, s)
	if n := len(token.Access.Reveal()); n != 179 || len(token.Refresh.Reveal()) != 217 || len(token.MACKey.Reveal()) != 27 || !strings.HasPrefix(token.OpenID, "2.0:/") {
		t.Errorf("shapes: access %d, refresh %d, mac key %d, openId %s", n, len(token.Refresh.Reveal()), len(token.MACKey.Reveal()), token.OpenID)
	}
	for _, c := range []struct {
		field, value string
		code         int
	}{
		{"client_secret", "", 96002},
		{"client_id", "1", 96001},
		{"client_secret", "wrong", 96003},
		{"grant_type", "password", 96006},
		{"redirect_uri", "http://127.0.0.1:9999/callback", 96010},
		{"refresh_token", "R3_unknown", 96009},
	} {
		f := form(s, token.Refresh.Reveal())
		f.Set(c.field, c.value)
		reply, err := oauth.Exchange{}.Send(t.Context(), p, f, nil)
		if err != nil {
			t.Fatal(err)
		}
		var x *oauth.Error
		if _, err := oauth.ReadAnswer(p, reply.Status, reply.Body, monday); !errors.As(err, &x) || x.Code.Number() != c.code {
			t.Errorf("%s=%q: got %v, want %d", c.field, c.value, err, c.code)
		}
	}
	u, _ := url.Parse(base + "/user/profile?clientId=" + sandbox.DefaultClientID + "&token=" + url.QueryEscape(token.Access.Reveal()))
	nonce := oauth.Nonce(time.Now())
	for n, want := range []string{`"code":0`, `"code":96012`} { // the nonce is remembered
		req, _ := http.NewRequestWithContext(t.Context(), "GET", u.String(), nil)
		req.Header.Set("Authorization", oauth.MACHeader(token, nonce, "GET", u))
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		var body [200]byte
		m, _ := resp.Body.Read(body[:])
		resp.Body.Close()
		if !strings.Contains(string(body[:m]), want) {
			t.Errorf("call %d: %s, want %s", n, body[:m], want)
		}
	}
}

// The transport may deliver a connection at the moment the attempt is given up; whatever then went out would be answered to
// nobody.
func TestNothingIsWrittenOnceAnAttemptIsGivenUp(t *testing.T) {
	ours, theirs := net.Pipe()
	defer theirs.Close()
	if err := oauth.GiveUpAsConnected(ours); err.Class != oauth.Offline {
		t.Errorf("said to be %s", err.Class)
	}
	if _, err := ours.Write([]byte("x")); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("writing says %v", err)
	}
}

// An endpoint's own query stays, whatever is asked (RFC 6749 §3.2).
func TestEndpointKeepsItsQuery(t *testing.T) {
	for _, method := range []string{"GET", "POST"} {
		var asked []string
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_ = r.ParseForm()
			asked = append(asked, r.Form.Get("policy")+" "+r.Form.Get("refresh_token"))
			_, _ = w.Write([]byte(`{"access_token":"a","refresh_token":"r"}`))
		}))
		for _, query := range []string{"?policy=b", "?policy=b&", "?"} {
			p, err := oauth.Provider{Name: "x", TokenURL: server.URL + "/token" + query, Method: method}.Resolve()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := (oauth.Exchange{}).Send(t.Context(), p, url.Values{"refresh_token": {"r1"}}, nil); err != nil {
				t.Error(err)
			}
		}
		server.Close()
		if want := []string{"b r1", "b r1", " r1"}; !slices.Equal(asked, want) {
			t.Errorf("%s: asked %q", method, asked)
		}
	}
	page, err := oauth.AuthorizeURL(oauth.Provider{AuthorizeURL: "https://id.example.com/go?policy=b"}, "app", "https://example.com/cb", "s", "")
	if err != nil || !strings.HasPrefix(page, "https://id.example.com/go?policy=b&client_id=app&") {
		t.Errorf("%s %v", page, err)
	}
}

// Whether a call was sent is what a script has to know before it makes it again.
func TestCallThatWasSentIsNotSaidToBeUnsent(t *testing.T) {
	conns := make(chan net.Conn, 1)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		_, _ = c.Read(make([]byte, 4096))
		_ = c.Close()
		conns <- c
	}()
	call := func() error {
		_, err := oauth.Exchange{}.Call(t.Context(), oauth.Provider{UserinfoURL: "https://id.example.com"}, "app", oauth.Token{Access: "a"}, oauth.Request{Method: "POST", URL: "http://" + l.Addr().String()}, time.Now())
		return err
	}
	if x, ok := errors.AsType[*oauth.Error](call()); !ok || x.Reason != oauth.ReasonCallUnanswered || x.Class == oauth.Offline {
		t.Errorf("sent: %v", x)
	}
	<-conns
	_ = l.Close()
	if x, ok := errors.AsType[*oauth.Error](call()); !ok || x.Class != oauth.Offline {
		t.Errorf("unsent: %v", x)
	}
}
