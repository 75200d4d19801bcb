//go:build linux

package testenv

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"

	"github.com/godbus/dbus/v5"
	"github.com/godbus/dbus/v5/prop"
)

// FakePortal stands in for the desktop's portal, as far as combinations of keys go. Like the real one it refuses whom it cannot look into.
type FakePortal struct {
	conn  *dbus.Conn
	bound chan PortalBind

	mu     sync.Mutex // guards what follows
	answer uint32     // to whoever binds: 0 is yes, 1 is a person's no
}

// PortalBind is a combination of keys that somebody has asked for.
type PortalBind struct {
	Caller           string // its name on the bus
	PID              int
	Session          dbus.ObjectPath
	ID, Keys, Does   string
	RegisteredBefore bool
}

const (
	portalName      = "org.freedesktop.portal.Desktop"
	portalPath      = dbus.ObjectPath("/org/freedesktop/portal/desktop")
	portalShortcuts = "org.freedesktop.portal.GlobalShortcuts"
)

// NewFakePortal takes the portal's name. One that is bare has no shortcuts to give.
func (s *Session) NewFakePortal(bare bool) (*FakePortal, error) {
	conn, err := dbus.Connect(s.address)
	if err != nil {
		return nil, err
	}
	p := &FakePortal{conn: conn, bound: make(chan PortalBind, 10)}
	if !bare {
		service := &portalService{portal: p, registered: map[dbus.Sender]string{}}
		if err := conn.Export(service, portalPath, portalShortcuts); err != nil {
			return nil, err
		}
		version := prop.Map{portalShortcuts: {"version": {Value: uint32(1), Emit: prop.EmitConst}}}
		if _, err := prop.Export(conn, portalPath, version); err != nil {
			return nil, err
		}
		if err := conn.Export(portalRegistry{service}, portalPath, "org.freedesktop.host.portal.Registry"); err != nil {
			return nil, err
		}
	}
	return p, p.Return()
}

// Answer is what whoever binds is told from now on.
func (p *FakePortal) Answer(code uint32) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answer = code
}

// Bound are those who asked for keys, whatever they were answered.
func (p *FakePortal) Bound() <-chan PortalBind { return p.bound }

// Press says that the keys were pressed.
func (p *FakePortal) Press(b PortalBind) error {
	return p.conn.Emit(portalPath, portalShortcuts+".Activated", b.Session, b.ID, uint64(1), map[string]dbus.Variant{})
}

// CloseSession takes the keys back, as a person does in the desktop's settings.
func (p *FakePortal) CloseSession(b PortalBind) error {
	return p.conn.Emit(b.Session, "org.freedesktop.portal.Session.Closed", map[string]dbus.Variant{})
}

// Leave gives up the name, as a portal does that crashes.
func (p *FakePortal) Leave() error {
	_, err := p.conn.ReleaseName(portalName)
	return err
}

// Return takes it again.
func (p *FakePortal) Return() error {
	reply, err := p.conn.RequestName(portalName, dbus.NameFlagDoNotQueue)
	if err == nil && reply != dbus.RequestNameReplyPrimaryOwner {
		err = fmt.Errorf("somebody else is %s", portalName)
	}
	return err
}

// LooksInto reports whether a program of the person's that may trace nothing may look into another. Root may; so it is asked without that.
func LooksInto(pid int) bool {
	look := []string{"readlink", fmt.Sprintf("/proc/%d/root", pid)}
	if os.Getuid() == 0 {
		look = append([]string{"setpriv", "--bounding-set=-sys_ptrace"}, look...)
	}
	return exec.Command(look[0], look[1:]...).Run() == nil
}

// portalService is org.freedesktop.portal.GlobalShortcuts.
type portalService struct {
	portal *FakePortal

	mu         sync.Mutex // guards registered
	registered map[dbus.Sender]string
}

// portalRegistry is org.freedesktop.host.portal.Registry.
type portalRegistry struct{ service *portalService }

// Register notes what a program says that it is.
func (r portalRegistry) Register(id string, _ map[string]dbus.Variant, sender dbus.Sender) *dbus.Error {
	if _, err := r.service.caller(sender); err != nil {
		return err
	}
	r.service.mu.Lock()
	defer r.service.mu.Unlock()
	r.service.registered[sender] = id
	return nil
}

// caller is the process behind a call. One that cannot be looked into is refused.
func (s *portalService) caller(sender dbus.Sender) (pid int, failed *dbus.Error) {
	var id uint32
	if err := s.portal.conn.BusObject().Call("org.freedesktop.DBus.GetConnectionUnixProcessID", 0, string(sender)).Store(&id); err != nil {
		return 0, dbus.MakeFailedError(err)
	}
	if !LooksInto(int(id)) {
		return 0, dbus.NewError("org.freedesktop.DBus.Error.AccessDenied", []any{"Portal operation not allowed: Unable to open /proc/" + strconv.Itoa(int(id)) + "/root"})
	}
	return int(id), nil
}

// respond answers a request by its object's signal.
func (s *portalService) respond(sender dbus.Sender, options map[string]dbus.Variant, code uint32, results map[string]dbus.Variant) (dbus.ObjectPath, *dbus.Error) {
	request := portalObject("request", sender, options["handle_token"])
	if err := s.portal.conn.Emit(request, "org.freedesktop.portal.Request.Response", code, results); err != nil {
		return "", dbus.MakeFailedError(err)
	}
	return request, nil
}

// portalObject is the path of a request or session, which the portal makes of the caller's name and what the caller chose.
func portalObject(kind string, sender dbus.Sender, token dbus.Variant) dbus.ObjectPath {
	name := strings.ReplaceAll(strings.TrimPrefix(string(sender), ":"), ".", "_")
	return portalPath + dbus.ObjectPath("/"+kind+"/"+name+"/"+fmt.Sprint(token.Value()))
}

// CreateSession gives a session, whose handle is a string.
func (s *portalService) CreateSession(options map[string]dbus.Variant, sender dbus.Sender) (dbus.ObjectPath, *dbus.Error) {
	if _, err := s.caller(sender); err != nil {
		return "", err
	}
	session := portalObject("session", sender, options["session_handle_token"])
	return s.respond(sender, options, 0, map[string]dbus.Variant{"session_handle": dbus.MakeVariant(string(session))})
}

// portalShortcut is one of those that are asked for, or given.
type portalShortcut struct {
	ID    string
	About map[string]dbus.Variant
}

// BindShortcuts gives what is asked for, if the answer is yes.
func (s *portalService) BindShortcuts(session dbus.ObjectPath, all []portalShortcut, _ string, options map[string]dbus.Variant, sender dbus.Sender) (dbus.ObjectPath, *dbus.Error) {
	pid, failed := s.caller(sender)
	if failed != nil || len(all) != 1 {
		return "", failed
	}
	text := func(name string) string { value, _ := all[0].About[name].Value().(string); return value }
	s.mu.Lock()
	_, registered := s.registered[sender]
	s.mu.Unlock()
	s.portal.mu.Lock()
	answer := s.portal.answer
	s.portal.mu.Unlock()
	results := map[string]dbus.Variant{}
	if answer == 0 {
		given := []portalShortcut{{all[0].ID, map[string]dbus.Variant{"trigger_description": dbus.MakeVariant("Press " + text("preferred_trigger"))}}}
		results["shortcuts"] = dbus.MakeVariant(given)
	}
	request, failed := s.respond(sender, options, answer, results)
	s.portal.bound <- PortalBind{string(sender), pid, session, all[0].ID, text("preferred_trigger"), text("description"), registered}
	return request, failed
}
