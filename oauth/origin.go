package oauth

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
)

// Origins are where a provider's addresses lead, as scheme, host and port, in order: what an account's secrets, and whatever a person
// types into the sign-in page, are sent to. p is a resolved one.
func (p Provider) Origins() []string {
	var all []string
	for name, address := range p.addresses() {
		if o := origin(*address); o != "" && name != "issuer" { // which is not asked any more
			all = append(all, o)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// origin is an address's, as RFC 6454 has it: a port that goes without saying is left out. It is empty where there is no host.
func origin(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return ""
	}
	scheme, host := strings.ToLower(u.Scheme), strings.ToLower(u.Host)
	if port := map[string]string{"https": ":443", "http": ":80"}[scheme]; port != "" {
		host = strings.TrimSuffix(host, port)
	}
	return scheme + "://" + strings.TrimSuffix(host, ":")
}

// Host is where a provider is, for people: of one whose addresses have places to be filled, with these.
func (p Provider) Host() string {
	address := cmp.Or(p.TokenURL, p.Issuer)
	if u, err := url.Parse(address); err == nil {
		return u.Host
	}
	host, _, _ := strings.Cut(strings.TrimPrefix(address, "https://"), "/")
	return host
}
