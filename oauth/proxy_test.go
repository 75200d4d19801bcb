package oauth_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync/atomic"
	"testing"

	"freshkey/oauth"
)

// The address of a refresh is full of secrets; what chooses a proxy, which may be a script from the network, is told where it goes
// and no more.
func TestWhoChoosesTheProxySeesNoSecret(t *testing.T) {
	var through atomic.Int64
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		through.Add(1)
		_, _ = w.Write([]byte(`&&&START&&&{"error":96009}`))
	}))
	defer proxy.Close()
	p, err := oauth.Provider{Name: "xiaomi", TokenURL: "http://127.0.0.1:1/oauth2/token"}.Resolve()
	if err != nil {
		t.Fatal(err)
	}
	var told string
	x := oauth.Exchange{Proxy: func(to *url.URL) (*url.URL, error) {
		told = to.String()
		return url.Parse(proxy.URL)
	}}
	if _, err := x.Send(t.Context(), p, url.Values{"refresh_token": {"planted"}}, nil); err != nil {
		t.Fatal(err)
	}
	if told != "http://127.0.0.1:1" || through.Load() != 1 {
		t.Errorf("told %q; %d requests through the proxy", told, through.Load())
	}
}

// A proxy that cannot be told is no reason to go without one.
func TestNothingIsSentPastAProxyThatIsNotKnown(t *testing.T) {
	var hits atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { hits.Add(1) }))
	defer server.Close()
	p, err := oauth.Provider{Name: "xiaomi", TokenURL: server.URL}.Resolve()
	if err != nil {
		t.Fatal(err)
	}
	unknown := oauth.Exchange{Proxy: func(*url.URL) (*url.URL, error) { return nil, errors.New("no such proxy") }}
	_, err = unknown.Send(t.Context(), p, url.Values{}, nil)
	if x, ok := errors.AsType[*oauth.Error](err); !ok || x.Class != oauth.Offline || hits.Load() != 0 {
		t.Errorf("%v, %d requests", err, hits.Load())
	}
}
