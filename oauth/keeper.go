package oauth

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// World is all the keeper needs from outside. Production and tests use the same.
type World struct {
	Vault    Vault
	SealDir  string               // for answers on their way to the vault; exists, mode 0700
	Exchange Exchange             // the network
	MinValid func() time.Duration // the setting: how long a token handed out shall still work
	Share    func() int           // the setting: percent of the lifetime left when a token is due; nil means 20
	Rate     float64              // scheduled refreshes per second over all accounts; 0 means 5
	Log      *slog.Logger
	Random   func() float64   // in [0, 1)
	Now      func() time.Time // the wall clock; nil means time.Now
	Machine  string           // names this computer in what it stores; "" if unknown

	// Inhibit keeps the computer awake until what it returns is called; nil if that can't be had.
	Inhibit func(context.Context) (release func())

	// Note is told of each new generation and each failure; nil if nobody keeps a history. It must not call the keeper.
	Note func(Event)
}

// Keeper is the engine: it alone reads and writes grants, and it alone spends refresh tokens.
type Keeper struct {
	world World
	seals seals
	life  context.Context // ends attempts that have not been sent
	poke  chan struct{}   // wakes the loop
	hasty chan struct{}   // wakes the loader

	flights sync.WaitGroup // transactions under way; quitting waits for them

	mu       sync.Mutex // guards what follows and the fields of entries; never held over I/O
	closed   bool
	entries  map[string]*entry
	queue    queue
	watchers map[chan struct{}]struct{}
	revision uint64
	last     *Snapshot

	settled   time.Time // nothing is sent on schedule before; see Settle
	skew      time.Duration
	skewKnown bool
}

type entry struct {
	id   string
	turn chan struct{} // size 1: who holds it works on the account's record, and alone changes grant, secret, sealKey, loaded, unsaved and unsealed

	// guarded by Keeper.mu
	account   Account
	loaded    bool
	grant     Grant
	secret    Secret // the client's, and
	sealKey   []byte // the seals': what else a record needs that must be stored again
	state     State
	reason    Reason
	detail    string
	since     time.Time
	next      time.Time
	place     int       // in Keeper.queue; -1 if not there
	failures  int       // in a row
	forgiven  bool      // the settings changed after the refresh token was refused; the holder of the turn uses it up
	sent      time.Time // of the refresh whose answer is missing
	away      bool      // the last try found no connection
	doubt     *Error    // what became of the refresh token is open; nil once an answer said so
	noted     Reason    // the last failure the history was told of
	loads     round
	rotations round
	unsaved   *pending
	unsealed  *unsealed
}

// unsealed is an answer that the disk has not taken yet.
type unsealed struct {
	intent *Intent
	reply  Reply
	chosen bool
}

// pending is a record that the vault has not taken yet.
type pending struct {
	record Record
	intent *Intent
}

// New makes a keeper. ctx ends what has not been sent yet; what was sent is seen through, and Run waits for it.
func New(ctx context.Context, w World) *Keeper {
	if w.Rate == 0 {
		w.Rate = 5
	}
	if w.Now == nil {
		w.Now = time.Now
	}
	if w.Inhibit == nil {
		w.Inhibit = func(context.Context) func() { return func() {} }
	}
	if w.Share == nil {
		w.Share = func() int { return shareLeft }
	}
	if w.Note == nil {
		w.Note = func(Event) {}
	}
	return &Keeper{
		world: w, seals: seals{w.SealDir}, life: ctx, poke: make(chan struct{}, 1), hasty: make(chan struct{}, 1),
		entries: map[string]*entry{}, watchers: map[chan struct{}]struct{}{},
	}
}

// Refresh rotates the chain now, because a person asked. Callers at the same time share one rotation. ErrHeld if the
// account is held.
func (k *Keeper) Refresh(ctx context.Context, id string) error {
	e, err := k.entry(id)
	if err != nil {
		return err
	}
	if k.isHeld(e) {
		return ErrHeld
	}
	return k.rotate(ctx, e, CauseAsked, "")
}

func (k *Keeper) entry(id string) (*entry, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if e := k.entries[id]; e != nil {
		return e, nil
	}
	return nil, ErrNoAccount
}

func (k *Keeper) settings(e *entry) Account {
	k.mu.Lock()
	defer k.mu.Unlock()
	return e.account
}

func (e *entry) take(ctx context.Context) error {
	select {
	case <-e.turn:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (e *entry) release() { e.turn <- struct{}{} }

func wake(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
