package keeper

import (
	"time"

	"freshkey/oauth"
)

// settings are an account's. They are not changed: an edit brings others.
type settings struct {
	ID, Name, ClientID, RedirectURI string
	HeldUntil                       time.Time
	Ask, Device                     bool
	provider                        *provider
}

// account is what they are to everybody else.
func (s settings) account() oauth.Account {
	return oauth.Account{
		ID: s.ID, Name: s.Name, Provider: *s.provider.configured, ClientID: s.ClientID, RedirectURI: s.RedirectURI,
		HeldUntil: s.HeldUntil, Ask: s.Ask, Device: s.Device,
	}
}

// provider is one that accounts have, with what follows from it. All accounts that have the same share it: it would be most of what an account
// takes, and there may be thousands.
type provider struct {
	configured *oauth.Provider
	endpoint   string
	origins    []string // where it would have the secrets go
	chain      chainRules
	unusable   bool // no provider can be made of it
}

// settingsLocked are an account's settings as the keeper has them.
func (k *Keeper) settingsLocked(a oauth.Account) settings {
	configured := k.distinct.One(a.Provider)
	p := k.providers[configured]
	if p == nil {
		p = newProvider(configured)
		k.providers[configured] = p
	}
	return settings{a.ID, a.Name, a.ClientID, a.RedirectURI, a.HeldUntil, a.Ask, a.Device, p}
}

func newProvider(configured *oauth.Provider) *provider {
	p, err := configured.Resolve()
	n := &provider{
		configured: configured, endpoint: p.TokenURL, unusable: err != nil,
		chain: chainRules{p.Rotation, time.Duration(p.ReuseGrace), p.RefreshLifetime},
	}
	if err == nil {
		n.origins = p.Origins()
	}
	return n
}
