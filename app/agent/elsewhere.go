package agent

import (
	"cmp"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"freshkey/app/api"
	"freshkey/oauth"
	"freshkey/oauth/journal"
	"freshkey/oauth/keeper"
)

// ownedElsewhere is why a refresh token that a person brings for an account of that name is not to be spent here: it has left this computer, or
// another profile knows it.
func (a *Agent) ownedElsewhere(ctx context.Context, refresh oauth.Secret, name string) error {
	if refresh != "" && a.hasLeft(refresh) {
		return a.usage("refresh_token", "problem.left_token", name)
	}
	return a.knownElsewhere(ctx, refresh)
}

// hasLeft reports whether a refresh token has left this computer with an account, from any of the person's profiles: it is another's to spend.
func (a *Agent) hasLeft(refresh oauth.Secret) bool {
	profiles, err := api.Profiles()
	a.report("list profiles", err)
	for _, p := range profiles {
		known := &a.moves
		if p != a.options.Profile {
			dir, err := p.StateDir()
			if err != nil {
				continue
			}
			known = &moves{path: filepath.Join(dir, movesFile)}
		}
		if known.took(refresh.Fingerprint()) {
			return true
		}
	}
	return false
}

// knownElsewhere looks for a refresh token in the person's other profiles: two agents would spend it for each other.
// *keptElsewhere if one holds it, keeper.ErrSpent if one has used it.
func (a *Agent) knownElsewhere(ctx context.Context, refresh oauth.Secret) error {
	profiles, err := api.Profiles()
	a.report("list profiles", err)
	for _, p := range profiles {
		theirs := accountsOf(p)
		if p == a.options.Profile || len(theirs) == 0 {
			continue
		}
		vault := a.options.Open(p.Service())
		for _, account := range theirs {
			record, err := vault.Get(ctx, account.ID)
			if err != nil {
				continue
			}
			switch journal.Knows(record, refresh) {
			case journal.Current:
				return &keptElsewhere{account.Name, cmp.Or(p.Name(), "default")}
			case journal.UsedUp:
				return keeper.ErrSpent
			}
		}
	}
	return nil
}

// readProfile is the config of a profile, if it can be read.
func readProfile(p api.Profile) (config, bool) {
	data, err := profileFile(p)
	if err != nil {
		return config{}, false
	}
	c, err := parseConfig(data)
	return c, err == nil
}

func profileFile(p api.Profile) ([]byte, error) {
	dir, err := p.ConfigDir()
	if err != nil {
		return nil, err
	}
	return os.ReadFile(filepath.Join(dir, "config.json"))
}

// accountsOf are a profile's accounts. Settings that cannot be read name those still whose ids stand in them, and a history names the others: what
// is kept in the keychain is theirs all the same.
func accountsOf(p api.Profile) (all []savedAccount) {
	if c, ok := readProfile(p); ok {
		return c.Accounts
	}
	broken, _ := profileFile(p) // there may be none
	for _, found := range idInside.FindAllSubmatch(broken, -1) {
		all = append(all, savedAccount{ID: string(found[1]), Name: string(found[1])})
	}
	state, err := p.StateDir()
	if err != nil {
		return all
	}
	histories, _ := os.ReadDir(filepath.Join(state, "history"))
	for _, h := range histories {
		if id, isHistory := strings.CutSuffix(h.Name(), ".jsonl"); isHistory && isAccountID(id) {
			all = append(all, savedAccount{ID: id, Name: id})
		}
	}
	return all
}

// idInside finds the accounts' ids in settings that cannot be parsed.
var idInside = regexp.MustCompile(`"id"\s*:\s*"([0-9a-f]{8,64})"`)
