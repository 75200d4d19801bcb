package desktop

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"time"

	"github.com/godbus/dbus/v5"

	"freshkey/app/appid"
)

const (
	portalPath     = "/org/freedesktop/portal/desktop"
	portalRegistry = "org.freedesktop.host.portal.Registry"
	portalShortcut = "org.freedesktop.portal.GlobalShortcuts"
	portalRequest  = "org.freedesktop.portal.Request"
	portalSession  = "org.freedesktop.portal.Session"
	portalPatience = time.Minute // a login may have the portal start with its first call
	portalTries    = 5           // where it goes before it has answered
)

var (
	responseNews = news{portal, portalRequest, "Response"}
	pressedNews  = news{portal, portalShortcut, "Activated"}
	closedByUser = news{portal, portalSession, "Closed"}
	ownerNews    = news{busName, busName, "NameOwnerChanged"}
)

// shortcutPortal is a shortcut that the portal is asked for.
type shortcutPortal struct {
	PortalShortcut
	conn  *connection
	heard chan heardSignal
	path  dbus.ObjectPath // of the session
}

// PortalShortcut is what the portal is told of a shortcut.
type PortalShortcut struct{ ID, Trigger, Does string }

// ServeShortcut asks the portal for a shortcut, and writes a line for each news of it, until ctx ends or the portal has said no. It is what the
// helper of a Shortcut does: it needs a process that others may look into.
func ServeShortcut(ctx context.Context, out io.Writer, s PortalShortcut) {
	say := func(state ShortcutState, detail string) {
		_, _ = fmt.Fprintln(out, string(state), detail) // nobody reads it any more: then the input ends as well
	}
	b := &bus{}
	defer b.close()
	conn, err := b.get()
	if err != nil {
		say(ShortcutMissing, err.Error())
		return
	}
	p := &shortcutPortal{PortalShortcut: s, conn: conn, heard: make(chan heardSignal, maxWaiting)}
	conn.signals.add(&waiting{[]news{responseNews, pressedNews, closedByUser, ownerNews}, p.heard})
	for tries := portalTries; ctx.Err() == nil; tries-- {
		p.forget()
		keys, err := p.bind(ctx)
		if err == nil {
			tries = portalTries
			say(ShortcutBound, oneLine(keys))
			err = p.follow(ctx, func() { say(ShortcutPressed, "") })
		}
		if isGone(err) && tries > 0 { // a session that begins may start it anew
			say(ShortcutAway, "")
			err = p.awaitPortal(ctx)
		}
		if err != nil && ctx.Err() == nil {
			say(stateOf(err), lineOf(err))
			return
		}
	}
}

// forget drops what was heard and not looked at: it is about a portal of before.
func (p *shortcutPortal) forget() {
	for {
		select {
		case <-p.heard:
		default:
			return
		}
	}
}

// bind asks for the shortcut, which may have the desktop ask the person, and returns how the desktop calls the keys.
func (p *shortcutPortal) bind(ctx context.Context) (keys string, err error) {
	p.path = ""
	for _, n := range []news{responseNews, pressedNews, closedByUser} {
		if err := p.conn.listen(ctx, n); err != nil {
			return "", err
		}
	}
	options := map[string]dbus.Variant{}
	if err := p.call(ctx, portalRegistry+".Register", appid.ID, options).Err; isAbsent(err) { // an older portal knows the program by its cgroup
		return "", err
	}
	options["session_handle_token"] = dbus.MakeVariant("freshkey" + rand.Text())
	created, err := p.request(ctx, portalShortcut+".CreateSession", options)
	if err != nil {
		return "", err
	}
	session := dbus.ObjectPath(fmt.Sprint(created["session_handle"].Value())) // a string, or a path where the portal is true to its name
	if !session.IsValid() {
		return "", errNotAnswered
	}
	about := map[string]dbus.Variant{"description": dbus.MakeVariant(p.Does), "preferred_trigger": dbus.MakeVariant(p.Trigger)}
	bound, err := p.request(ctx, portalShortcut+".BindShortcuts", map[string]dbus.Variant{}, session, []portalBinding{{p.ID, about}}, "")
	if err != nil {
		return "", err
	}
	p.path = session
	return p.named(bound)
}

// portalBinding is one of the shortcuts that the portal is asked for, or that it gives.
type portalBinding struct {
	ID    string
	About map[string]dbus.Variant
}

// named is how the desktop calls the keys; empty if it does not say.
func (p *shortcutPortal) named(answer map[string]dbus.Variant) (string, error) {
	list, said := answer["shortcuts"]
	if !said {
		return "", nil
	}
	var all []portalBinding
	if list.Store(&all) != nil {
		return "", errNotAnswered
	}
	for _, one := range all {
		if one.ID == p.ID {
			keys, _ := one.About["trigger_description"].Value().(string)
			return keys, nil
		}
	}
	return "", errCancelled // a person may leave one out
}

func (p *shortcutPortal) call(ctx context.Context, method string, args ...any) *dbus.Call {
	ctx, cancel := context.WithTimeout(ctx, portalPatience)
	defer cancel()
	return p.conn.Object(portal, portalPath).CallWithContext(ctx, method, 0, args...)
}

// request makes a call whose answer comes later, as a signal of an object that the call names. A person may be asked meanwhile: there is no end to
// that but theirs.
func (p *shortcutPortal) request(ctx context.Context, method string, options map[string]dbus.Variant, args ...any) (map[string]dbus.Variant, error) {
	options["handle_token"] = dbus.MakeVariant("freshkey" + rand.Text())
	var asked dbus.ObjectPath
	if err := p.call(ctx, method, append(args, options)...).Store(&asked); err != nil {
		return nil, err
	}
	for {
		s, err := p.next(ctx)
		if err != nil {
			return nil, err
		}
		if s.news != responseNews || s.path != asked {
			continue
		}
		var code uint32
		var results map[string]dbus.Variant
		if dbus.Store(s.body, &code, &results) != nil {
			return nil, errNotAnswered
		}
		switch code {
		case 0:
			return results, nil
		case 1:
			return nil, errCancelled
		}
		return nil, fmt.Errorf("the portal answers %d", code)
	}
}

// next is the next signal but those of a portal that comes. errPortalGone when one goes, or another takes its place.
func (p *shortcutPortal) next(ctx context.Context) (heardSignal, error) {
	for {
		select {
		case <-ctx.Done():
			return heardSignal{}, ctx.Err()
		case <-p.conn.Context().Done():
			return heardSignal{}, errBusGone
		case s := <-p.heard:
			if s.news != ownerNews {
				return s, nil
			}
			if before, _ := s.body[1].(string); before != "" {
				return s, errPortalGone
			}
		}
	}
}

// follow tells of each press until the shortcut ends.
func (p *shortcutPortal) follow(ctx context.Context, pressed func()) error {
	for {
		s, err := p.next(ctx)
		if err != nil {
			return err
		}
		switch {
		case s.news == closedByUser && s.path == p.path:
			return errSessionClosed
		case s.news == pressedNews && len(s.body) >= 2 && s.body[0] == p.path && s.body[1] == p.ID:
			pressed()
		}
	}
}

// awaitPortal waits until somebody is the portal. It calls nobody, which would start one that has just been ended.
func (p *shortcutPortal) awaitPortal(ctx context.Context) error {
	for !p.conn.signals.present(portal) {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-p.conn.Context().Done():
			return errBusGone
		case <-p.heard:
		}
	}
	return nil
}
