package oauth

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// AuthMethod is how an app shows a token endpoint who it is (RFC 6749 §2.3.1).
type AuthMethod string

// The methods.
const (
	AuthPost  AuthMethod = "client_secret_post"  // id and secret in the form; the default
	AuthBasic AuthMethod = "client_secret_basic" // in the header Authorization
	AuthNone  AuthMethod = "none"                // an app without a secret says its id in the form
)

// PKCE is the proof that a sign-in fetches its own code (RFC 7636).
type PKCE string

// PKCES256 sends the SHA-256 of the proof before the proof itself. Empty sends none.
const PKCES256 PKCE = "S256"

// Redirect is where a sign-in comes back to.
type Redirect string

// The redirects.
const (
	RedirectRegistered Redirect = "registered" // the account's address, to the letter; the default
	RedirectLoopback   Redirect = "loopback"   // this computer, at any free port (RFC 8252 §7.3)
)

// NeedsRedirectURI reports whether an account of the provider's has to say where its sign-ins come back to.
func (p Provider) NeedsRedirectURI() bool {
	return p.AuthorizeURL != "" && p.Redirect != RedirectLoopback
}

// ownParams are those that Freshkey says itself; a provider file cannot say them otherwise.
var ownParams = []string{
	"client_id", "client_secret", "redirect_uri", "response_type", "state", "scope", "code_challenge", "code_challenge_method",
	"grant_type", "code", "code_verifier", "refresh_token", "device_code",
}

// validateSignIn reports what of the provider's client side cannot be used, as a *FieldError.
func (p Provider) validateSignIn() error {
	if !slices.Contains([]AuthMethod{AuthPost, AuthBasic, AuthNone}, p.AuthMethod) {
		return &FieldError{"auth_method", FieldNotOffered, string(p.AuthMethod)}
	}
	if p.PKCE != "" && p.PKCE != PKCES256 {
		return &FieldError{"pkce", FieldNotOffered, string(p.PKCE)}
	}
	if !slices.Contains([]Redirect{RedirectRegistered, RedirectLoopback}, p.Redirect) {
		return &FieldError{"redirect", FieldNotOffered, string(p.Redirect)}
	}
	if p.RedirectURI != "" && !isRedirectURI(p.RedirectURI) {
		return &FieldError{Field: "redirect_uri", Code: FieldNotAddress}
	}
	for _, scope := range p.Scopes {
		if scope == "" || strings.ContainsAny(scope, " \t\r\n\"\\") {
			return &FieldError{"scopes", FieldBlanks, scope}
		}
	}
	for field, params := range map[string]map[string]string{"authorize_params": p.AuthorizeParams, "token_params": p.TokenParams} {
		for name := range params {
			if name == "" || slices.Contains(ownParams, name) || p.Names.taken(name) {
				return &FieldError{field, FieldOwnParameter, name}
			}
		}
	}
	return nil
}

// ownInQuery is a parameter in an address's query that Freshkey says itself: there would be two of it.
func (p Provider) ownInQuery(address string) string {
	_, query, _ := strings.Cut(address, "?")
	values, err := url.ParseQuery(query)
	if err != nil {
		return query
	}
	for name := range values {
		if slices.Contains(ownParams, name) || p.Names.taken(name) {
			return name
		}
	}
	return ""
}

// NeedsSecret reports whether an account of the provider's has a client secret.
func (p Provider) NeedsSecret() bool { return p.AuthMethod != AuthNone }

// AuthorizationGrant is what a sign-in brings, and what proves that it is brought by who asked for it: see RFC 6749 §1.3.
type AuthorizationGrant struct {
	Code        Secret
	Verifier    Secret // PKCE's; empty without
	RedirectURI string // where it came back to; empty is the account's
	Device      bool   // it is the code of a sign-in on another device
}

// NewVerifier is a random proof, as long as RFC 7636 recommends; empty for a provider without PKCE.
func (p Provider) NewVerifier() Secret {
	if p.PKCE == "" {
		return ""
	}
	return Secret(randomText(32))
}

// challenge is what a sign-in's page is told of a proof.
func challenge(verifier Secret) string {
	sum := sha256.Sum256([]byte(verifier.Reveal()))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// RefreshForm is the request that turns a refresh token into the next one. Some require redirect_uri although nothing is
// redirected, and nobody minds it. It is full of secrets.
func RefreshForm(p Provider, a Account, clientSecret, refresh Secret) url.Values {
	form := tokenForm(p, a, clientSecret, "refresh_token")
	if a.RedirectURI != "" && p.Redirect != RedirectLoopback {
		form.Set("redirect_uri", a.RedirectURI)
	}
	form.Set("refresh_token", refresh.Reveal())
	return form
}

// GrantForm is the request that turns what a sign-in has brought into a token.
func GrantForm(p Provider, a Account, clientSecret Secret, grant AuthorizationGrant) url.Values {
	if grant.Device {
		form := tokenForm(p, a, clientSecret, DeviceGrant)
		form.Set("device_code", grant.Code.Reveal())
		return form
	}
	form := tokenForm(p, a, clientSecret, "authorization_code")
	form.Set("redirect_uri", cmp.Or(grant.RedirectURI, a.RedirectURI))
	form.Set("code", grant.Code.Reveal())
	if grant.Verifier != "" {
		form.Set("code_verifier", grant.Verifier.Reveal())
	}
	return form
}

// clientForm is how an app shows who it is, in whatever it asks a provider for.
func clientForm(p Provider, a Account, clientSecret Secret) url.Values {
	form := url.Values{"client_id": {a.ClientID}}
	if p.NeedsSecret() {
		form.Set("client_secret", clientSecret.Reveal())
	}
	return form
}

func tokenForm(p Provider, a Account, clientSecret Secret, grant string) url.Values {
	form := clientForm(p, a, clientSecret)
	form.Set("grant_type", grant)
	if p.TokenType != "" {
		form.Set("token_type", p.TokenType)
	}
	for name, value := range p.TokenParams {
		form.Set(name, value)
	}
	return form
}

// authorize takes the app's id and secret out of a form and puts them into the header, each encoded as in a form first, as RFC 6749 §2.3.1
// has it: a provider that decodes nothing sees no difference unless there are such letters in them.
func authorize(form url.Values) (rest url.Values, header string) {
	rest = maps.Clone(form)
	rest.Del("client_id")
	rest.Del("client_secret")
	r := http.Request{Header: http.Header{}}
	r.SetBasicAuth(url.QueryEscape(form.Get("client_id")), url.QueryEscape(form.Get("client_secret")))
	return rest, r.Header.Get("Authorization")
}
