package oauth

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// metadata is what a provider says of itself (RFC 8414 §2, OpenID Connect Discovery 1.0 §3).
type metadata struct {
	Issuer           string   `json:"issuer"`
	AuthorizeURL     string   `json:"authorization_endpoint"`
	TokenURL         string   `json:"token_endpoint"`
	UserinfoURL      string   `json:"userinfo_endpoint"`
	RevokeURL        string   `json:"revocation_endpoint"`
	DeviceURL        string   `json:"device_authorization_endpoint"`
	AuthMethods      []string `json:"token_endpoint_auth_methods_supported"`
	ChallengeMethods []string `json:"code_challenge_methods_supported"`
	Scopes           []string `json:"scopes_supported"`
	ReturnsIssuer    bool     `json:"authorization_response_iss_parameter_supported"`
}

// Discover asks an issuer what its provider is like. It is asked once, when an account is added: what it says later moves no account's secrets
// elsewhere. The error is a *FieldError, or an *Error if nobody could be asked.
func (x Exchange) Discover(ctx context.Context, issuer string) (Provider, error) {
	if code := baseError(issuer); code != "" {
		return Provider{}, &FieldError{Field: "issuer", Code: code}
	}
	var failed error = &FieldError{Field: "issuer", Code: FieldNotDiscovered}
	for _, address := range metadataAddresses(issuer) {
		m, err := x.metadata(ctx, address)
		if err != nil {
			failed = err
			continue
		}
		if strings.TrimSuffix(m.Issuer, "/") != strings.TrimSuffix(issuer, "/") { // it speaks for somebody else
			return Provider{}, &FieldError{Field: "issuer", Code: FieldNotDiscovered, Detail: Printable(m.Issuer)}
		}
		return m.provider()
	}
	return Provider{}, failed
}

// metadataAddresses are where an issuer may keep what it says: behind its path, and, as RFC 8414 §3.1 has it, in front of it.
func metadataAddresses(issuer string) []string {
	const openID, oauth = "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"
	issuer = strings.TrimSuffix(issuer, "/")
	u, err := url.Parse(issuer)
	if err != nil {
		return nil
	}
	base := u.Scheme + "://" + u.Host
	all := []string{issuer + openID, base + oauth + u.EscapedPath()}
	if u.Path != "" {
		all = append(all, issuer+oauth)
	}
	return all
}

func (x Exchange) metadata(ctx context.Context, address string) (m metadata, err error) {
	u, err := callAddress(address)
	if err != nil {
		return m, &FieldError{Field: "issuer", Code: FieldNotAddress}
	}
	r, err := x.get(ctx, u, "", Provider{})
	if err != nil {
		return m, err
	}
	if r.Status != http.StatusOK || json.Unmarshal(r.Body, &m) != nil || m.TokenURL == "" {
		return m, &FieldError{Field: "issuer", Code: FieldNotDiscovered}
	}
	return m, nil
}

// provider is the provider that the metadata describes, resolved.
func (m metadata) provider() (Provider, error) {
	u, err := url.Parse(m.Issuer)
	if err != nil {
		return Provider{}, &FieldError{Field: "issuer", Code: FieldNotAddress}
	}
	p := Provider{
		Name: u.Host, Issuer: m.Issuer, AuthorizeURL: m.AuthorizeURL, TokenURL: m.TokenURL, UserinfoURL: m.UserinfoURL, RevokeURL: m.RevokeURL,
		DeviceURL: m.DeviceURL, Method: http.MethodPost, ReturnsIssuer: m.ReturnsIssuer, TakesPublic: slices.Contains(m.AuthMethods, string(AuthNone)),
	}
	for _, optional := range []*string{&p.UserinfoURL, &p.RevokeURL, &p.DeviceURL} { // one that cannot be used is none
		if *optional != "" && addressError(*optional) != "" {
			*optional = ""
		}
	}
	supported := m.AuthMethods
	if len(supported) == 0 {
		supported = []string{string(AuthBasic)} // what RFC 8414 says goes without saying
	}
	for _, method := range []AuthMethod{AuthBasic, AuthPost, AuthNone} {
		if slices.Contains(supported, string(method)) {
			p.AuthMethod = method
			break
		}
	}
	if p.AuthMethod == "" {
		return Provider{}, &FieldError{Field: "auth_method", Code: FieldNotOffered, Detail: Printable(strings.Join(supported, ", "))}
	}
	if slices.Contains(m.ChallengeMethods, string(PKCES256)) {
		p.PKCE = PKCES256
	}
	for _, scope := range []string{"openid", "offline_access"} { // without the second many give no refresh token
		if slices.Contains(m.Scopes, scope) {
			p.Scopes = append(p.Scopes, scope)
		}
	}
	return p.Resolve()
}

// Discovered is a provider file, with what its issuer says where it says nothing.
func (x Exchange) Discovered(ctx context.Context, p Provider) (Provider, error) {
	if !p.Undiscovered() {
		return p, nil
	}
	if err := p.unfilled(); err != nil {
		return Provider{}, err
	}
	found, err := x.Discover(ctx, p.Issuer)
	if err != nil {
		return Provider{}, err
	}
	if p.TokenURL != "" { // then it knows how it is spoken to
		found = Provider{Issuer: found.Issuer, AuthorizeURL: found.AuthorizeURL, DeviceURL: found.DeviceURL, UserinfoURL: found.UserinfoURL, RevokeURL: found.RevokeURL, ReturnsIssuer: found.ReturnsIssuer}
	}
	name := p.Name
	p.Name, p.Issuer = "", "" // so that the fields are taken one by one; the issuer spells itself as it will in a redirect
	found = found.With(p)
	found.Name = cmp.Or(name, found.Name)
	return found, nil
}
