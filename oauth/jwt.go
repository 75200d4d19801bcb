package oauth

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
)

// ErrNoClaims is an access token that is no JWT, or an encrypted one: only the provider can read it.
var ErrNoClaims = errors.New("the access token says nothing of itself")

// Claims are what an access token says of itself, if it is a signed JWT (RFC 9068, RFC 7519): its JSON object as it stands there. They are
// decoded, and not verified: who signed them was not looked at.
func (t Token) Claims() (json.RawMessage, error) {
	parts := strings.Split(t.Access.Reveal(), ".")
	if len(parts) != 3 {
		return nil, ErrNoClaims
	}
	var header struct {
		Algorithm string `json:"alg"`
	}
	if decodePart(parts[0], &header) != nil || header.Algorithm == "" {
		return nil, ErrNoClaims
	}
	var claims json.RawMessage
	if decodePart(parts[1], &claims) != nil || !bytes.HasPrefix(bytes.TrimSpace(claims), []byte("{")) {
		return nil, ErrNoClaims
	}
	return claims, nil
}

func decodePart(part string, into any) error {
	data, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(part, "="))
	if err != nil {
		return err
	}
	return json.Unmarshal(data, into)
}
