package oauth

import (
	"bytes"
	"cmp"
	_ "embed"
	"encoding/json"
	"iter"
	"maps"
	"net/netip"
	"net/url"
	"reflect"
	"strings"
)

// Provider is what differs between providers, as data. Its JSON form is what a provider file holds; docs/provider.md says what each key is.
// Empty fields of one that has the built-in provider's name are filled from that one.
type Provider struct {
	Name          string            `json:"name"`
	Title         string            `json:"title,omitempty"`         // how people call it
	Documentation string            `json:"documentation,omitempty"` // the address of the page that the file was made from …
	Read          string            `json:"read,omitempty"`          // … and the day it was read, as 2006-01-02
	Asks          map[string]string `json:"asks,omitempty"`          // what stands in braces in the addresses, and an example; see Fill

	Issuer       string `json:"issuer,omitempty"` // says of itself what is left out here; asked once, when an account is added
	AuthorizeURL string `json:"authorize_url,omitempty"`
	TokenURL     string `json:"token_url,omitempty"`
	DeviceURL    string `json:"device_url,omitempty"`   // begins a sign-in on another device (RFC 8628)
	APIURL       string `json:"api_url,omitempty"`      // the Open API's base, without a path
	UserinfoURL  string `json:"userinfo_url,omitempty"` // tells whose a bearer's token is
	RevokeURL    string `json:"revoke_url,omitempty"`   // ends a chain (RFC 7009)
	Method       string `json:"method,omitempty"`       // of the token endpoint: GET or POST
	Prefix       string `json:"prefix,omitempty"`       // what stands before the JSON of an answer, if anything

	AuthMethod      AuthMethod        `json:"auth_method,omitempty"`      // how the app shows who it is at the token endpoint
	TakesPublic     bool              `json:"takes_public,omitempty"`     // an app may also have no secret
	PKCE            PKCE              `json:"pkce,omitempty"`             // whether a sign-in proves that it fetches its own code
	ReturnsIssuer   bool              `json:"returns_issuer,omitempty"`   // a sign-in that comes back says from which issuer (RFC 9207)
	Redirect        Redirect          `json:"redirect,omitempty"`         // where a sign-in comes back to
	RedirectURI     string            `json:"redirect_uri,omitempty"`     // an account's, unless it says otherwise
	Scopes          []string          `json:"scopes,omitempty"`           // asked for in a sign-in; none leaves them to the provider
	AuthorizeParams map[string]string `json:"authorize_params,omitempty"` // more of what the sign-in's page is asked
	TokenParams     map[string]string `json:"token_params,omitempty"`     // more of what the token endpoint is asked, such as audience or resource
	Names           Names             `json:"names,omitempty"`            // parameters and fields that are called otherwise than in RFC 6749

	Rotation        Rotation        `json:"rotation,omitempty"`        // what a refresh does to the refresh token
	ReuseGrace      Seconds         `json:"reuse_grace,omitempty"`     // for how long a spent refresh token is answered again
	RefreshLifetime RefreshLifetime `json:"refresh_lifetime,omitzero"` // when a person is needed again

	TokenType   string               `json:"token_type,omitempty"`    // sent as token_type when set; undocumented, so off
	Codes       map[ErrorCode]Class  `json:"codes,omitempty"`         // errors of a refresh, beside the words of RFC 6749; what is not here is transient, or uncertain where the HTTP status leaves that open
	SignInCodes map[ErrorCode]string `json:"sign_in_codes,omitempty"` // errors of a sign-in, as the words RFC 6749 has for them
}

// BuiltInName is the name of the built-in provider, as xiaomi.json has it.
const BuiltInName = "xiaomi"

//go:embed xiaomi.json
var builtIn []byte

// BuiltIn is the provider of accounts that name none, from xiaomi.json.
func BuiltIn() Provider {
	var p Provider
	if err := json.Unmarshal(builtIn, &p); err != nil {
		panic(err) // a test reads it
	}
	return p
}

// Resolve fills what p leaves open: from the built-in provider if it is that one, else with GET.
// The result is validated; the error names the field.
func (p Provider) Resolve() (Provider, error) {
	base := Provider{Method: "GET", Codes: standardCodes()}
	if p.Name == "" || p.Name == BuiltInName {
		base = BuiltIn()
	}
	if p.AuthorizeParams == nil {
		p.AuthorizeParams = base.AuthorizeParams
	}
	if p.SignInCodes == nil {
		p.SignInCodes = base.SignInCodes
	}
	codes := maps.Clone(base.Codes)
	maps.Copy(codes, p.Codes)
	base.Name = cmp.Or(p.Name, base.Name)
	for _, f := range []struct {
		field    *string
		fallback string
	}{
		{&p.Name, base.Name},
		{&p.Title, base.Title},
		{&p.AuthorizeURL, base.AuthorizeURL},
		{&p.TokenURL, base.TokenURL},
		{&p.APIURL, base.APIURL},
		{&p.Method, base.Method},
		{&p.Prefix, base.Prefix},
	} {
		fill(f.field, f.fallback)
	}
	p.AuthMethod, p.Redirect, p.Rotation = cmp.Or(p.AuthMethod, AuthPost), cmp.Or(p.Redirect, RedirectRegistered), cmp.Or(p.Rotation, RotatesAlways)
	p.Method, p.Codes = strings.ToUpper(p.Method), codes
	return p, p.validate()
}

// With is a provider as somebody edited it: by another one with a name, whole; else by its fields that are not empty.
func (p Provider) With(edit Provider) Provider {
	if edit.Name != "" {
		return edit
	}
	to, from := reflect.ValueOf(&p).Elem(), reflect.ValueOf(edit)
	for n := range from.NumField() {
		if field := from.Field(n); !field.IsZero() {
			to.Field(n).Set(field)
		}
	}
	return p
}

func fill(field *string, fallback string) {
	if *field == "" {
		*field = fallback
	}
}

func (p Provider) validate() error {
	if err := p.unfilled(); err != nil {
		return err
	}
	if p.TokenURL == "" {
		return &FieldError{Field: "token_url", Code: FieldMissing}
	}
	for name, address := range p.addresses() {
		if *address == "" {
			continue
		}
		judge := addressError // an endpoint may have a query, which stays (RFC 6749 §3.1, §3.2)
		if name == "issuer" || name == "api_url" {
			judge = baseError
		}
		if code := judge(*address); code != "" {
			return &FieldError{Field: name, Code: code}
		}
		if own := p.ownInQuery(*address); own != "" {
			return &FieldError{name, FieldOwnParameter, own}
		}
	}
	if p.Method != "GET" && p.Method != "POST" {
		return &FieldError{Field: "method", Code: FieldNotGetPost}
	}
	return cmp.Or(p.validateSignIn(), p.Names.validate(), p.validateChain(), validateCodes(p.Codes), validateSignInCodes(p.SignInCodes))
}

// addresses are all that the provider has, by their keys and in the order of the file.
func (p *Provider) addresses() iter.Seq2[string, *string] {
	return func(yield func(string, *string) bool) {
		for _, f := range []struct {
			name    string
			address *string
		}{
			{"issuer", &p.Issuer},
			{"authorize_url", &p.AuthorizeURL},
			{"token_url", &p.TokenURL},
			{"device_url", &p.DeviceURL},
			{"api_url", &p.APIURL},
			{"userinfo_url", &p.UserinfoURL},
			{"revoke_url", &p.RevokeURL},
		} {
			if !yield(f.name, f.address) {
				return
			}
		}
	}
}

// baseError is addressError of an address that others are made from.
func baseError(raw string) FieldErrorCode {
	if strings.Contains(raw, "?") { // also a bare one, which the parser drops
		return FieldQuery
	}
	return addressError(raw)
}

// addressError accepts https anywhere and http on loopback addresses only: the query of a refresh holds every secret.
func addressError(raw string) FieldErrorCode {
	u, err := url.Parse(raw)
	switch {
	case strings.Contains(raw, "#"):
		return FieldQuery
	case err != nil || u.Host == "":
		return FieldNotAddress
	case u.User != nil:
		return FieldUserInfo
	case strings.ContainsFunc(u.Host, func(r rune) bool { return r <= ' ' || r > '~' }): // a person is shown it, and has to know it again
		return FieldNotASCII
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
		return Provider{}, &FieldError{"provider", FieldNotProvider, jsonFlaw(err)}
	}
	if err := CheckProvider(p); err != nil {
		return Provider{}, err
	}
	return p, nil
}

// CheckProvider reports what keeps a provider from being used, as a *FieldError, as far as that can be said before its issuer was asked and the
// places in its addresses are filled.
func CheckProvider(p Provider) error {
	if p.Name == "" {
		return &FieldError{Field: "name", Code: FieldMissing}
	}
	open := p.Undiscovered() || len(p.Asks) > 0
	if err := p.validateAsks(); err != nil {
		return err
	}
	if filled, err := p.Fill(p.Asks); err != nil { // with the examples
		return err
	} else if p = filled; open && p.TokenURL == "" {
		p.TokenURL = "https://example.com/token" // as the issuer will say
	}
	_, err := p.Resolve()
	return err
}

// Undiscovered reports whether the provider's issuer has still to be asked where its endpoints are: the token endpoint, or where a person signs in.
func (p Provider) Undiscovered() bool {
	return p.Issuer != "" && (p.TokenURL == "" || (p.AuthorizeURL == "" && p.DeviceURL == ""))
}
