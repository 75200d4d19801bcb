//go:build linux

package testenv

import (
	"errors"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/godbus/dbus/v5"
)

// Why a notice is on the screen no more, as https://specifications.freedesktop.org/notification-spec/latest/protocol.html has it.
const (
	NoticeExpired   uint32 = 1
	NoticeDismissed uint32 = 2 // by a person
	NoticeClosed    uint32 = 3 // by whoever raised it
	NoticeUndefined uint32 = 4
)

// noticesPath is where those who show notices have their object.
const noticesPath = "/org/freedesktop/Notifications"

// NoticeServer stands in for what shows notices. It shows them to nobody, and does what a test says.
type NoticeServer struct {
	conn  *dbus.Conn
	can   []string
	calls atomic.Int64

	mu      sync.Mutex // guards what follows
	failing bool
	last    uint32
	titles  map[uint32]string // of what is shown
	sent    []string          // titles, one after the other
}

// ServeNotices takes the place of those who show notices, whose name must be free. What it can is a list of capabilities in the protocol's words.
func (s *Session) ServeNotices(can ...string) (*NoticeServer, error) {
	conn, err := dbus.Connect(s.address)
	if err != nil {
		return nil, err
	}
	n := &NoticeServer{conn: conn, can: can, titles: map[uint32]string{}}
	if err := conn.Export(noticeCalls{n}, noticesPath, noticesName); err != nil {
		return nil, err
	}
	switch reply, err := conn.RequestName(noticesName, dbus.NameFlagDoNotQueue); {
	case err != nil:
		return nil, err
	case reply != dbus.RequestNameReplyPrimaryOwner:
		return nil, errors.New("somebody else shows notices here")
	}
	return n, nil
}

// Fail has each call fail from now on, or no more.
func (n *NoticeServer) Fail(failing bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.failing = failing
}

// Hold has each call wait from now on, until release is called.
func (n *NoticeServer) Hold() (release func()) {
	n.mu.Lock()
	return n.mu.Unlock
}

// Calls is how many calls have come, also if they wait.
func (n *NoticeServer) Calls() int64 { return n.calls.Load() }

// Shown are the titles of the notices that are on the screen.
func (n *NoticeServer) Shown() (titles []string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, title := range n.titles {
		titles = append(titles, title)
	}
	return titles
}

// Sent are the titles of all notices so far.
func (n *NoticeServer) Sent() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.sent)
}

// Click says that a person clicked on each notice, which stays.
func (n *NoticeServer) Click() error {
	return n.each(func(id uint32) error { return n.conn.Emit(noticesPath, noticesName+".ActionInvoked", id, "default") })
}

// TakeAway takes all notices off the screen, for a reason.
func (n *NoticeServer) TakeAway(reason uint32) error {
	return n.each(func(id uint32) error {
		delete(n.titles, id)
		return n.conn.Emit(noticesPath, noticesName+".NotificationClosed", id, reason)
	})
}

func (n *NoticeServer) each(do func(id uint32) error) (err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for id := range n.titles {
		err = errors.Join(err, do(id))
	}
	return err
}

// Reappear gives its name up and takes it again, as one that a call has started seems to come after that call. What it shows stays.
func (n *NoticeServer) Reappear() error {
	if _, err := n.conn.ReleaseName(noticesName); err != nil {
		return err
	}
	_, err := n.conn.RequestName(noticesName, dbus.NameFlagDoNotQueue)
	return err
}

// Close ends it, and what it shows goes with it.
func (n *NoticeServer) Close() error { return n.conn.Close() }

// noticeCalls are the calls of https://specifications.freedesktop.org/notification-spec/latest/protocol.html.
type noticeCalls struct{ *NoticeServer }

func (n noticeCalls) answer(do func()) *dbus.Error {
	n.calls.Add(1)
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.failing {
		return dbus.MakeFailedError(errors.New("not now"))
	}
	do()
	return nil
}

// GetCapabilities is the protocol's.
func (n noticeCalls) GetCapabilities() (all []string, err *dbus.Error) {
	err = n.answer(func() { all = n.can })
	return all, err
}

// GetServerInformation is the protocol's.
func (n noticeCalls) GetServerInformation() (name, vendor, version, spec string, err *dbus.Error) {
	return "stand-in", "Freshkey", "1", "1.2", n.answer(func() {})
}

// Notify is the protocol's.
func (n noticeCalls) Notify(_ string, replaces uint32, _, title, _ string, _ []string, _ map[string]dbus.Variant, _ int32) (id uint32, err *dbus.Error) {
	err = n.answer(func() {
		if id = replaces; id == 0 {
			n.last++
			id = n.last
		}
		n.titles[id] = title
		n.sent = append(n.sent, title)
	})
	return id, err
}

// CloseNotification is the protocol's.
func (n noticeCalls) CloseNotification(id uint32) *dbus.Error {
	return n.answer(func() {
		if _, shown := n.titles[id]; shown {
			delete(n.titles, id)
			_ = n.conn.Emit(noticesPath, noticesName+".NotificationClosed", id, NoticeClosed)
		}
	})
}
