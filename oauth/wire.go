package oauth

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

const recordVersion = 1

// errTooNew is a record written by a later version: readable by nobody here, so it must not be overwritten.
var errTooNew = errors.New("written by a newer version")

// The wire forms spell secrets out; they exist only between encode and the vault.
type recordWire struct {
	V            int           `json:"v"`
	ClientSecret string        `json:"client_secret"`
	SealKey      []byte        `json:"seal_key,omitempty"`
	Grant        grantWire     `json:"grant"`
	Previous     *grantWire    `json:"previous,omitempty"`
	Intent       *intentWire   `json:"intent,omitempty"`
	Doubt        *intentWire   `json:"doubt,omitempty"`
	Unread       []*intentWire `json:"unread_answers,omitempty"`
	Refused      string        `json:"refused,omitempty"`
	NoWayBack    bool          `json:"no_way_back,omitempty"`
}

type grantWire struct {
	Access     string    `json:"access_token,omitempty"`
	Refresh    string    `json:"refresh_token,omitempty"`
	MACKey     string    `json:"mac_key,omitempty"`
	Type       string    `json:"token_type,omitempty"`
	Algorithm  string    `json:"mac_algorithm,omitempty"`
	Scope      string    `json:"scope,omitempty"`
	OpenID     string    `json:"open_id,omitempty"`
	UnionID    string    `json:"union_id,omitempty"`
	Issued     time.Time `json:"issued_at"`
	Expires    time.Time `json:"expires_at,omitzero"`
	Generation int       `json:"generation"`
	Cause      Cause     `json:"cause,omitempty"`
	Machine    string    `json:"machine,omitempty"`
}

type intentWire struct {
	ID          string    `json:"id"`
	Fingerprint string    `json:"fingerprint"`
	At          time.Time `json:"at"`
	Cause       Cause     `json:"cause,omitempty"`
	Key         []byte    `json:"key"`
	Again       bool      `json:"again,omitempty"`
}

// encode writes the record as versioned JSON, about 1.5 KB for real tokens.
func (r Record) encode() ([]byte, error) {
	w := recordWire{V: recordVersion, ClientSecret: r.ClientSecret.Reveal(), SealKey: r.SealKey, Grant: r.Grant.wire(), Refused: r.Refused, NoWayBack: r.NoWayBack}
	if r.Previous != nil {
		p := r.Previous.wire()
		w.Previous = &p
	}
	w.Intent, w.Doubt = (*intentWire)(r.Intent), (*intentWire)(r.Doubt)
	for _, in := range r.Unread {
		w.Unread = append(w.Unread, (*intentWire)(in))
	}
	return json.Marshal(w)
}

// decodeRecord reads what encode wrote. The error never quotes the content.
func decodeRecord(data []byte) (Record, error) {
	var w recordWire
	if err := json.Unmarshal(data, &w); err != nil {
		return Record{}, fmt.Errorf("decode record: %d bytes that are not a record", len(data))
	}
	if w.V > recordVersion {
		return Record{}, errTooNew
	}
	signedIn := w.Grant.Refresh != "" || w.Grant.Access != ""
	if w.V < 1 || (!signedIn && (w.Grant.Generation > 0 || w.ClientSecret == "")) {
		return Record{}, errors.New("decode record: no grant in it")
	}
	r := Record{ClientSecret: Secret(w.ClientSecret), SealKey: w.SealKey, Grant: w.Grant.grant(), Refused: w.Refused, NoWayBack: w.NoWayBack}
	if w.Previous != nil {
		p := w.Previous.grant()
		r.Previous = &p
	}
	r.Intent, r.Doubt = (*Intent)(w.Intent), (*Intent)(w.Doubt)
	for _, in := range w.Unread {
		if in != nil {
			r.Unread = append(r.Unread, (*Intent)(in))
		}
	}
	return r, nil
}

func (g Grant) wire() grantWire {
	t := g.Token
	return grantWire{
		Access: t.Access.Reveal(), Refresh: t.Refresh.Reveal(), MACKey: t.MACKey.Reveal(), Type: t.Type, Algorithm: t.MACAlgorithm,
		Scope: t.Scope, OpenID: t.OpenID, UnionID: t.UnionID, Issued: t.Issued, Expires: t.Expires, Generation: g.Generation, Cause: g.Cause,
		Machine: g.Machine,
	}
}

func (w grantWire) grant() Grant {
	return Grant{Generation: w.Generation, Cause: w.Cause, Machine: w.Machine, Token: Token{
		Access: Secret(w.Access), Refresh: Secret(w.Refresh), MACKey: Secret(w.MACKey), Type: w.Type, MACAlgorithm: w.Algorithm,
		Scope: w.Scope, OpenID: w.OpenID, UnionID: w.UnionID, Issued: w.Issued, Expires: w.Expires,
	}}
}
