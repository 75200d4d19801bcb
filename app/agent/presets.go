package agent

import (
	"fmt"
	"io/fs"
	"slices"

	"freshkey/app/api"
	"freshkey/assets"
	"freshkey/oauth"
)

// presets are the provider files that come with the program, by title.
func presets() ([]oauth.Provider, error) {
	names, err := fs.Glob(assets.Providers, "providers/*.json")
	if err != nil {
		return nil, err
	}
	var all []oauth.Provider
	for _, name := range names {
		data, err := assets.Providers.ReadFile(name)
		if err != nil {
			return nil, err
		}
		p, err := oauth.ParseProvider(data)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		all = append(all, p)
	}
	slices.SortFunc(all, func(a, b oauth.Provider) int { return oauth.CompareNames(a.Title, b.Title) })
	return all, nil
}

// Providers are all that an account can be added with by name: the built-in one, the person's own, and the presets, but for those whose name
// one before them has.
func (a *Agent) Providers() []oauth.Provider {
	known := append([]oauth.Provider{oauth.BuiltIn()}, a.config.get().Providers...)
	own := len(known)
	others, err := presets()
	a.report("presets", err)
	for _, p := range others {
		if !slices.ContainsFunc(known[:own], func(o oauth.Provider) bool { return api.SameName(o.Name, p.Name) }) {
			known = append(known, p)
		}
	}
	return known
}
