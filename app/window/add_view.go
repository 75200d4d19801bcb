package main

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"freshkey/app/api"
	"freshkey/app/words"
	"freshkey/oauth"
)

// The ways to add an account.
const (
	wayPaste  = "paste"
	wayFields = "fields"
	waySignIn = "signin"
)

func modes() []string { return []string{wayPaste, wayFields, waySignIn} }

// addForm is what was typed so far.
type addForm struct {
	way      string
	provider string // a custom provider's name; empty is Xiaomi
	text     map[string]string
}

// addView is the page for a new account.
type addView struct {
	Way         string
	Providers   []string
	Provider    string
	Name        string   // what it will be called if nobody says otherwise
	Fields      []string // those to fill in, in order
	Hint        string
	Found       string // what was recognised in the paste
	FoundBad    bool
	Saving      bool
	Save        string
	Field       string // the input to mend
	What        string
	Unplaceable bool // the problem belongs to no field
}

func decideAdd(w words.Catalog, m *model, now time.Time) addView {
	v := addView{Way: m.form.way, Saving: m.saving, Provider: m.form.provider, Providers: []string{w.Text("provider.xiaomi")}, Save: w.Text("window.save")}
	for _, p := range m.snapshot.Providers {
		v.Providers = append(v.Providers, p.Name)
	}
	if v.Way == "" {
		v.Way = wayPaste
	}
	if v.Provider == "" {
		v.Provider = v.Providers[0]
	}
	v.Hint, v.Name = w.Text("window.way."+v.Way+".hint"), suggestedName(w, m.snapshot.Accounts)
	switch v.Way {
	case wayPaste:
		v.Fields = []string{"answer", "name"}
		found := oauth.Recognize(m.form.text["answer"], now)
		v.Found, v.FoundBad = describeFound(w, m.form.text["answer"], found, now)
		v.Fields = append(v.Fields, missing(found)...)
	case wayFields:
		v.Fields = []string{"name", "client_id", "client_secret", "redirect_uri", "refresh_token", "token_url"}
	case waySignIn:
		v.Fields = []string{"name", "client_id", "client_secret", "redirect_uri"}
		v.Save = w.Text("window.save.signin")
	}
	if m.problem != nil {
		v.Field, v.What = m.problem.Field, describe(w, m.problem)
		v.Unplaceable = !slices.Contains(v.Fields, v.Field)
	}
	return v
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
	if len(parts) == 0 {
		return w.Text("window.found_nothing"), true
	}
	return w.Text("window.found_this", words.Args{List: strings.Join(parts, " · ")}), false
}

// suggestedName is a name that is not taken.
func suggestedName(w words.Catalog, accounts []api.Account) string {
	base := w.Text("window.field.name.hint")
	name := base
	for n := 2; slices.ContainsFunc(accounts, func(a api.Account) bool { return strings.EqualFold(a.Name, name) }); n++ {
		name = base + " " + strconv.Itoa(n)
	}
	return name
}

// looksLikeSecret reports whether what was typed as a name is what belongs into the paste: secrets, that nobody shall read.
func looksLikeSecret(name string, now time.Time) bool {
	f := oauth.Recognize(name, now)
	return f.ClientSecret != "" || f.Token.Refresh != ""
}

// missing are the fields a paste does not fill.
func missing(f oauth.Pasted) []string {
	var all []string
	for _, field := range []struct{ name, value string }{
		{"client_id", f.ClientID}, {"client_secret", f.ClientSecret.Reveal()}, {"redirect_uri", f.RedirectURI},
	} {
		if field.value == "" {
			all = append(all, field.name)
		}
	}
	return all
}

// fields are all inputs there can be, by the names the API gives them.
func fields() []string {
	return []string{"name", "answer", "client_id", "client_secret", "redirect_uri", "refresh_token", "token_url"}
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

// request is what the form amounts to; name is the one that was suggested.
func (f addForm) request(name string, providers []oauth.Provider, now time.Time) api.AddRequest {
	in := api.AddRequest{
		Name: cmp.Or(strings.TrimSpace(f.text["name"]), name), ClientID: f.text["client_id"], ClientSecret: f.text["client_secret"], RedirectURI: f.text["redirect_uri"],
		Provider: oauth.Provider{Name: "xiaomi"},
	}
	for _, p := range providers {
		if p.Name == f.provider {
			in.Provider = p
		}
	}
	switch f.way {
	case wayFields:
		in.RefreshToken, in.Provider.TokenURL = f.text["refresh_token"], cmp.Or(strings.TrimSpace(f.text["token_url"]), in.Provider.TokenURL)
	case waySignIn:
		in.SignIn = true
	default:
		in.Answer = f.text["answer"]
		found := oauth.Recognize(in.Answer, now)
		in.Provider.TokenURL = cmp.Or(strings.TrimSpace(found.TokenURL), in.Provider.TokenURL)
		in.Provider.AuthorizeURL = cmp.Or(strings.TrimSpace(found.AuthorizeURL), in.Provider.AuthorizeURL)
		in.Provider.APIURL = cmp.Or(strings.TrimSpace(found.APIURL), in.Provider.APIURL)
	}
	return in
}
