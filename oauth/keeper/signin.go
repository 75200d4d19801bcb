package keeper

import (
	"context"
	"errors"

	"freshkey/oauth"
	"freshkey/oauth/journal"
)

// Replace is asked before a sign-in puts a grant in the place of an account's that is another person's, or may be: the openIds
// it had and got, empty where one does not say whose it is.
type Replace func(ctx context.Context, had, got string) bool

// SignIn turns the code of a sign-in into a new chain for the account. The chain it has stays until the new one
// is stored, and whatever fails before that changes nothing. Errors: *oauth.Error, *VaultError, ErrOther if replace said no,
// ErrNoAccount, or ctx's; with ErrNotSent if it is certain that the code was not. That the keychain did not take the new grant is the state unsaved, not an error.
func (k *Keeper) SignIn(ctx context.Context, id string, grant oauth.AuthorizationGrant, replace Replace) error {
	a, err := k.account(id)
	if err != nil {
		return err
	}
	q, err := k.spendCode(ctx, a, grant)
	if err != nil || q == nil {
		return err
	}
	agreed := replace != nil && replace(k.ctx, q.had, q.token.OpenID) // meanwhile refreshes go on
	if !agreed && k.ctx.Err() != nil {                                // nobody has said no: what is sealed stays
		return ErrShutdown
	}
	return k.do(context.WithoutCancel(ctx), a, nil, func(ctx context.Context, a *account) error { return k.answer(ctx, a, q, agreed) })
}

// spendCode sends a code once it is the account's turn. What is sent is seen through, whoever gives it up: who began anew would send the same code. A
// device's is asked about again and again, and is not waited for.
func (k *Keeper) spendCode(ctx context.Context, a *account, grant oauth.AuthorizationGrant) (q *question, err error) {
	work := func(life context.Context, a *account) (err error) {
		if err := ctx.Err(); err != nil { // nobody wants it any more
			return errors.Join(ErrNotSent, err)
		}
		q, err = k.signIn(life, a, grant, ctx)
		return err
	}
	if grant.Device {
		err = k.do(ctx, a, nil, work)
		return q, err
	}
	done, err := k.begin(ctx, a, nil, work)
	if err != nil {
		return nil, errors.Join(ErrNotSent, err)
	}
	err = <-done
	return q, err
}

// question is a sign-in whose answer is sealed, and waits for somebody to say whether it may replace the account's grant.
type question struct {
	intent *journal.Intent
	reply  oauth.Reply
	token  oauth.Token
	had    string // the openId of the account's grant
	asked  clocks
}

// signIn takes the steps of a refresh, with a code in place of the refresh token: the keychain is proved and the key of the
// seal is in it before the code is spent. It returns a question, or the end of the matter. asked is the context of whoever asked: a device's code
// is asked about again and again, so an answer that comes after they gave up is not wanted.
func (k *Keeper) signIn(ctx context.Context, a *account, grant oauth.AuthorizationGrant, asked context.Context) (*question, error) {
	r, err := k.recovered(ctx, a)
	if err != nil {
		return nil, err
	}
	with, r, err := k.appToSend(a, r)
	if err != nil {
		return nil, err
	}
	if err := k.facts(a).notReady(); err != nil {
		return nil, err
	}
	in := r.NewIntent(r.Grant.Token.Refresh, k.seals.Generation(a.id, r), journal.CauseSignIn, with.target, k.now())
	in.Settings = with.name
	open, err := k.writeSignIn(ctx, a, r, in)
	if err != nil {
		return nil, err
	}
	defer k.stayAwake(ctx)()
	reply, err := k.send(ctx, a, open, with, oauth.GrantForm(with.provider, with.account, r.ClientSecret, grant))
	if err != nil {
		return nil, k.notSignedIn(ctx, a, in, signInError(with, err))
	}
	t, err := readSignIn(with, r, reply)
	switch {
	case err != nil:
		return nil, k.notSignedIn(ctx, a, in, signInError(with, err))
	case grant.Device && errors.Is(asked.Err(), context.Canceled) && k.ctx.Err() == nil: // given up while the provider was asked
		return nil, k.notSignedIn(ctx, a, in, asked.Err())
	case r.Replaces(t, with.target) != journal.SamePerson:
		return &question{in, reply, t, r.Grant.Token.OpenID, k.readClocks()}, nil
	}
	return nil, k.takeSignIn(ctx, a, r, in, t)
}

// notReady is why another chain may not take the place of the account's just now, although the record is known.
func (f facts) notReady() error {
	switch {
	case f.unopened: // the settings were mended in this very moment
		return &oauth.Error{Class: oauth.Transient, Reason: ReasonNotRead}
	case f.unsealed: // what is in memory alone would make room for the next answer
		return &oauth.Error{Class: oauth.Transient, Reason: ReasonNoRoom}
	}
	return nil
}

// writeSignIn makes room for the answer to a sign-in, and notes in the keychain that it is under way.
func (k *Keeper) writeSignIn(ctx context.Context, a *account, r journal.Record, in *journal.Intent) (open journal.Record, err error) {
	if err := k.seals.Reserve(a.id, in); err != nil {
		k.config.Log.Error("nothing sent", "account", a.id, "error", err)
		return open, &oauth.Error{Class: oauth.Transient, Reason: ReasonNoRoom}
	}
	open = r.WithIntent(in)
	if err := k.save(ctx, a.id, open); err != nil {
		k.dropSeal(a, in)
		return open, k.failVault(a, err)
	}
	k.learn(a, func(f *facts) { f.hold(open) })
	return open, nil
}

// answer ends a sign-in that asked. Refreshes may have moved the chain on meanwhile: then the answer is sealed as one that
// follows the token there is now, or nobody would find it after a crash.
func (k *Keeper) answer(ctx context.Context, a *account, q *question, agreed bool) error {
	if !agreed {
		_, _ = k.recovered(ctx, a) // what is stored next has to be in memory
		return k.notSignedIn(ctx, a, q.intent, ErrOther)
	}
	r, err := k.recovered(ctx, a)
	if err != nil { // nothing has changed
		return err
	}
	if q.token.Refresh == "" && r.TokenToSend(q.intent.To) != "" {
		return k.notSignedIn(ctx, a, q.intent, &oauth.Error{Class: oauth.Transient, Reason: ReasonNoRefreshToken})
	}
	back := k.setBackSince(q.asked) // by a clock that was wrong
	q.token, q.reply.Received = q.token.Shifted(back), q.reply.Received.Add(back)
	in := q.intent
	if moved := r.Intent == nil || r.Intent.ID != in.ID; moved {
		in = r.NewIntent(r.Grant.Token.Refresh, k.seals.Generation(a.id, r), journal.CauseSignIn, q.intent.To, k.now())
		in.Settings = q.intent.Settings
		defer k.dropSeal(a, q.intent)
	}
	k.seal(a, in, q.reply, journal.Agreed)
	return k.takeSignIn(ctx, a, r, in, q.token)
}

func (k *Keeper) takeSignIn(ctx context.Context, a *account, r journal.Record, in *journal.Intent, t oauth.Token) error {
	return k.conclude(ctx, a, in, outcome{
		record: r.SignedIn(t, in, k.config.Machine), keep: true, resolved: t.Refresh == r.Grant.Token.Refresh,
	})
}

// readSignIn reads the answer to a sign-in of a record's. How long to wait before it is asked again goes with the error.
func readSignIn(with app, r journal.Record, reply oauth.Reply) (oauth.Token, error) {
	t, err := oauth.ReadAnswer(with.provider, reply.Status, reply.Body, reply.Received)
	if x, ok := errors.AsType[*oauth.Error](err); ok {
		x.RetryAfter = reply.RetryAfter
	}
	if err == nil && t.Refresh == "" && r.TokenToSend(with.target) != "" { // what the account has is worth more
		err = &oauth.Error{Class: oauth.Transient, Reason: ReasonNoRefreshToken}
	}
	return t, err
}

// signInError is what went wrong with a request, in a sign-in's terms.
func signInError(with app, err error) error {
	if x, ok := errors.AsType[*oauth.Error](err); ok {
		return oauth.SignInError(with.provider, x)
	}
	return err
}

// notSignedIn takes what there is of a sign-in out of record and archive, and returns what went wrong.
// What else is still to be written or stored stays so.
func (k *Keeper) notSignedIn(ctx context.Context, a *account, in *journal.Intent, err error) error {
	if u := a.own.unwritten; u != nil && u.intent.ID == in.ID {
		k.setUnwritten(a, nil)
	}
	k.dropSeal(a, in)
	f := k.facts(a)
	if saveErr := k.store(ctx, a, f.record.WithoutSignIn(in), f.attempt()); saveErr != nil {
		k.config.Log.Warn("the intent of a sign-in stays", "account", a.id, "error", saveErr) // it concerns nobody any more
	}
	return err
}

// recovered is the account's record after everything that an earlier answer left to do is done.
func (k *Keeper) recovered(ctx context.Context, a *account) (journal.Record, error) {
	if _, _, err := k.recover(ctx, a); err != nil {
		if _, isVault := errors.AsType[*VaultError](err); isVault {
			return journal.Record{}, err
		}
	}
	f := k.facts(a)
	if f.unsaved() {
		return journal.Record{}, f.vaultError("an earlier grant is not saved yet")
	}
	return f.record, nil
}
