package desktop

// SessionKind is how programs get at a screen here.
type SessionKind string

// The kinds of session.
const (
	SessionWayland SessionKind = "wayland"
	SessionX11     SessionKind = "x11"
	SessionNone    SessionKind = "none"   // there is no screen
	SessionNative  SessionKind = "native" // the only kind that the system has
)

// SessionKind is the kind of session that this process lives in.
func (d *Desktop) SessionKind() SessionKind { return d.session.Kind() }

// PowerSources names who tells WatchPower of sleep, and who of the network: as things are now, since services come and go. Either is empty where
// nobody does.
func (d *Desktop) PowerSources() (sleep, network string) { return d.power.Sources() }
