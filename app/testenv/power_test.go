//go:build linux

package testenv_test

import (
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"

	"freshkey/app/api"
	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

func itoa(n int) string { return strconv.Itoa(n) }

// logind is the part of systemd's that keeps a machine awake, on the scene's own bus.
type logind struct{ asked chan inhibitor }

// inhibitor is one request to keep the machine awake.
type inhibitor struct {
	what string
	held *os.File // the reading end; it ends when the inhibitor is let go
}

// Inhibit is of org.freedesktop.login1.Manager.
func (l *logind) Inhibit(what, who, _, mode string) (dbus.UnixFD, *dbus.Error) {
	read, write, err := os.Pipe()
	if err != nil {
		return 0, dbus.MakeFailedError(err)
	}
	fd := dbus.UnixFD(write.Fd())
	time.AfterFunc(time.Second, func() { write.Close() }) // our own copy; the caller has another by then
	l.asked <- inhibitor{what + " " + who + " " + mode, read}
	return fd, nil
}

func TestMachineStaysAwakeForARefreshAndTheNetworkOnlySchedules(t *testing.T) {
	s := open(t, true)
	address := "unix:path=" + s.Dir + "/run/bus"
	conn, err := dbus.Connect(address)
	s.must(err)
	defer conn.Close()
	l := &logind{asked: make(chan inhibitor, 10)}
	s.must(conn.Export(l, "/org/freedesktop/login1", "org.freedesktop.login1.Manager"))
	for _, name := range []string{"org.freedesktop.login1", "org.freedesktop.NetworkManager"} {
		_, err = conn.RequestName(name, dbus.NameFlagDoNotQueue)
		s.must(err)
	}
	s.Env = append(s.Env, "DBUS_SYSTEM_BUS_ADDRESS="+address)
	s.ready()

	s.must(s.app.Break(sandbox.Slow, 1))
	_, err = s.app.Freshkey("refresh", "work")
	s.must(err)
	got := <-l.asked
	if got.what != "sleep Freshkey delay" {
		t.Errorf("asked for %q", got.what)
	}
	_ = got.held.SetReadDeadline(time.Now().Add(10 * time.Second))
	if _, err := got.held.Read(make([]byte, 1)); os.IsTimeout(err) {
		t.Error("the inhibitor is still held after the refresh")
	}

	s.must(s.app.StopSandbox())
	for range 4 { // so that the next try is further away than the network's return
		_, _ = s.app.Freshkey("refresh", "work")
	}
	before := s.waitState("work", keeper.StateOffline)
	s.must(conn.Emit("/org/freedesktop/NetworkManager", "org.freedesktop.NetworkManager.StateChanged", uint32(70)))
	after, err := s.app.WaitAccount("work", "an earlier try", func(a api.Account) bool { return a.NextRefreshAt.Before(before.NextRefreshAt.Add(-time.Second)) })
	s.must(err)
	if wait := time.Until(after.NextRefreshAt); wait > 11*time.Second || wait < 0 {
		t.Errorf("tried in %v", wait)
	}
	s.must(conn.Emit("/org/freedesktop/login1", "org.freedesktop.login1.Manager.PrepareForSleep", false))
	_, err = s.app.WaitAccount("work", "a try after the network has settled", func(a api.Account) bool { return time.Until(a.NextRefreshAt) > 12*time.Second })
	s.must(err)
}
