package desktop

import (
	"context"
	"html"
	"io"
	"log"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/esiqveland/notify"
	"github.com/godbus/dbus/v5"

	"freshkey/app/appid"
)

// freedesktopNotices speaks org.freedesktop.Notifications. Each key has one slot, which a newer notice takes over.
type freedesktopNotices struct {
	bus      *bus
	arrivals atomic.Int64 // of those who show notices, as far as Watch has heard

	mu       sync.Mutex  // guards what follows
	conn     *connection // the one notifier listens on
	notifier notify.Notifier
	asked    int64 // the arrival whose markup and actions these are; -1 for none
	markup   bool
	actions  bool
	deafen   context.CancelFunc // ends what hears the clicks
	slots    map[string]slot    // until a person has put the notice away, or it was taken back
	clicks   map[uint32]func(action string)
	server   string                // who shows notices, as serverName has it
	file     string                // of what is on the screen; "" for none
	left     map[string]leftNotice // by the program before this one, and still to be taken back
}

// slot is one key's notice.
type slot struct {
	id       uint32 // as who shows it counts; 0 once it is on the screen no more
	lasting  bool   // stays when this ends
	answered bool   // a person has clicked on it
}

func newNotices(b *bus) *freedesktopNotices {
	return &freedesktopNotices{bus: b, asked: -1, slots: map[string]slot{}, clicks: map[uint32]func(string){}}
}

// ready wants n.mu held.
func (n *freedesktopNotices) ready() error {
	conn, err := n.bus.get()
	if err != nil {
		return err
	}
	if n.notifier == nil || conn != n.conn {
		notifier, err := notify.New(conn.Conn, notify.WithLogger(log.New(io.Discard, "", 0))) // it logs each signal that it does not know
		if err != nil {
			return err
		}
		if n.deafen != nil {
			n.deafen()
		}
		life, deafen := context.WithCancel(context.Background())
		n.conn, n.notifier, n.deafen, n.asked = conn, notifier, deafen, -1
		n.listen(life)
	}
	arrival := n.arrivals.Load()
	if n.asked == arrival {
		return nil
	}
	caps, err := n.notifier.GetCapabilities()
	if err != nil {
		return err
	}
	if server := serverName(conn); server == "" || server != n.server {
		n.forgetShown()
		n.server = server
	}
	n.markup, n.actions, n.asked = slices.Contains(caps, "body-markup"), slices.Contains(caps, "actions"), arrival
	return nil
}

// forgetShown drops the numbers of what was shown by somebody else than who shows notices now, and who may have given them to other programs' notices:
// it went with who showed it, and no person has put it away. It wants n.mu held.
func (n *freedesktopNotices) forgetShown() {
	for key, s := range n.slots {
		s.id = 0
		n.slots[key] = s
	}
	clear(n.clicks)
}

// listen hears of clicks and ends from now on until life ends: of the first notice as well, however soon it is answered. It wants n.mu held.
func (n *freedesktopNotices) listen(life context.Context) {
	begun := make(chan struct{})
	begin := sync.OnceFunc(func() { close(begun) })
	conn := n.conn
	go func() {
		defer begin() // also if it cannot
		watchNews(life, conn, []news{clickNews, closedNews}, begin, n.heard)
	}()
	<-begun
}

func (n *freedesktopNotices) Show(ctx context.Context, notice Notice, onClick func()) error {
	var actions []notify.Action
	if notice.Action != "" {
		actions = []notify.Action{{Key: "default", Label: notice.Action}}
	}
	return n.send(ctx, notice, actions, func(string) {
		if onClick != nil {
			onClick()
		}
	})
}

func (n *freedesktopNotices) Ask(ctx context.Context, notice Notice, choices []string, chosen func(int)) error {
	var actions []notify.Action
	if notice.Action != "" {
		actions = append(actions, notify.Action{Key: "default", Label: notice.Action})
	}
	for i, label := range choices {
		actions = append(actions, notify.Action{Key: strconv.Itoa(i), Label: label})
	}
	if err := bounded(ctx, func() error {
		n.mu.Lock()
		defer n.mu.Unlock()
		if err := n.ready(); err != nil {
			return err
		}
		if !n.actions {
			return ErrNoChoices
		}
		return nil
	}); err != nil {
		return err
	}
	return n.send(ctx, notice, actions, func(action string) {
		i, err := strconv.Atoi(action)
		switch {
		case action == "default":
			chosen(Opened)
		case err == nil && i >= 0 && i < len(choices):
			chosen(i)
		}
	})
}

func (n *freedesktopNotices) send(ctx context.Context, notice Notice, actions []notify.Action, clicked func(action string)) error {
	return bounded(ctx, func() error {
		n.mu.Lock()
		defer n.mu.Unlock()
		if err := ctx.Err(); err != nil { // nobody waits for it any more: it is tried again
			return err
		}
		if err := n.ready(); err != nil {
			return err
		}
		if notice.Amends && n.slots[notice.Key].id == 0 { // it is on the screen no more
			return nil
		}
		message := notify.Notification{
			AppName: "Freshkey", ReplacesID: n.slots[notice.Key].id, AppIcon: appid.ID, Summary: notice.Title, Body: notice.Body,
			Hints: map[string]dbus.Variant{"desktop-entry": dbus.MakeVariant(appid.ID)}, ExpireTimeout: notify.ExpireTimeoutSetByNotificationServer,
		}
		if n.markup {
			message.Body = html.EscapeString(message.Body)
		}
		if n.actions {
			message.Actions = actions
		}
		message.SetUrgency(urgencyOf(notice))
		id, err := n.notifier.SendNotification(message)
		if err != nil {
			return err
		}
		n.slots[notice.Key], n.clicks[id] = slot{id: id, lasting: notice.Lasting}, clicked
		n.write()
		return nil
	})
}

// urgencyOf is never low: such a notice has no banner in GNOME (js/ui/messageTray.js, _onNotificationRequestBanner), and who pressed keys that copy
// waits for one.
func urgencyOf(n Notice) notify.Urgency {
	if n.Urgent {
		return notify.UrgencyCritical
	}
	return notify.UrgencyNormal
}

func (n *freedesktopNotices) HasChoices() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.actions
}

func (n *freedesktopNotices) Server(ctx context.Context) (name string, err error) {
	err = bounded(ctx, func() error {
		n.mu.Lock()
		defer n.mu.Unlock()
		if err := n.ready(); err != nil {
			return err
		}
		info, err := n.notifier.GetServerInformation()
		name = info.Name
		return err
	})
	return name, err
}
