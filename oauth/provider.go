package oauth

import (
	"bytes"
	"cmp"
	"encoding/json"
	"maps"
	"net/netip"
	"net/url"
	"strings"
)

// Provider is what differs between providers, as data. Its JSON form is what a provider file holds; empty fields of a
// provider named "xiaomi" are filled from the built-in one.
type Provider struct {
	Name         string `json:"name"`
	Issuer       string `json:"issuer,omitempty"` // says of itself what is left out here; asked once, when an account is added
	AuthorizeURL string `json:"authorize_url,omitempty"`
	TokenURL     string `json:"token_url,omitempty"`
	APIURL       string `json:"api_url,omitempty"`      // the Open API's base, without a path
	UserinfoURL  string `json:"userinfo_url,omitempty"` // tells whose a bearer's token is
	RevokeURL    string `json:"revoke_url,omitempty"`   // ends a chain (RFC 7009)
	Method       string `json:"method,omitempty"`       // of the token endpoint: GET or POST
	Prefix       string `json:"prefix,omitempty"`       // what stands before the JSON of an answer, if anything

	AuthMethod      AuthMethod        `json:"auth_method,omitempty"`      // how the app shows who it is at the token endpoint
	PKCE            PKCE              `json:"pkce,omitempty"`             // whether a sign-in proves that it fetches its own code
	Scopes          []string          `json:"scopes,omitempty"`           // asked for in a sign-in; none leaves them to the provider
	AuthorizeParams map[string]string `json:"authorize_params,omitempty"` // more of what the sign-in's page is asked
	TokenParams     map[string]string `json:"token_params,omitempty"`     // more of what the token endpoint is asked, such as audience or resource

	TokenType string              `json:"token_type,omitempty"` // sent as token_type when set; undocumented, so off
	Codes     map[ErrorCode]Class `json:"codes,omitempty"`      // errors of a refresh, beside the words of RFC 6749; what is not here is transient, or uncertain where the HTTP status leaves that open
}

// Xiaomi is the Xiaomi Account provider: https://account.xiaomi.com, error numbers 96001 to 96013.
func Xiaomi() Provider {
	return Provider{
		Name:            "xiaomi",
		AuthorizeURL:    "https://account.xiaomi.com/oauth2/authorize",
		TokenURL:        "https://account.xiaomi.com/oauth2/token",
		APIURL:          "https://open.account.xiaomi.com",
		Method:          "GET",
		Prefix:          "&&&START&&&",
		AuthorizeParams: map[string]string{"skip_confirm": "false"}, // the default differs between the provider's generations
		Codes: map[ErrorCode]Class{
			"96001": Misconfigured, "96002": Misconfigured, "96003": Misconfigured, "96005": Misconfigured,
			"96006": Misconfigured, "96007": Misconfigured, "96010": Misconfigured, "96011": Misconfigured, "96012": Misconfigured,
			"96004": Dead, // on a refresh call it means the same as 96009; no other call asks this table
			"96009": Dead,
		},
	}
}

// Resolve fills what p leaves open: from the built-in provider of that name, else with GET.
// The result is validated; the error names the field.
func (p Provider) Resolve() (Provider, error) {
	base := Provider{Method: "GET", Codes: standardCodes()}
	if p.Name == "" || p.Name == "xiaomi" {
		base = Xiaomi()
	}
	fill(&p.Name, base.Name)
	fill(&p.AuthorizeURL, base.AuthorizeURL)
	fill(&p.TokenURL, base.TokenURL)
	fill(&p.APIURL, base.APIURL)
	fill(&p.Method, base.Method)
	fill(&p.Prefix, base.Prefix)
	if p.AuthorizeParams == nil {
		p.AuthorizeParams = base.AuthorizeParams
	}
	p.AuthMethod = cmp.Or(p.AuthMethod, AuthPost)
	p.Method = strings.ToUpper(p.Method)
	codes := maps.Clone(base.Codes)
	maps.Copy(codes, p.Codes)
	p.Codes = codes
	return p, p.validate()
}

// With is a provider as somebody edited it: by another one with a name, whole; else by its fields that are not empty.
func (p Provider) With(edit Provider) Provider {
	if edit.Name != "" {
		return edit
	}
	for _, f := range []struct {
		field *string
		value string
	}{
		{&p.Issuer, edit.Issuer},
		{&p.AuthorizeURL, edit.AuthorizeURL},
		{&p.TokenURL, edit.TokenURL},
		{&p.APIURL, edit.APIURL},
		{&p.UserinfoURL, edit.UserinfoURL},
		{&p.RevokeURL, edit.RevokeURL},
		{&p.Method, edit.Method},
		{&p.Prefix, edit.Prefix},
		{&p.TokenType, edit.TokenType},
	} {
		if f.value != "" {
			*f.field = f.value
		}
	}
	p.AuthMethod, p.PKCE = cmp.Or(edit.AuthMethod, p.AuthMethod), cmp.Or(edit.PKCE, p.PKCE)
	if edit.Codes != nil {
		p.Codes = edit.Codes
	}
	if edit.Scopes != nil {
		p.Scopes = edit.Scopes
	}
	if edit.AuthorizeParams != nil {
		p.AuthorizeParams = edit.AuthorizeParams
	}
	if edit.TokenParams != nil {
		p.TokenParams = edit.TokenParams
	}
	return p
}

func fill(field *string, fallback string) {
	if *field == "" {
		*field = fallback
	}
}

func (p Provider) validate() error {
	if p.TokenURL == "" {
		return &FieldError{Field: "token_url", Code: FieldMissing}
	}
	for _, f := range []struct{ name, value string }{
		{"issuer", p.Issuer}, {"token_url", p.TokenURL}, {"authorize_url", p.AuthorizeURL}, {"api_url", p.APIURL}, {"userinfo_url", p.UserinfoURL}, {"revoke_url", p.RevokeURL},
	} {
		if f.value == "" {
			continue
		}
		if code := addressError(f.value); code != "" {
			return &FieldError{Field: f.name, Code: code}
		}
	}
	if p.Method != "GET" && p.Method != "POST" {
		return &FieldError{Field: "method", Code: FieldNotGetPost}
	}
	if err := p.validateSignIn(); err != nil {
		return err
	}
	return validateCodes(p.Codes)
}

// addressError accepts https anywhere and http on loopback addresses only: the query of a refresh holds every secret.
func addressError(raw string) FieldErrorCode {
	u, err := url.Parse(raw)
	switch {
	case strings.ContainsAny(raw, "?#"): // also a bare one, which the parser drops
		return FieldQuery
	case err != nil || u.Host == "":
		return FieldNotAddress
	case u.User != nil:
		return FieldUserInfo
	case u.Scheme == "https", u.Scheme == "http" && isLoopback(u.Hostname()):
		return ""
	}
	return FieldNotHTTPS
}

func isLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}

// ParseProvider reads a provider file. Unknown fields are errors, so that a typing mistake cannot pass for a setting.
func ParseProvider(data []byte) (Provider, error) {
	var p Provider
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&p); err != nil {
		return Provider{}, &FieldError{"provider", FieldNotProvider, err.Error()}
	}
	if p.Name == "" {
		return Provider{}, &FieldError{Field: "name", Code: FieldMissing}
	}
	if p.Undiscovered() {
		return p, nil
	}
	if _, err := p.Resolve(); err != nil {
		return Provider{}, err
	}
	return p, nil
}

// Undiscovered reports whether the provider's issuer has still to be asked where its endpoints are.
func (p Provider) Undiscovered() bool { return p.Issuer != "" && p.TokenURL == "" }
