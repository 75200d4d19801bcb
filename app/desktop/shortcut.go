package desktop

// Shortcut is a combination of keys that works whatever program has the keyboard.
type Shortcut struct {
	Keys   Keys
	Does   string   // what it does, for a desktop that asks the person
	Helper []string // Linux: the program, with its arguments, that asks the portal: see ServeShortcut
}

// ShortcutNews is what happened to a shortcut.
type ShortcutNews struct {
	State  ShortcutState
	Detail string // of ShortcutBound, how the desktop calls the keys, if it says; of a refusal, what the system said, for the log
}

// ShortcutState is what a shortcut is, or ShortcutPressed.
type ShortcutState string

// The states of a shortcut, and the moment it is there for. Whatever is not bound, away, ended or pressed is its end: nobody asks again.
const (
	ShortcutPressed     ShortcutState = "pressed"
	ShortcutBound       ShortcutState = "bound"
	ShortcutAway        ShortcutState = "away"        // what held it has gone, and is asked again when it is back
	ShortcutMissing     ShortcutState = "missing"     // nothing here gives shortcuts to programs
	ShortcutCancelled   ShortcutState = "cancelled"   // the person said no
	ShortcutRefused     ShortcutState = "refused"     // the system did
	ShortcutTaken       ShortcutState = "taken"       // another program has the keys
	ShortcutUnsupported ShortcutState = "unsupported" // not offered on this system
)

// ShortcutEnded is a process that held the keys and has ended by no will of anybody here. Another one takes its place.
const ShortcutEnded ShortcutState = "ended"

// What a desktop has to offer before it is asked for keys, besides ShortcutMissing and ShortcutUnsupported.
const (
	ShortcutOffered ShortcutState = "offered"
	ShortcutUnknown ShortcutState = "unknown" // shows when it is asked
)

// known reports whether a state is one that a helper says.
func (s ShortcutState) known() bool {
	switch s {
	case ShortcutPressed, ShortcutBound, ShortcutAway, ShortcutMissing, ShortcutCancelled, ShortcutRefused, ShortcutTaken, ShortcutUnsupported:
		return true
	}
	return false
}
