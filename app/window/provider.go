package main

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"freshkey/app/api"
	"freshkey/app/words"
	"freshkey/oauth"
)

// providerForm is a provider as text in entries; what has no entry stays as it was.
type providerForm struct {
	before  oauth.Provider
	entries map[string]*field
	choices map[string]*dropdown
}

func providerFields() []string {
	return []string{"name", "issuer", "authorize_url", "token_url", "device_url", "userinfo_url", "revoke_url", "api_url", "scopes", "prefix", "codes"}
}

// providerChoice is what of a provider is one of several words. The first is what it is if nobody says.
type providerChoice struct {
	name  string
	words []string
	value string
}

func providerChoices(p oauth.Provider) []providerChoice {
	return []providerChoice{
		{"method", []string{"GET", "POST"}, p.Method},
		{"auth_method", []string{string(oauth.AuthPost), string(oauth.AuthBasic), string(oauth.AuthNone)}, string(p.AuthMethod)},
		{"pkce", []string{noPKCE, string(oauth.PKCES256)}, string(p.PKCE)},
		{"redirect", []string{string(oauth.RedirectRegistered), string(oauth.RedirectLoopback)}, string(p.Redirect)},
		{"rotation", []string{string(oauth.RotatesAlways), string(oauth.RotatesNever), string(oauth.RotatesSometimes)}, string(p.Rotation)},
	}
}

// noPKCE stands for none in the list.
const noPKCE = "–"

// providerForm is the form of a provider, and its entries in the order of the form.
func (w *Window) providerForm(p oauth.Provider) (f providerForm, form *widget.Form, fields []*field) {
	f = providerForm{before: p, entries: map[string]*field{}, choices: map[string]*dropdown{}}
	if p.Name == "" {
		p.Method = "POST" // of a new one, as RFC 6749 §3.2 has it
	}
	texts := map[string]string{
		"name": p.Name, "issuer": p.Issuer, "authorize_url": p.AuthorizeURL, "token_url": p.TokenURL, "device_url": p.DeviceURL, "userinfo_url": p.UserinfoURL,
		"revoke_url": p.RevokeURL, "api_url": p.APIURL, "scopes": strings.Join(p.Scopes, " "), "prefix": p.Prefix, "codes": writeCodes(p.Codes),
	}
	form = widget.NewForm()
	for _, name := range providerFields() {
		e := w.field()
		e.SetText(texts[name])
		if name == "issuer" {
			e.SetPlaceHolder(w.words.Text("provider.issuer.hint"))
		}
		if name == "codes" {
			e.SetPlaceHolder("96009 dead, 96003 misconfigured")
		}
		f.entries[name] = e
		fields = append(fields, e)
		form.Append(w.words.Text("provider."+name), e)
	}
	for _, c := range providerChoices(p) {
		list := w.dropdown(c.words, nil)
		list.SetSelected(cmp.Or(c.value, c.words[0]))
		f.choices[c.name] = list
		form.Append(w.words.Text("provider."+c.name), list)
	}
	return f, form, fields
}

// editProvider opens a provider of the person's own; n is its place, or -1 for a new one.
func (w *Window) editProvider(p oauth.Provider, n int) {
	f, form, fields := w.providerForm(p)
	outcome := wrapped("")
	test := w.button(w.words.Text("provider.test"), nil, func() { w.testProvider(f, outcome) })
	content := container.NewVBox(form, container.NewBorder(nil, nil, test, nil, outcome))
	w.openForm(w.words.Text("provider.title"), w.words.Text("edit.save"), content, fields, func() func(context.Context) error {
		p, err := f.provider()
		all := w.providersWith(&p, n)
		return func(ctx context.Context) error {
			if err != nil {
				return err
			}
			return w.client.SetProviders(ctx, all)
		}
	}, func(m *model) { m.problem = nil })
}

func (f providerForm) provider() (oauth.Provider, error) {
	text := func(name string) string { return strings.TrimSpace(f.entries[name].Text) }
	p := f.before
	p.Name, p.AuthorizeURL, p.TokenURL, p.APIURL = text("name"), text("authorize_url"), text("token_url"), text("api_url")
	p.Issuer, p.DeviceURL, p.UserinfoURL, p.RevokeURL = text("issuer"), text("device_url"), text("userinfo_url"), text("revoke_url")
	p.Prefix = text("prefix")
	if p.Scopes = nil; text("scopes") != "" {
		p.Scopes = strings.Fields(text("scopes"))
	}
	f.choose(&p)
	var err error
	p.Codes, err = readCodes(text("codes"))
	return p, err
}

// choose takes what was chosen out of several words. The usual one is left unsaid, unless it was said before.
func (f providerForm) choose(p *oauth.Provider) {
	said := map[string]string{}
	for _, c := range providerChoices(f.before) {
		if said[c.name] = f.choices[c.name].Selected; c.value == "" && said[c.name] == c.words[0] {
			said[c.name] = ""
		}
	}
	p.Method, p.AuthMethod, p.Redirect, p.Rotation = said["method"], oauth.AuthMethod(said["auth_method"]), oauth.Redirect(said["redirect"]), oauth.Rotation(said["rotation"])
	if p.PKCE = oauth.PKCE(said["pkce"]); p.PKCE == noPKCE {
		p.PKCE = ""
	}
}

// providersWith has p at n, or nothing there (nil), or p at the end (n < 0).
func (w *Window) providersWith(p *oauth.Provider, n int) []oauth.Provider {
	all := slices.Clone(w.model.snapshot.Providers)
	switch {
	case p == nil:
		return slices.Delete(all, n, n+1)
	case n < 0:
		return append(all, *p)
	}
	all[n] = *p
	return all
}

func (w *Window) removeProvider(p oauth.Provider, n int) {
	w.ask(w.words.Text("window.remove.title", words.Args{Account: p.Name}), w.words.Text("provider.remove.text"), w.removal(func() {
		all := w.providersWith(nil, n)
		go func() {
			err := w.client.SetProviders(w.life, all)
			w.post(func(m *model) {
				m.problem = nil
				if err != nil {
					m.problem = w.problem(err)
				}
			})
		}()
	}))
}

func (w *Window) testProvider(f providerForm, outcome *paragraph) {
	p, err := f.provider()
	if err != nil {
		outcome.SetText(describe(w.words, w.problem(err)))
		return
	}
	outcome.SetText("…")
	go func() {
		check, err := w.client.TestProvider(w.life, api.TestRequest{Provider: p})
		text := describeTest(check)
		if err != nil {
			text = describe(w.words, w.problem(err))
		}
		w.post(func(*model) { outcome.SetText(text) })
	}()
}

// readCodes reads a table of errors: "96009 dead, invalid_client misconfigured".
func readCodes(text string) (map[oauth.ErrorCode]oauth.Class, error) {
	codes := map[oauth.ErrorCode]oauth.Class{}
	for entry := range strings.SplitSeq(text, ",") {
		words := strings.Fields(entry)
		if len(words) == 0 {
			continue
		}
		code := oauth.ParseErrorCode(words[0])
		if len(words) != 2 || code == "" {
			return nil, &oauth.FieldError{Field: "codes", Code: oauth.FieldNotCodes}
		}
		codes[code] = oauth.Class(words[1])
	}
	return codes, nil
}

func writeCodes(codes map[oauth.ErrorCode]oauth.Class) string {
	var all []string
	for _, code := range slices.Sorted(maps.Keys(codes)) {
		all = append(all, fmt.Sprintf("%s %s", code, codes[code]))
	}
	return strings.Join(all, ", ")
}
