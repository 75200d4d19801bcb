//go:build linux

package testenv

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/godbus/dbus/v5"
)

// Notice is a message that went to the notifier.
type Notice struct {
	ID          uint32
	Title, Body string
}

const noticesName = "org.freedesktop.Notifications"

// ShowNoticesBy has another program show the notices.
func (d *Desktop) ShowNoticesBy(program string) error {
	if err := d.StopNotices(); err != nil {
		return err
	}
	d.notices = d.Command(program)
	if err := d.Start(d.notices); err != nil {
		return err
	}
	return d.WaitName(noticesName)
}

// StopNotices ends the program that shows the notices, if one does. The bus of the session may know another one, and start it with the next notice.
func (d *Desktop) StopNotices() error {
	if d.notices != nil {
		if err := d.notices.Process.Kill(); err != nil {
			return err
		}
		d.notices = nil
	}
	return d.WaitNameGone(noticesName)
}

// Notices listens in on the bus and returns what is sent to the notifier from now on.
func (d *Desktop) Notices() (<-chan Notice, func(), error) {
	conn, err := dbus.Connect(d.address)
	if err != nil {
		return nil, nil, err
	}
	rules := []string{"type='method_call',interface='org.freedesktop.Notifications',member='Notify'"}
	if err := conn.BusObject().Call("org.freedesktop.DBus.Monitoring.BecomeMonitor", 0, rules, uint32(0)).Err; err != nil {
		return nil, nil, err
	}
	messages, notices := make(chan *dbus.Message, 100), make(chan Notice, 100)
	conn.Eavesdrop(messages)
	go func() {
		defer close(notices)
		for m := range messages {
			if m.Type != dbus.TypeMethodCall || len(m.Body) < 5 {
				continue
			}
			title, _ := m.Body[3].(string)
			body, _ := m.Body[4].(string)
			notices <- Notice{Title: title, Body: body}
		}
	}()
	return notices, func() { conn.Close() }, nil
}

// WaitNotice returns the next notice whose title holds text.
func WaitNotice(notices <-chan Notice, text string) (Notice, error) {
	timeout := time.After(waitTimeout)
	var seen []string
	for {
		select {
		case n, open := <-notices:
			if !open {
				return Notice{}, errors.New("the bus has gone")
			}
			if strings.Contains(n.Title, text) {
				return n, nil
			}
			seen = append(seen, n.Title)
		case <-timeout:
			return Notice{}, fmt.Errorf("no notice %q in %v, only %q", text, waitTimeout, seen)
		}
	}
}
