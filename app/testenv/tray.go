//go:build linux

package testenv

import (
	"fmt"
	"slices"
	"strings"

	"github.com/godbus/dbus/v5"
)

// Tray drives the tray icon of one process, as a panel does.
type Tray struct{ item, menu dbus.BusObject }

// MenuItem is one line of the tray's menu.
type MenuItem struct {
	ID      int32
	Label   string
	Enabled bool
	Parent  string // the label of the line whose sub-menu it is in
}

// WaitTray waits for the tray icon of process pid.
func (d *Desktop) WaitTray(pid int) (*Tray, error) {
	name := fmt.Sprintf("org.kde.StatusNotifierItem-%d-1", pid)
	if err := d.WaitName(name); err != nil {
		return nil, err
	}
	t := &Tray{d.bus.Object(name, "/StatusNotifierItem"), d.bus.Object(name, "/StatusNotifierItem/menu")}
	return t, Eventually("the tray to be registered", func() bool { return slices.Contains(d.registered(), d.owner(name)) || d.hasItem(name) })
}

func (d *Desktop) owner(name string) (owner string) {
	_ = d.bus.BusObject().Call("org.freedesktop.DBus.GetNameOwner", 0, name).Store(&owner)
	return owner
}

func (d *Desktop) hasItem(name string) bool {
	owner := d.owner(name)
	return slices.ContainsFunc(d.registered(), func(item string) bool {
		return owner != "" && strings.HasPrefix(item, owner) || strings.HasPrefix(item, name)
	})
}

// HasTray reports whether a panel with a tray runs.
func (d *Desktop) HasTray() (owned bool) {
	_ = d.bus.BusObject().Call("org.freedesktop.DBus.NameHasOwner", 0, watcherName).Store(&owned)
	return owned
}

// registered is what the panel shows.
func (d *Desktop) registered() []string {
	v, err := d.bus.Object(watcherName, "/StatusNotifierWatcher").GetProperty(watcherName + ".RegisteredStatusNotifierItems")
	if err != nil {
		return nil
	}
	items, _ := v.Value().([]string)
	return items
}

// Property is one of the icon's, for example "Id" or "ToolTip".
func (t *Tray) Property(name string) (any, error) {
	v, err := t.item.GetProperty("org.kde.StatusNotifierItem." + name)
	return v.Value(), err
}

type layout struct {
	ID         int32
	Properties map[string]dbus.Variant
	Children   []dbus.Variant
}

// Menu reads the whole menu.
func (t *Tray) Menu() ([]MenuItem, error) {
	var revision uint32
	var root layout
	for range 2 { // the first answer after a change is one level deep only
		if err := t.menu.Call("com.canonical.dbusmenu.GetLayout", 0, int32(0), int32(-1), []string{}).Store(&revision, &root); err != nil {
			return nil, err
		}
	}
	return flatten(root, ""), nil
}

func flatten(l layout, parent string) []MenuItem {
	var items []MenuItem
	for _, c := range l.Children {
		var child layout
		if err := dbus.Store([]any{c.Value()}, &child); err != nil {
			continue
		}
		label, _ := child.Properties["label"].Value().(string)
		enabled, ok := child.Properties["enabled"].Value().(bool)
		if label != "" {
			items = append(items, MenuItem{child.ID, label, enabled || !ok, parent})
		}
		items = append(items, flatten(child, label)...)
	}
	return items
}

// Click clicks the first enabled line whose label begins with label, below parent if that is not "".
func (t *Tray) Click(parent, label string) error {
	var menu []MenuItem
	err := Eventually("the menu line "+label, func() bool {
		var err error
		menu, err = t.Menu()
		i := slices.IndexFunc(menu, func(m MenuItem) bool {
			return strings.HasPrefix(m.Label, label) && strings.HasPrefix(m.Parent, parent) && m.Enabled
		})
		if err != nil || i < 0 {
			return false
		}
		return t.menu.Call("com.canonical.dbusmenu.Event", 0, menu[i].ID, "clicked", dbus.MakeVariant(""), uint32(0)).Err == nil
	})
	if err != nil {
		return fmt.Errorf("%w; the menu is %v", err, menu)
	}
	return nil
}
