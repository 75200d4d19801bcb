package oauth

import (
	"encoding/json"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"
)

// Pasted is what was recognised in a text that somebody pasted. Fields that are not in it are empty.
type Pasted struct {
	Credentials
	Issuer, TokenURL, AuthorizeURL, APIURL string // of a provider that is not the built-in one
}

// Over is a provider with the addresses that were pasted in the place of its own; the one of a pasted issuer, where none was chosen.
func (f Pasted) Over(p Provider) Provider {
	if issuer := strings.TrimSpace(f.Issuer); issuer != "" && p.TokenURL == "" && (p.Name == "" || p.Name == BuiltInName) {
		p = Provider{Issuer: issuer}
	}
	trim := strings.TrimSpace
	return p.With(Provider{TokenURL: trim(f.TokenURL), AuthorizeURL: trim(f.AuthorizeURL), APIURL: trim(f.APIURL)})
}

var (
	webAddress = pattern(`https?://[^\s'"\\<>]+`)
	formBody   = pattern(`[A-Za-z_]+=[^\s&'"]*(?:&[A-Za-z_]+=[^\s&'"]*)+`)
	shellLine  = pattern(`(?i)\b(client_id|client_secret|redirect_uri|refresh_token|access_token|mac_key|expires_in)\s*[=:]\s*["']?([^\s"',;&]+)`)
)

// pattern is a regular expression that is compiled when it is needed first: most commands need none.
func pattern(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}

// Recognize finds credentials in a token answer with or without its prefix, a curl line, an address with a query, or lines
// of NAME=VALUE. It is pure, guesses nothing, and never fails: what it cannot read is not found.
func Recognize(text string, now time.Time) Pasted {
	if len(text) > maxBody {
		return Pasted{}
	}
	if open := strings.IndexByte(text, '{'); open >= 0 {
		if c, err := ParseCredentials(Provider{}, []byte(jsonObject(text[open:])), now); err == nil || c.ClientID != "" || c.ClientSecret != "" {
			f := Pasted{Credentials: c, Issuer: jsonField(text[open:], "issuer")}
			f.TokenURL, f.AuthorizeURL, f.APIURL = jsonField(text[open:], "token_url"), jsonField(text[open:], "authorize_url"), jsonField(text[open:], "api_url")
			return f
		}
	}
	fields, tokenURL := map[string]string{}, ""
	take := func(query string) {
		if q, err := url.ParseQuery(query); err == nil {
			for name := range q {
				fields[strings.ToLower(name)] = q.Get(name)
			}
		}
	}
	for _, m := range shellLine().FindAllStringSubmatch(text, -1) {
		fields[strings.ToLower(m[1])] = m[2]
	}
	for _, body := range formBody().FindAllString(text, -1) {
		take(body)
	}
	for _, address := range webAddress().FindAllString(text, -1) {
		u, err := url.Parse(address)
		if err != nil {
			continue
		}
		take(u.RawQuery)
		if base := u.Scheme + "://" + u.Host + u.Path; strings.HasSuffix(u.Path, "/token") && base != BuiltIn().TokenURL {
			tokenURL = base
		}
	}
	return Pasted{Credentials: credentialsOf(fields, now), TokenURL: tokenURL}
}

// credentialsOf makes credentials of single fields.
func credentialsOf(fields map[string]string, now time.Time) Credentials {
	c := Credentials{ClientID: fields["client_id"], ClientSecret: Secret(fields["client_secret"]), RedirectURI: fields["redirect_uri"]}
	if fields["refresh_token"] == "" {
		return c
	}
	body, err := json.Marshal(fields)
	if err != nil {
		return c
	}
	if t, err := ReadAnswer(Provider{}, 200, body, now); err == nil {
		c.Token = t
	}
	return c
}

// jsonObject is the first whole object of a text, or the text.
func jsonObject(text string) string {
	var raw json.RawMessage
	if json.NewDecoder(strings.NewReader(text)).Decode(&raw) == nil {
		return string(raw)
	}
	return text
}

func jsonField(text, name string) string {
	var fields map[string]json.RawMessage
	if json.NewDecoder(strings.NewReader(text)).Decode(&fields) != nil {
		return ""
	}
	value, _ := scalar(fields[name])
	return value
}
