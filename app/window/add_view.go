package main

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"freshkey/app/api"
	"freshkey/app/words"
	"freshkey/oauth"
)

// addView is the page for a new account.
type addView struct {
	Ways     []string // that the provider has
	Way      string
	Provider string            // as people call it
	Source   string            // where what is known of the provider comes from …
	SourceAt string            // … and where that is to be read
	Name     string            // what it will be called if nobody says otherwise
	Fields   []string          // those to fill in, in order
	Examples map[string]string // what may stand in some of them
	Hint     string
	Found    string // what was recognised in the paste
	FoundBad bool
	Saving   bool
	Save     string
	Test     bool // there is something to be tried out
	Tested   string
	Field    string // the input to mend
	What     string

	Unplaceable bool // the problem belongs to no field
}

func decideAdd(w words.Catalog, m *model, now time.Time) addView {
	p := m.formProvider()
	v := addView{
		Ways: waysOf(p), Way: wayOf(p, m.form.way), Provider: title(w, p), Saving: m.saving, Save: w.Text("window.save"), Examples: maps.Clone(p.Asks),
		Name: suggestedName(w, p, m.snapshot.Accounts), Tested: m.tested,
	}
	if p.Documentation != "" {
		v.SourceAt, v.Source = p.Documentation, w.Text("window.preset", words.Args{Address: p.Documentation, Detail: p.Read})
	}
	v.Hint = w.Text("window.way." + v.Way + ".hint")
	found := m.form.pasted(v.Way, now)
	switch v.Way {
	case wayPaste:
		v.Found, v.FoundBad = describeFound(w, m.form.text["answer"], found, now)
	case waySignIn, wayDevice:
		v.Save = w.Text("window.save.signin")
	}
	if address := registered(p); v.Way == waySignIn && address != "" {
		v.Hint = api.Join(v.Hint, w.Text("window.register", words.Args{Address: address}))
	}
	v.Fields, v.Test = fieldsOf(p, v.Way, found), v.Way != wayPaste
	if missing := missingIn(w, p, found, v.Fields); v.Found != "" && !v.FoundBad && missing != "" {
		v.Found += "\n" + w.Text("window.found_missing", words.Args{List: missing})
	}
	if p.RedirectURI != "" {
		v.Examples = withExample(v.Examples, "redirect_uri", w.Text("window.optional", words.Args{Address: p.RedirectURI}))
	}
	if len(p.Scopes) > 0 {
		v.Examples = withExample(v.Examples, "scope", strings.Join(p.Scopes, " "))
	}
	if !p.NeedsSecret() {
		v.Examples = withExample(v.Examples, "client_secret", w.Text("window.no_secret"))
	}
	if m.problem != nil {
		v.Field, v.What = m.problem.Field, describe(w, m.problem)
		v.Unplaceable = !slices.Contains(v.Fields, v.Field)
	}
	return v
}

// title is what people call a provider.
func title(w words.Catalog, p oauth.Provider) string {
	if id := "provider." + p.Name; p.Name == oauth.BuiltInName {
		return w.Text(id)
	}
	return cmp.Or(p.Title, p.Name)
}

// registered is the address that the person has to tell the provider, if the person has a choice.
func registered(p oauth.Provider) string {
	if p.Redirect == oauth.RedirectLoopback {
		return cmp.Or(p.RedirectURI, "http://127.0.0.1/callback")
	}
	return p.RedirectURI
}

func withExample(all map[string]string, name, example string) map[string]string {
	if all == nil {
		all = map[string]string{}
	}
	all[name] = example
	return all
}

// missingIn names what has to be filled in beside a paste, and what cannot be: without a refresh token there is no chain.
func missingIn(w words.Catalog, p oauth.Provider, f oauth.Pasted, fields []string) string {
	var names []string
	for _, field := range fields {
		switch {
		case field == "answer", field == "name", field == "redirect_uri" && p.RedirectURI != "", field == "client_secret" && !p.NeedsSecret():
		default:
			names = append(names, w.Text("window.field."+field))
		}
	}
	if f.Token.Refresh == "" {
		names = append(names, w.Text("window.field.refresh_token"))
	}
	return strings.Join(names, ", ")
}

// describeFound says what a paste holds, secrets by their kind only.
func describeFound(w words.Catalog, text string, f oauth.Pasted, now time.Time) (said string, bad bool) {
	if strings.TrimSpace(text) == "" {
		return "", false
	}
	var parts []string
	add := func(id, value string) {
		if value != "" {
			parts = append(parts, strings.TrimSpace(w.Text("window.field."+id)+" "+value))
		}
	}
	hidden := func(s oauth.Secret) string {
		if s == "" {
			return ""
		}
		return "●●●●"
	}
	add("client_id", f.ClientID)
	add("client_secret", hidden(f.ClientSecret))
	add("redirect_uri", f.RedirectURI)
	add("refresh_token", hidden(f.Token.Refresh))
	if f.Token.Access != "" {
		left := w.Text("window.left", words.Args{Left: w.Span(f.Token.ValidFor(now))})
		parts = append(parts, w.Text("window.found.access_token")+" "+left)
	}
	add("token_url", f.TokenURL)
	add("issuer", f.Issuer)
	if len(parts) == 0 && isRedirect(text, now) {
		return w.Text("window.found_redirect"), true
	}
	if len(parts) == 0 {
		return w.Text("window.found_nothing"), true
	}
	return w.Text("window.found_this", words.Args{List: strings.Join(parts, " · ")}), false
}

// isRedirect reports whether a paste is the address that a sign-in ended at.
func isRedirect(text string, now time.Time) bool {
	return oauth.StateIn(text) != "" && strings.Contains(text, "code=") && oauth.Recognize(text, now) == (oauth.Pasted{})
}

// suggestedName is a name that is not taken.
func suggestedName(w words.Catalog, p oauth.Provider, accounts []*api.Account) string {
	base := w.Text("window.field.name.hint")
	if p.Name != oauth.BuiltInName {
		base = title(w, p)
	}
	name := base
	for n := 2; slices.ContainsFunc(accounts, func(a *api.Account) bool { return strings.EqualFold(a.Name, name) }); n++ {
		name = base + " " + strconv.Itoa(n)
	}
	return name
}

// looksLikeSecret reports whether what was typed as a name is what belongs into the paste: secrets, that nobody shall read.
func looksLikeSecret(name string, now time.Time) bool {
	f := oauth.Recognize(name, now)
	return f.ClientSecret != "" || f.Token.Refresh != ""
}

// fieldOf is where a problem of the API is shown: what was wrong in a pasted answer stands beside the paste.
func fieldOf(p *api.Problem, pasted bool) *api.Problem {
	moved := *p
	switch p.Field {
	case "input", "error", "access_token", "expires_in", "expires_at", "mac_key", "mac_algorithm", "token_type":
		moved.Field, moved.Flaw = "answer", "" // the key is what stands in the paste
	case "refresh_token":
		if pasted {
			moved.Field, moved.Flaw = "answer", ""
		}
	}
	return &moved
}
