package agent

import (
	"encoding/json"
	"slices"
	"time"

	"freshkey/oauth"
)

// savedAccount is an account of config.json in little memory, of which there may be thousands: all that have the same provider share it.
type savedAccount struct {
	ID, Name, ClientID, RedirectURI string
	HeldUntil                       time.Time
	Ask, Device                     bool
	provider                        *oauth.Provider // nobody changes it
}

func saved(a oauth.Account) savedAccount {
	p := a.Provider // a copy: a pointer into the account would keep all of it
	return savedAccount{a.ID, a.Name, a.ClientID, a.RedirectURI, a.HeldUntil, a.Ask, a.Device, &p}
}

// account is the same as everybody else has it.
func (s savedAccount) account() oauth.Account {
	return oauth.Account{
		ID: s.ID, Name: s.Name, Provider: *s.provider, ClientID: s.ClientID, RedirectURI: s.RedirectURI,
		HeldUntil: s.HeldUntil, Ask: s.Ask, Device: s.Device,
	}
}

// MarshalJSON writes an oauth.Account.
func (s savedAccount) MarshalJSON() ([]byte, error) { return json.Marshal(s.account()) }

// UnmarshalJSON reads an oauth.Account.
func (s *savedAccount) UnmarshalJSON(data []byte) error {
	var a oauth.Account
	if err := json.Unmarshal(data, &a); err != nil {
		return err
	}
	*s = saved(a)
	return nil
}

// lean are accounts in no more memory than they need: those that were read, or were edited, have their provider each for itself.
func lean(all []savedAccount) []savedAccount {
	var providers oauth.Shared
	shared := map[*oauth.Provider]bool{}
	all = slices.Clone(all) // which leaves no room for more
	for n := range all {
		if p := all[n].provider; !shared[p] {
			all[n].provider = providers.One(*p)
			shared[all[n].provider] = true
		}
	}
	return all
}
