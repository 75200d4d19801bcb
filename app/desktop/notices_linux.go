package desktop

import (
	"context"
	"errors"
	"html"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/esiqveland/notify"
	"github.com/godbus/dbus/v5"

	"freshkey/app/appid"
)

// freedesktopNotices speaks org.freedesktop.Notifications. Each key has one slot, which a newer notice takes over.
type freedesktopNotices struct {
	bus *bus

	mu       sync.Mutex  // guards what follows
	conn     *connection // the one notifier listens on
	notifier notify.Notifier
	markup   bool
	actions  bool
	deafen   context.CancelFunc // ends what hears the clicks
	slots    map[string]uint32
	lasting  map[string]bool // those that stay when this ends
	clicks   map[uint32]func(action string)
}

func newNotices(b *bus) *freedesktopNotices {
	return &freedesktopNotices{bus: b, slots: map[string]uint32{}, lasting: map[string]bool{}, clicks: map[uint32]func(string){}}
}

// ready wants n.mu held.
func (n *freedesktopNotices) ready() error {
	conn, err := n.bus.get()
	if err != nil {
		return err
	}
	if n.notifier != nil && conn == n.conn {
		return nil
	}
	notifier, err := notify.New(conn.Conn)
	if err != nil {
		return err
	}
	if n.deafen != nil {
		n.deafen()
	}
	life, deafen := context.WithCancel(context.Background())
	n.conn, n.notifier, n.deafen = conn, notifier, deafen
	go watchNews(life, conn, []news{clickNews, closedNews}, nil, n.heard)
	caps, err := notifier.GetCapabilities()
	if err != nil {
		return err
	}
	n.markup, n.actions = slices.Contains(caps, "body-markup"), slices.Contains(caps, "actions")
	return nil
}

const notifications = "org.freedesktop.Notifications"

// What the library hears of these it hears from everybody on the bus, who could then click in a person's place.
var (
	clickNews  = news{notifications, notifications, "ActionInvoked"}
	closedNews = news{notifications, notifications, "NotificationClosed"}
)

// heard is what the server of the notices says of one of them. Both signals begin with its id; a click has the action's key besides.
func (n *freedesktopNotices) heard(what news, body []any) {
	if len(body) != 2 {
		return
	}
	id, _ := body[0].(uint32)
	if what == closedNews {
		n.closed(id)
		return
	}
	n.mu.Lock()
	click := n.clicks[id]
	n.mu.Unlock()
	if action, ok := body[1].(string); ok && click != nil {
		click(action)
	}
}

func (n *freedesktopNotices) closed(id uint32) {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.clicks, id)
	for key, shown := range n.slots {
		if shown == id {
			delete(n.slots, key)
		}
	}
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
		if i, err := strconv.Atoi(action); err == nil && i >= 0 && i < len(choices) {
			chosen(i)
		}
	})
}

func (n *freedesktopNotices) send(ctx context.Context, notice Notice, actions []notify.Action, clicked func(action string)) error {
	return bounded(ctx, func() error {
		n.mu.Lock()
		defer n.mu.Unlock()
		if err := n.ready(); err != nil {
			return err
		}
		if notice.Amends && n.slots[notice.Key] == 0 { // a person has put it away
			return nil
		}
		message := notify.Notification{
			AppName: "Freshkey", ReplacesID: n.slots[notice.Key], AppIcon: appid.ID, Summary: notice.Title, Body: notice.Body,
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
		n.slots[notice.Key], n.clicks[id], n.lasting[notice.Key] = id, clicked, notice.Lasting
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

func (n *freedesktopNotices) Clear(ctx context.Context, key string) (stood bool) {
	return bounded(ctx, func() error {
		n.mu.Lock()
		defer n.mu.Unlock()
		id, shown := n.slots[key]
		if !shown {
			return errNotShown
		}
		if err := n.ready(); err != nil {
			return err
		}
		delete(n.slots, key)
		_, err := n.notifier.CloseNotification(id)
		return err
	}) == nil
}

// errNotShown is a notice that is not on the screen.
var errNotShown = errors.New("no such notice is shown")

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

// closePatience is how long the server may take to put away what nobody answers a click on any more.
const closePatience = time.Second

func (n *freedesktopNotices) Close() (stood []string) {
	ctx, cancel := context.WithTimeout(context.Background(), closePatience)
	defer cancel()
	found := make(chan []string, 1)
	_ = bounded(ctx, func() error {
		n.mu.Lock()
		defer n.mu.Unlock()
		if n.notifier == nil {
			return nil
		}
		keys := slices.DeleteFunc(slices.Collect(maps.Keys(n.slots)), func(key string) bool { return n.lasting[key] })
		found <- keys // also if its server has ended with the session: nobody put them away
		for _, key := range keys {
			_, _ = n.notifier.CloseNotification(n.slots[key])
		}
		n.deafen()
		return n.notifier.Close()
	})
	select {
	case stood = <-found:
	default:
	}
	return stood
}
