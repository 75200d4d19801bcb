package main

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"freshkey/app/api"
	"freshkey/oauth"
)

// The ways to add an account.
const (
	wayPaste  = "paste"
	wayFields = "fields"
	waySignIn = "signin"
	wayDevice = "device"
)

// ways are all of them, in order.
func ways() []string { return []string{wayPaste, wayFields, waySignIn, wayDevice} }

// addForm is what was typed so far.
type addForm struct {
	way      string // chosen; empty for the provider's usual one
	provider string // its name, or its issuer's address; empty is the built-in one
	text     map[string]string
}

// isTyped reports whether anything was typed into it.
func (f addForm) isTyped() bool {
	for _, text := range f.text {
		if text != "" {
			return true
		}
	}
	return false
}

// formProvider is the one that the form is for.
func (m *model) formProvider() oauth.Provider {
	for _, p := range m.choices() {
		if p.Name == m.form.provider {
			return p
		}
	}
	if p, ok := issuerAt(m.form.provider); ok {
		return p
	}
	return oauth.BuiltIn()
}

// choices are the providers there are. Until the agent has said so, those are the built-in one and the person's own.
func (m *model) choices() []oauth.Provider {
	if len(m.providers) > 0 {
		return m.providers
	}
	return append([]oauth.Provider{oauth.BuiltIn()}, m.snapshot.Providers...)
}

// waysOf are those that a provider has. Where only its issuer knows, a sign-in is offered.
func waysOf(p oauth.Provider) []string {
	all := []string{wayPaste, wayFields}
	if p.AuthorizeURL != "" || p.Undiscovered() {
		all = append(all, waySignIn)
	}
	if p.DeviceURL != "" {
		all = append(all, wayDevice)
	}
	return all
}

// wayOf is the chosen way, if the provider has it, else its usual one: whoever comes with Xiaomi's tokens has them already, and others come to
// sign in.
func wayOf(p oauth.Provider, chosen string) string {
	all := waysOf(p)
	switch {
	case slices.Contains(all, chosen):
		return chosen
	case p.Name == oauth.BuiltInName, len(all) == 2:
		return wayPaste
	}
	return all[2]
}

// fieldsOf are the inputs that a way with a provider asks for, in order.
func fieldsOf(p oauth.Provider, way string, found oauth.Pasted) []string {
	all := slices.Sorted(maps.Keys(p.Asks))
	wanted := func(name string) bool {
		switch name {
		case "redirect_uri":
			return way != wayDevice && (p.NeedsRedirectURI() || p.Undiscovered())
		}
		return true
	}
	given := map[string]bool{}
	if way == wayPaste {
		all = append(all, "answer")
		given = map[string]bool{"client_id": found.ClientID != "", "client_secret": found.ClientSecret != "", "redirect_uri": found.RedirectURI != ""}
	}
	for _, name := range []string{"name", "client_id", "client_secret", "redirect_uri"} {
		if wanted(name) && !given[name] {
			all = append(all, name)
		}
	}
	if way == waySignIn || way == wayDevice {
		all = append(all, "scope")
	}
	if way == wayFields {
		all = append(all, "refresh_token")
		if p.Name == oauth.BuiltInName {
			all = append(all, "token_url")
		}
	}
	return all
}

// fields are all inputs there always are, by the names the API gives them. What a provider asks for itself comes beside.
func fields() []string {
	return []string{"name", "answer", "client_id", "client_secret", "redirect_uri", "refresh_token", "token_url", "scope"}
}

// pasted is what is found in the paste, where there is one.
func (f addForm) pasted(way string, now time.Time) oauth.Pasted {
	if way != wayPaste {
		return oauth.Pasted{}
	}
	return oauth.Recognize(f.text["answer"], now)
}

// asShown is the form without what stands in fields that are hidden: what was typed there once would be stored, and nobody sees it.
func (f addForm) asShown(p oauth.Provider, now time.Time) addForm {
	way := wayOf(p, f.way)
	shown := fieldsOf(p, way, f.pasted(way, now))
	text := maps.Clone(f.text)
	maps.DeleteFunc(text, func(name, _ string) bool { return !slices.Contains(shown, name) })
	f.text = text
	return f
}

// request is what the form amounts to; name is the one that was suggested. The error is a *oauth.FieldError: a place in the provider's addresses
// is not filled.
func (f addForm) request(name string, p oauth.Provider, now time.Time) (api.AddRequest, error) {
	f = f.asShown(p, now)
	in := api.AddRequest{
		Name: cmp.Or(strings.TrimSpace(f.text["name"]), name), ClientID: f.text["client_id"], ClientSecret: f.text["client_secret"], RedirectURI: f.text["redirect_uri"],
	}
	p, err := p.Fill(f.text)
	if p.Name == oauth.BuiltInName {
		p = oauth.Provider{Name: p.Name} // what a later version knows better is not kept
	}
	if p.Name == "" { // nobody has called it anything yet
		p.Title = ""
	}
	in.Provider = p
	if scopes := strings.Fields(f.text["scope"]); len(scopes) > 0 {
		in.Provider.Scopes = scopes
	}
	switch way := wayOf(p, f.way); way {
	case wayFields:
		in.RefreshToken, in.Provider.TokenURL = f.text["refresh_token"], cmp.Or(strings.TrimSpace(f.text["token_url"]), in.Provider.TokenURL)
	case waySignIn, wayDevice:
		in.SignIn, in.Device = true, way == wayDevice
	default:
		in.Answer = f.text["answer"]
		in.Provider = oauth.Recognize(in.Answer, now).Over(in.Provider)
	}
	return in, err
}
