package keeper

import "time"

// surroundings are the facts that are not one account's alone.
type surroundings struct {
	quietUntil time.Time // no scheduled request before: the network is settling
	news       time.Time // when the machine woke or the network came up last
	answers    time.Time // when the account's token endpoint answered again, after an outage
	opened     time.Time // when the keychain may have been opened last
	share      int       // the setting: percent of the lifetime left when a token is due
	machine    string    // this computer
	paused     bool      // a person has locked, and wants nothing refreshed meanwhile
	yields     bool      // the account's rival has the refresh token still, or has used it
}

// surroundingsLocked are an account's.
func (k *Keeper) surroundingsLocked(a *account) surroundings {
	return surroundings{
		quietUntil: k.rest.until, news: k.rest.news, answers: k.outages[a.shared.facts.settings.provider.endpoint].over, opened: k.opened, share: k.share, machine: k.config.Machine, paused: k.paused, yields: k.yieldsLocked(a),
	}
}
