package desktop

import (
	"context"
	"errors"
	"time"
)

const notifications = "org.freedesktop.Notifications"

// What the library hears of these it hears from everybody on the bus, who could then click in a person's place.
var (
	clickNews  = news{notifications, notifications, "ActionInvoked"}
	closedNews = news{notifications, notifications, "NotificationClosed"}
)

// dismissed is why a notice is closed that a person has put away. Others expire, are taken back, or go for reasons of those who show them:
// https://specifications.freedesktop.org/notification-spec/latest/protocol.html#signal-notification-closed
const dismissed = 2

// heard is what the server of the notices says of one of them. Both signals begin with its id; a click has the action's key besides, an end its
// reason.
func (n *freedesktopNotices) heard(what news, body []any) {
	if len(body) != 2 {
		return
	}
	id, _ := body[0].(uint32)
	if n.isOutdated() {
		return
	}
	if what == closedNews {
		reason, _ := body[1].(uint32)
		n.closed(id, reason)
		return
	}
	if action, ok := body[1].(string); ok {
		n.clicked(id, action)
	}
}

// isOutdated reports whether somebody else has come to show notices since the last one was shown: what is said of a number then is about another
// program's notice.
func (n *freedesktopNotices) isOutdated() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.asked != n.arrivals.Load()
}

func (n *freedesktopNotices) clicked(id uint32, action string) {
	n.mu.Lock()
	click := n.clicks[id]
	if key, s := n.slotOf(id); s.id != 0 {
		s.answered = true
		n.slots[key] = s
	}
	n.mu.Unlock()
	if click != nil {
		click(action)
	}
}

// closed notes that a notice is on the screen no more. One that nobody has put away or clicked on is remembered: nobody may have seen it.
func (n *freedesktopNotices) closed(id, reason uint32) {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.clicks, id)
	key, s := n.slotOf(id)
	switch {
	case s.id == 0:
	case reason == dismissed || s.answered:
		delete(n.slots, key)
		n.write()
	default:
		s.id = 0
		n.slots[key] = s
		n.write()
	}
}

// slotOf is the slot of a notice that is on the screen, and its key. It wants n.mu held.
func (n *freedesktopNotices) slotOf(id uint32) (key string, s slot) {
	for key, s := range n.slots {
		if s.id == id && id != 0 {
			return key, s
		}
	}
	return "", slot{}
}

// Watch hears of who comes to show notices: what was learned of the one before is no longer true. It takes back what Keep found.
func (n *freedesktopNotices) Watch(ctx context.Context, came func()) {
	there := func() {
		if c := n.bus.connection(); c != nil && c.signals.present(notifications) {
			go n.meet() // beside the watching: who shows notices may hang
			came()
		}
	}
	keepWatching(ctx, n.bus.connection, []news{closedNews, ownerNews}, there, func(what news, body []any) {
		if what != ownerNews || len(body) != 3 || body[0] != notifications {
			return
		}
		n.arrivals.Add(1) // without n.mu, which is held while one that hangs is asked
		there()
	})
}

func (n *freedesktopNotices) Clear(ctx context.Context, key string) (stood bool, err error) {
	err = bounded(ctx, func() error {
		n.mu.Lock()
		defer n.mu.Unlock()
		s, known := n.slots[key]
		if !known {
			return errPutAway
		}
		if s.id != 0 {
			if err := n.takeBack(ctx, key); err != nil {
				return err
			}
			s = n.slots[key]
		}
		if err := ctx.Err(); err != nil { // who asks again shall hear that it stood there
			s.id = 0
			n.slots[key] = s
			return err
		}
		delete(n.slots, key)
		n.write()
		return nil
	})
	if errors.Is(err, errPutAway) {
		return false, nil
	}
	return err == nil, err
}

// errPutAway is a notice that a person has put away, or that never was.
var errPutAway = errors.New("no such notice is shown")

// takeBack wants n.mu held. If nobody is there who shows notices, this one has gone as well.
func (n *freedesktopNotices) takeBack(ctx context.Context, key string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	err := n.ready()
	if id := n.slots[key].id; err == nil && id != 0 {
		_, err = n.notifier.CloseNotification(id)
	}
	if isNamed(err, "ServiceUnknown") {
		return nil
	}
	return err
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
		var keys []string
		for key, s := range n.slots {
			if !s.lasting {
				keys = append(keys, key)
			}
		}
		found <- keys // also if its server has ended with the session: nobody put them away
		there := n.ready() == nil
		for _, key := range keys {
			if id := n.slots[key].id; there && id != 0 {
				_, _ = n.notifier.CloseNotification(id)
			}
			delete(n.slots, key)
		}
		n.write() // what lasts: whoever starts next takes it back
		n.deafen()
		return n.notifier.Close()
	})
	select {
	case stood = <-found:
	default:
	}
	return stood
}
