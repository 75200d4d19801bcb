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

// farthest is where an account's requests go, beyond this computer if any do: no proxy is on the way to what is on it.
func (a *Agent) farthest() (to *url.URL) {
	for _, account := range a.config.get().Accounts {
		p, err := account.provider.Resolve()
		for _, address := range []string{p.TokenURL, p.APIURL} {
			u, bad := url.Parse(address)
			switch {
			case err != nil, bad != nil, u.Host == "":
			case !isLocal(u.Hostname()):
				return u
			case to == nil:
				to = u
			}
		}
	}
	if to == nil {
		to, _ = url.Parse(oauth.BuiltIn().TokenURL) // it is one
	}
	return to
}

// checkProxy says by which way requests go.
func (a *Agent) checkProxy() api.Check {
	c, to := api.Check{Name: a.words.Text("doctor.proxy"), OK: true}, a.farthest()
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
