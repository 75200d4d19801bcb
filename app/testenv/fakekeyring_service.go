//go:build linux

package testenv

import (
	"fmt"
	"strings"

	"github.com/godbus/dbus/v5"
	"github.com/godbus/dbus/v5/prop"
)

func failed(why string) *dbus.Error { return dbus.MakeFailedError(fmt.Errorf("the keyring %s", why)) }

type keyringService struct{ k *FakeKeyring }

// OpenSession is of org.freedesktop.Secret.Service, as are the methods below.
func (s keyringService) OpenSession(string, dbus.Variant) (dbus.Variant, dbus.ObjectPath, *dbus.Error) {
	s.k.gate(false)
	return dbus.MakeVariant(""), sessionPath, nil
}

// Unlock answers as for a collection that is open; a locked one would need a prompt, which nobody answers here.
func (s keyringService) Unlock(paths []dbus.ObjectPath) ([]dbus.ObjectPath, dbus.ObjectPath, *dbus.Error) {
	if s.k.gate(false) == KeyringLocked {
		return nil, "/", nil
	}
	return paths, "/", nil
}

// ReadAlias knows one collection.
func (s keyringService) ReadAlias(string) (dbus.ObjectPath, *dbus.Error) { return collectionPath, nil }

type keyringSession struct{}

// Close ends a session.
func (keyringSession) Close() *dbus.Error { return nil }

type keyringPrompt struct{}

// Prompt shows a dialog, in principle.
func (keyringPrompt) Prompt(string) *dbus.Error { return nil }

type keyringProperties struct {
	k       *FakeKeyring
	service bool
}

// Get is of org.freedesktop.DBus.Properties.
func (p keyringProperties) Get(_, name string) (dbus.Variant, *dbus.Error) {
	fault := p.k.gate(false)
	switch {
	case p.service && name == "Collections":
		return dbus.MakeVariant([]dbus.ObjectPath{collectionPath}), nil
	case !p.service && name == "Locked":
		return dbus.MakeVariant(fault == KeyringLocked), nil
	}
	return dbus.Variant{}, prop.ErrPropNotFound
}

type keyringCollection struct{ k *FakeKeyring }

// SearchItems is of org.freedesktop.Secret.Collection.
func (c keyringCollection) SearchItems(attributes map[string]string) ([]dbus.ObjectPath, *dbus.Error) {
	if f := c.k.gate(false); f == KeyringLocked {
		return nil, failed("is locked")
	}
	c.k.mu.Lock()
	defer c.k.mu.Unlock()
	if i, ok := c.k.items[attributes["service"]+"\x00"+attributes["username"]]; ok {
		return []dbus.ObjectPath{i.path}, nil
	}
	return []dbus.ObjectPath{}, nil
}

// CreateItem is of org.freedesktop.Secret.Collection.
func (c keyringCollection) CreateItem(properties map[string]dbus.Variant, s secret, _ bool) (dbus.ObjectPath, dbus.ObjectPath, *dbus.Error) {
	switch c.k.gate(true) {
	case KeyringLocked, KeyringFails:
		return "/", "/", failed("does not store")
	case KeyringLies:
		return collectionPath + "/item/lie", "/", nil
	}
	attributes, _ := properties["org.freedesktop.Secret.Item.Attributes"].Value().(map[string]string)
	c.k.mu.Lock()
	defer c.k.mu.Unlock()
	key := attributes["service"] + "\x00" + attributes["username"]
	i, ok := c.k.items[key]
	if !ok {
		c.k.next++
		i = item{path: collectionPath + dbus.ObjectPath(fmt.Sprintf("/item/i%d", c.k.next)), user: attributes["username"], service: attributes["service"]}
	}
	i.value = append([]byte(nil), s.Value...)
	c.k.items[key] = i
	return i.path, "/", nil
}

type keyringItem struct{ k *FakeKeyring }

func (i keyringItem) find(m dbus.Message) (string, item, bool) {
	path, _ := m.Headers[dbus.FieldPath].Value().(dbus.ObjectPath)
	for key, it := range i.k.items {
		if strings.HasSuffix(string(it.path), string(path)) || it.path == path {
			return key, it, true
		}
	}
	return "", item{}, false
}

// GetSecret is of org.freedesktop.Secret.Item.
func (i keyringItem) GetSecret(m dbus.Message, session dbus.ObjectPath) (secret, *dbus.Error) {
	if i.k.gate(false) == KeyringLocked {
		return secret{}, failed("is locked")
	}
	i.k.mu.Lock()
	defer i.k.mu.Unlock()
	if _, it, ok := i.find(m); ok {
		return secret{Session: session, Parameters: []byte{}, Value: it.value, ContentType: "text/plain"}, nil
	}
	return secret{}, failed("has no such item")
}

// Delete is of org.freedesktop.Secret.Item.
func (i keyringItem) Delete(m dbus.Message) (dbus.ObjectPath, *dbus.Error) {
	switch i.k.gate(true) {
	case KeyringLocked, KeyringFails:
		return "/", failed("does not delete")
	case KeyringAsks:
		return promptPath, nil
	}
	i.k.mu.Lock()
	defer i.k.mu.Unlock()
	if key, _, ok := i.find(m); ok {
		delete(i.k.items, key)
	}
	return "/", nil
}
