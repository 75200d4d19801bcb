//go:build !linux

package desktop

import (
	"net/http"
	"net/url"

	"github.com/mattn/go-ieproxy"
)

// systemProxies are those of the system's settings, a script for them included.
type systemProxies struct{}

func (systemProxies) For(to *url.URL) (*url.URL, error) {
	ieproxy.ReloadConf() // they may have changed since
	return ieproxy.GetProxyFunc()(&http.Request{URL: to})
}
