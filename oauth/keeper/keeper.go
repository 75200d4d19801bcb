package keeper

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/journal"
)

// Config is all the keeper needs from outside. Production and tests use the same.
type Config struct {
	Vault    Vault
	SealDir  string               // for answers on their way to the vault; made if it is missing, mode 0700
	Exchange oauth.Exchange       // the network
	MinValid func() time.Duration // the setting: how long a token handed out shall still work
	Share    func() int           // the setting: percent of the lifetime left when a token is due; nil means 20. Asked by Reconsider
	Rate     float64              // scheduled refreshes per second over all accounts; 0 means 5
	Log      *slog.Logger
	Random   func() float64   // in [0, 1)
	Now      func() time.Time // the wall clock; nil means time.Now
	Machine  string           // names this computer in what it stores; "" if unknown

	// Inhibit keeps the computer awake until what it returns is called; nil if that can't be had.
	Inhibit func(context.Context) (release func())

	// AskVault is the setting that no token is handed out without the keychain; nil means that it is not.
	AskVault func() bool

	// Left tells by which move a refresh token of an account's has left for another computer, whatever the keychain says; nil if
	// none ever leaves.
	Left func(account, fingerprint string) (m journal.Move, gone bool)

	// OnEvent is told of each new generation and each failure, and of each account's grant when that is found; nil if nobody keeps a history. It must
	// not call the keeper.
	OnEvent func(Event)
}

// Keeper is the engine over all accounts of one profile.
type Keeper struct {
	config Config
	seals  journal.Seals
	ctx    context.Context // ends attempts that have not been sent

	begun         time.Time // with a monotonic reading: the steady clock counts from it
	wakeScheduler chan struct{}
	wakeLoader    chan struct{}
	inFlight      sync.WaitGroup // work under way; quitting waits for it

	mu                sync.Mutex // guards what follows and each account's mutexPart; never held over I/O
	closed            bool
	locked, paused    bool // see Lock
	shut, asked       bool // the keychain gave nothing when it was read last; Config.AskVault, as it was said last
	accounts          map[string]*account
	distinct          oauth.Shared                  // the providers of the accounts, and …
	providers         map[*oauth.Provider]*provider // … what follows from each
	outages           map[string]outage             // by token endpoint: those that there were
	yielding          map[*account]bool             // those that have a rival, or had one: few of many
	byName            []*account                    // as a snapshot has them; nil if an account came, went or was renamed
	queue             queue
	rest              rest
	clocks            clocks    // as they were when they were compared last
	opened            time.Time // when the keychain may have been opened last
	share             int       // Config.Share, as it was said last
	watchers          map[chan struct{}]struct{}
	revision          uint64
	last              *Snapshot
	lastAt, lastUntil time.Time // when it was made, and when time alone makes it another
	skew              clockSkew
}

// New makes a keeper. ctx ends what has not been sent yet; what was sent is seen through, and Run waits for it.
func New(ctx context.Context, c Config) *Keeper {
	if c.Rate == 0 {
		c.Rate = 5
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Inhibit == nil {
		c.Inhibit = func(context.Context) func() { return func() {} }
	}
	if c.Share == nil {
		c.Share = func() int { return DefaultShare }
	}
	if c.AskVault == nil {
		c.AskVault = func() bool { return false }
	}
	if c.OnEvent == nil {
		c.OnEvent = func(Event) {}
	}
	k := &Keeper{
		share: c.Share(), asked: c.AskVault(), begun: time.Now(),
		config: c, seals: journal.Seals{Dir: c.SealDir}, ctx: ctx,
		wakeScheduler: make(chan struct{}, 1), wakeLoader: make(chan struct{}, 1),
		accounts: map[string]*account{}, providers: map[*oauth.Provider]*provider{}, outages: map[string]outage{}, yielding: map[*account]bool{}, watchers: map[chan struct{}]struct{}{},
	}
	k.clocks = k.readClocks()
	return k
}

// now is the wall clock without its monotonic part, which stops while the machine sleeps.
func (k *Keeper) now() time.Time { return k.config.Now().Round(0) }

// wake makes the reader of c look again; a message that was not read yet is enough.
func wake(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
