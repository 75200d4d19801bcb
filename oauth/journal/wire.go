package journal

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"freshkey/oauth"
)

// recordVersion is that of most records. One of which the chain has left has the next: a program that does not know of that would
// write it without.
const (
	recordVersion = 1
	movedVersion  = 2
)

// ErrTooNew is a record written by a later version: readable by nobody here, so it must not be overwritten.
var ErrTooNew = errors.New("written by a newer version")

// The wire forms spell secrets out; they exist only between Encode and the vault.
type recordWire struct {
	V            int           `json:"v"`
	ClientSecret string        `json:"client_secret"`
	Origins      []string      `json:"origins,omitempty"`
	SealKey      []byte        `json:"seal_key,omitempty"`
	Grant        grantWire     `json:"grant"`
	Previous     *grantWire    `json:"previous,omitempty"`
	Intent       *intentWire   `json:"intent,omitempty"`
	Unanswered   *intentWire   `json:"doubt,omitempty"`
	Unparsed     []*intentWire `json:"unread_answers,omitempty"`
	Refusals     []refusalWire `json:"refusals,omitempty"`
	Spent        string        `json:"spent,omitempty"`
	Attempt      *Attempt      `json:"attempt,omitempty"`
	Concluded    string        `json:"concluded,omitempty"`
	Moved        *moveWire     `json:"moved,omitempty"`

	// What version 0.1 wrote in the place of refusals; read, and not written any more.
	Refused         string `json:"refused,omitempty"`
	PreviousRefused bool   `json:"no_way_back,omitempty"`
}

type moveWire struct {
	ID      string    `json:"id"`
	At      time.Time `json:"at"`
	Release string    `json:"release"`
}

type refusalWire struct {
	Fingerprint string `json:"fingerprint"`
	ClientID    string `json:"client_id,omitempty"`
	Endpoint    string `json:"endpoint,omitempty"`
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

	RefreshedAt    time.Time `json:"refreshed_at,omitzero"`
	RefreshExpires time.Time `json:"refresh_expires_at,omitzero"`
	Begun          time.Time `json:"begun_at,omitzero"`
}

type intentWire struct {
	ID          string    `json:"id"`
	Fingerprint string    `json:"fingerprint"`
	At          time.Time `json:"at"`
	Cause       Cause     `json:"cause,omitempty"`
	Key         []byte    `json:"key"`
	To          Target    `json:"to,omitzero"`
	Settings    string    `json:"settings,omitempty"`
	Interrupted Attempt   `json:"interrupted,omitzero"`
}

// Encode writes the record as versioned JSON, about 1.5 KB for real tokens. The result is full of secrets.
func (r Record) Encode() ([]byte, error) {
	if r.IsHidden() {
		return nil, errHidden
	}
	w := recordWire{
		V: recordVersion, ClientSecret: r.ClientSecret.Reveal(), Origins: r.Origins, SealKey: r.SealKey, Grant: r.Grant.wire(), Spent: string(r.Spent), Concluded: r.Concluded,
		Intent: (*intentWire)(r.Intent), Unanswered: (*intentWire)(r.Unanswered), Attempt: r.Attempt,
	}
	if r.Previous != nil {
		p := r.Previous.wire()
		w.Previous = &p
	}
	for _, in := range r.Unparsed {
		w.Unparsed = append(w.Unparsed, (*intentWire)(in))
	}
	if r.Moved != nil {
		w.V = movedVersion
		w.Moved = &moveWire{r.Moved.ID, r.Moved.At, r.Moved.Release.Reveal()}
	}
	for _, f := range r.Refusals {
		w.Refusals = append(w.Refusals, refusalWire{f.Fingerprint, f.Target.ClientID, f.Target.Endpoint})
	}
	return json.Marshal(w)
}

// Decode reads what Encode wrote, or a version before it. The error never quotes the content; it is ErrTooNew for a record
// of a later version.
func Decode(data []byte) (Record, error) {
	var w recordWire
	if err := json.Unmarshal(data, &w); err != nil {
		return Record{}, fmt.Errorf("decode record: %d bytes that are not a record", len(data))
	}
	if w.V > movedVersion {
		return Record{}, ErrTooNew
	}
	signedIn := w.Grant.Refresh != "" || w.Grant.Access != ""
	waits := w.Grant.Generation == 0 && (w.ClientSecret != "" || len(w.Origins) > 0) // for its first sign-in; an app may have no secret
	if w.V < 1 || (!signedIn && w.Moved == nil && !waits) {
		return Record{}, errors.New("decode record: no grant in it")
	}
	r := Record{
		ClientSecret: oauth.Secret(w.ClientSecret), Origins: w.Origins, SealKey: w.SealKey, Grant: w.Grant.grant(), Spent: Spending(w.Spent), Concluded: w.Concluded,
		Intent: (*Intent)(w.Intent), Unanswered: (*Intent)(w.Unanswered), Refusals: w.refusals(), Attempt: w.Attempt,
	}
	if w.Previous != nil {
		p := w.Previous.grant()
		r.Previous = &p
	}
	if w.Moved != nil {
		r.Moved = &Move{w.Moved.ID, w.Moved.At, oauth.Secret(w.Moved.Release)}
	}
	for _, in := range w.Unparsed {
		if in != nil {
			r.Unparsed = append(r.Unparsed, (*Intent)(in))
		}
	}
	return r, nil
}

// refusals reads both forms.
func (w recordWire) refusals() []Refusal {
	var all []Refusal
	for _, f := range w.Refusals {
		all = append(all, Refusal{f.Fingerprint, Target{f.ClientID, f.Endpoint}})
	}
	if w.Refused != "" {
		all = append(all, Refusal{Fingerprint: w.Refused})
		if w.PreviousRefused && w.Previous != nil {
			all = append(all, Refusal{Fingerprint: oauth.Secret(w.Previous.Refresh).Fingerprint()})
		}
	}
	return all
}

func (g Grant) wire() grantWire {
	t := g.Token
	return grantWire{
		Access: t.Access.Reveal(), Refresh: t.Refresh.Reveal(), MACKey: t.MACKey.Reveal(), Type: t.Type, Algorithm: t.MACAlgorithm,
		Scope: t.Scope, OpenID: t.OpenID, UnionID: t.UnionID, Issued: t.Issued, Expires: t.Expires, Generation: g.Generation, Cause: g.Cause,
		Machine: g.Machine, RefreshedAt: g.RefreshedAt, RefreshExpires: t.RefreshExpires, Begun: g.Begun,
	}
}

func (w grantWire) grant() Grant {
	return Grant{Generation: w.Generation, Cause: Cause(common(string(w.Cause))), Machine: w.Machine, RefreshedAt: w.RefreshedAt, Begun: w.Begun, Token: oauth.Token{
		Access: oauth.Secret(w.Access), Refresh: oauth.Secret(w.Refresh), MACKey: oauth.Secret(w.MACKey), Type: common(w.Type), MACAlgorithm: common(w.Algorithm),
		Scope: w.Scope, OpenID: w.OpenID, UnionID: w.UnionID, Issued: w.Issued, Expires: w.Expires, RefreshExpires: w.RefreshExpires,
	}}
}

// common is a word in one copy, if it is one that most grants have: there may be thousands of them in memory.
func common(word string) string {
	for _, c := range []string{"mac", "bearer", "HmacSHA1", string(CauseAdded), string(CauseScheduled), string(CauseAsked), string(CauseMinValid), string(CauseSignIn), string(CauseBrought), string(CauseUnproven)} {
		if word == c {
			return c
		}
	}
	return word
}
