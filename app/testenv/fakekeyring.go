//go:build linux

package testenv

import (
	"encoding/json"
	"fmt"
	"maps"
	"sync"
	"time"

	"github.com/godbus/dbus/v5"
)

// FakeKeyring is a Secret Service whose faults can be chosen, for what no real keyring does on demand. It speaks the
// part of the protocol that go-keyring uses, over a real bus.
type FakeKeyring struct {
	conn *dbus.Conn

	mu    sync.Mutex // guards what follows
	items map[string]item
	next  int
	fault KeyringFault
	slow  time.Duration // each write takes so long
	hung  chan struct{} // closed when a hang ends
}

type item struct {
	path    dbus.ObjectPath
	user    string
	service string
	value   []byte
}

// KeyringFault is a way for a keyring to fail.
type KeyringFault string

// The faults of a keyring.
const (
	KeyringWorks  KeyringFault = ""
	KeyringLocked KeyringFault = "locked"
	KeyringFails  KeyringFault = "fails" // writes are answered with an error
	KeyringLies   KeyringFault = "lies"  // writes are answered with success and not kept
	KeyringHangs  KeyringFault = "hangs" // nothing is answered until the fault ends
	KeyringGone   KeyringFault = "gone"  // the service leaves the bus
	KeyringAsks   KeyringFault = "asks"  // a removal waits for a dialog nobody answers
)

const (
	secretsName    = "org.freedesktop.secrets"
	secretsPath    = dbus.ObjectPath("/org/freedesktop/secrets")
	collectionPath = secretsPath + "/collection/login"
	sessionPath    = secretsPath + "/session/s1"
	promptPath     = secretsPath + "/prompt/p1"
)

type secret struct {
	Session     dbus.ObjectPath
	Parameters  []byte
	Value       []byte
	ContentType string
}

// NewFakeKeyring serves a keyring on the session's bus.
func (s *Session) NewFakeKeyring() (*FakeKeyring, error) {
	conn, err := dbus.Connect(s.address)
	if err != nil {
		return nil, err
	}
	k := &FakeKeyring{conn: conn, items: map[string]item{}, hung: make(chan struct{})}
	close(k.hung)
	type export struct {
		value any
		path  dbus.ObjectPath
		iface string
	}
	for _, e := range []export{
		{keyringService{k}, secretsPath, "org.freedesktop.Secret.Service"},
		{keyringCollection{k}, collectionPath, "org.freedesktop.Secret.Collection"},
		{keyringSession{}, sessionPath, "org.freedesktop.Secret.Session"},
		{keyringPrompt{}, promptPath, "org.freedesktop.Secret.Prompt"},
		{keyringProperties{k, true}, secretsPath, "org.freedesktop.DBus.Properties"},
		{keyringProperties{k, false}, collectionPath, "org.freedesktop.DBus.Properties"},
	} {
		if err := conn.Export(e.value, e.path, e.iface); err != nil {
			return nil, err
		}
	}
	for iface, value := range map[string]any{
		"org.freedesktop.Secret.Item": keyringItem{k}, "org.freedesktop.DBus.Properties": keyringProperties{k, false},
	} {
		if err := conn.ExportSubtree(value, collectionPath+"/item", iface); err != nil {
			return nil, err
		}
	}
	_, err = conn.RequestName(secretsName, dbus.NameFlagDoNotQueue)
	return k, err
}

// Break makes the keyring fail, or heals it. Calls that hang come back when the next fault is set.
func (k *FakeKeyring) Break(f KeyringFault) error {
	k.mu.Lock()
	before := k.fault
	k.fault = f
	if before == KeyringHangs && f != KeyringHangs {
		close(k.hung)
	}
	if before != KeyringHangs && f == KeyringHangs {
		k.hung = make(chan struct{})
	}
	k.mu.Unlock()
	var err error
	if f == KeyringGone {
		_, err = k.conn.ReleaseName(secretsName)
	} else if before == KeyringGone {
		_, err = k.conn.RequestName(secretsName, dbus.NameFlagDoNotQueue)
	}
	return err
}

// Fill puts values into it, by account, as if they had been there for long.
func (k *FakeKeyring) Fill(service string, values map[string]string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for user, value := range values {
		k.next++
		path := collectionPath + dbus.ObjectPath(fmt.Sprintf("/item/i%d", k.next))
		k.items[service+"\x00"+user] = item{path: path, user: user, service: service, value: []byte(value)}
	}
}

// Remember notes what the keyring holds; restore makes it hold that again, as if it had never written the rest to disk.
func (k *FakeKeyring) Remember() (restore func()) {
	k.mu.Lock()
	defer k.mu.Unlock()
	items := maps.Clone(k.items)
	return func() {
		k.mu.Lock()
		defer k.mu.Unlock()
		k.items = items
	}
}

// Forget loses the record of an account.
func (k *FakeKeyring) Forget(service, account string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	maps.DeleteFunc(k.items, func(_ string, i item) bool { return i.service == service && i.user == account })
}

// Slow makes each write take d.
func (k *FakeKeyring) Slow(d time.Duration) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.slow = d
}

// StoredGrant is what the keyring holds of an account: the tokens of its current generation.
type StoredGrant struct {
	Access     string `json:"access_token"`
	Refresh    string `json:"refresh_token"`
	Generation int    `json:"generation"`
	Previous   string `json:"-"` // the refresh token of the generation before
}

// Grant reads the record of an account, as the keyring holds it now.
func (k *FakeKeyring) Grant(service, account string) (StoredGrant, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, i := range k.items {
		if i.service == service && i.user == account {
			var record struct {
				Grant    StoredGrant `json:"grant"`
				Previous StoredGrant `json:"previous"`
			}
			err := json.Unmarshal(i.value, &record)
			record.Grant.Previous = record.Previous.Refresh
			return record.Grant, err
		}
	}
	return StoredGrant{}, fmt.Errorf("no record of %s", account)
}

// gate waits while the keyring hangs, and returns the fault that then applies.
func (k *FakeKeyring) gate(write bool) KeyringFault {
	k.mu.Lock()
	hung, slow := k.hung, k.slow
	k.mu.Unlock()
	<-hung
	if write && slow > 0 {
		time.Sleep(slow)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.fault
}
