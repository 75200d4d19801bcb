package agent

import (
	"net/netip"
	"net/url"

	"freshkey/app/api"
	"freshkey/app/words"
	"freshkey/oauth"
)

// exchange is the way to the providers.
func (a *Agent) exchange() oauth.Exchange { return oauth.Exchange{Proxy: a.proxy} }

// proxy is the proxy on the way to a scheme and host, as the settings say; nil for none. A setting that cannot be read is an error: going
// straight is not what the person wanted.
func (a *Agent) proxy(to *url.URL) (*url.URL, error) {
	switch setting := a.config.get().Settings.Proxy; {
	case setting == api.NoProxy, isLocal(to.Hostname()):
		return nil, nil
	case setting != "":
		return api.ParseProxy(setting)
	}
	return a.desk.Proxy(to)
}

// isLocal reports whether a host is this computer, which no proxy is on the way to.
func isLocal(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || (err == nil && ip.IsLoopback())
}

// checkProxy says by which way requests go: to the first account's provider, or to the built-in one.
func (a *Agent) checkProxy() api.Check {
	c := api.Check{Name: a.words.Text("doctor.proxy"), OK: true}
	endpoint := oauth.BuiltIn().TokenURL
	for _, account := range a.config.get().Accounts {
		if p, err := account.provider.Resolve(); err == nil {
			endpoint = p.TokenURL
			break
		}
	}
	to, err := url.Parse(endpoint)
	if err != nil {
		to = &url.URL{}
	}
	via, err := a.proxy(&url.URL{Scheme: to.Scheme, Host: to.Host})
	switch {
	case err != nil:
		c.OK, c.Result, c.Advice = false, a.words.Text("doctor.proxy.bad"), a.words.Text("settings.proxy.advice")
	case via == nil:
		c.Result = a.words.Text("doctor.proxy.none", words.Args{Address: to.Host})
	default:
		c.Result = a.words.Text("doctor.proxy.via", words.Args{Address: via.Redacted(), Name: to.Host})
	}
	return c
}
