package keeper

import (
	"bytes"
	"errors"

	"freshkey/oauth"
	"freshkey/oauth/journal"
)

// app is what a request is made with: the settings as they were when it was begun, whatever is edited meanwhile.
type app struct {
	account  oauth.Account
	provider oauth.Provider
	target   journal.Target
	name     string // fingerprint of the settings and the secret
}

func (k *Keeper) app(a *account) (app, error) {
	f := k.facts(a)
	account := f.settings.account()
	p, err := account.Provider.Resolve()
	if err != nil {
		return app{}, &oauth.Error{Class: oauth.Misconfigured, Reason: oauth.ReasonSettings}
	}
	return app{account: account, provider: p, target: f.target(), name: f.settingsName()}, nil
}

// consent says whether a person is to be asked about an answer, or a part of one, to the intent of a record.
func (with app) consent(r journal.Record, reply oauth.Reply) journal.Consent {
	if r.Intent.Cause != journal.CauseSignIn {
		return journal.NotAsked
	}
	t, err := oauth.ReadAnswer(with.provider, reply.Status, reply.Body, reply.Received)
	if err == nil && r.Replaces(t, with.target) != journal.SamePerson {
		return journal.Asked
	}
	return journal.NotAsked
}

// doubt is what went wrong with a request of a record's: where no refresh token is ever spent, nothing can be uncertain.
func (with app) doubt(r journal.Record, err error) error {
	if x, ok := errors.AsType[*oauth.Error](err); ok && x.Class == oauth.Uncertain && !mayHaveSpent(with.provider.Rotation, r) {
		softened := *x
		softened.Class = oauth.Transient
		return &softened
	}
	return err
}

// outcome is what an answer came to.
type outcome struct {
	record   journal.Record  // the account's from now on
	err      *oauth.Error    // what is wrong; nil if nothing is
	gone     *journal.Intent // an unreadable answer that had to make room for a newer one
	keep     bool            // the answer's file stays
	resolved bool            // what became of the refresh token is known
}

// decide says what the answer to a refresh came to. r is the record with the intent in it. It is pure.
func decide(r journal.Record, in *journal.Intent, reply oauth.Reply, with app, machine string) outcome {
	t, err := oauth.ReadAnswer(with.provider, reply.Status, reply.Body, reply.Received)
	if err == nil {
		if reply.Cut && t.Refresh != "" {
			t = t.Salvaged()
		}
		o := outcome{record: r.Next(t, in, machine), keep: true, resolved: true}
		if t.Access == "" { // the chain goes on, but the access token is the old one: the next try has to wait like after any failure
			o.err = &oauth.Error{Class: oauth.Transient, Reason: oauth.ReasonUnreadable}
		}
		return o
	}
	x := with.doubt(r, err).(*oauth.Error) // ReadAnswer returns no other kind
	x.RetryAfter = reply.RetryAfter
	if x.Reason == oauth.ReasonUnreadable && reply.Incomplete {
		x.Reason = oauth.ReasonNoAnswer
	}
	o := outcome{err: x}
	switch open := r.WithoutAnswer(in.To); {
	case x.Class == oauth.Dead: // its answer stays: a keychain that goes back forgets the verdict
		r.Intent = nil
		o.record, o.keep = r.Refuse(in), true
	case x.Class == oauth.Uncertain && !bytes.Contains(reply.Body, []byte("token")) && (x.Reason == oauth.ReasonServer || len(reply.Body) == 0):
		x.Sent, o.record = in.At, open // nothing in it to be read ever; the provider may have spent the token all the same
	case x.Class == oauth.Uncertain:
		x.Sent, o.keep = in.At, true // a later version may be able to read it
		r.Intent = nil
		o.record, o.gone = r.KeepUnparsed(in)
	default:
		r.Intent, r.Concluded = nil, in.ID
		o.record = r
	}
	return o
}
