//go:build linux

package testenv

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/godbus/dbus/v5"
)

// keePassXCSettings have it serve the Secret Service; it asks before it lets a program in, as it does by itself.
const keePassXCSettings = `[General]
ConfigVersion=2
UpdateCheckMessageShown=true
[FdoSecrets]
Enabled=true
ShowNotification=false
[GUI]
CheckForUpdates=false
`

// keePassXCDatabase is empty, and exposes its root group as a collection.
const keePassXCDatabase = `<?xml version="1.0" encoding="UTF-8"?>
<KeePassFile>
  <Meta><CustomData><Item>
    <Key>FDO_SECRETS_EXPOSED_GROUP</Key><Value>{10000000-0000-0000-0000-000000000001}</Value>
  </Item></CustomData></Meta>
  <Root><Group><UUID>EAAAAAAAAAAAAAAAAAAAAQ==</UUID><Name>Root</Name></Group></Root>
</KeePassFile>
`

// KeePassXC is the keyring from now on: with an open database, a new one if there is none.
func (d *Desktop) KeePassXC() error {
	home := filepath.Join(d.Dir, "home")
	store := filepath.Join(home, "store.kdbx")
	if _, err := os.Stat(store); err != nil {
		settings := filepath.Join(home, ".config", "keepassxc", "keepassxc.ini")
		if err := os.MkdirAll(filepath.Dir(settings), 0o700); err != nil {
			return err
		}
		source := filepath.Join(home, "store.xml")
		for path, text := range map[string]string{settings: keePassXCSettings, source: keePassXCDatabase} {
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				return err
			}
		}
		twice := KeyringPassword + "\n" + KeyringPassword + "\n"
		if _, err := d.RunInput(twice, "keepassxc-cli", "import", "--set-password", source, store); err != nil {
			return err
		}
	}
	d.keyring = d.Command("keepassxc", "--pw-stdin", store)
	d.keyring.Stdin = strings.NewReader(KeyringPassword + "\n")
	if err := d.Start(d.keyring); err != nil {
		return err
	}
	if err := d.WaitName(secretsName); err != nil { // asked before, the bus would start another keyring
		return err
	}
	return Eventually("KeePassXC's database to be open", func() bool { return d.keePassXCLocked(false) })
}

// LockKeePassXC closes its database, which writes what is not written yet. While it writes it does not listen.
func (d *Desktop) LockKeePassXC() error {
	return Eventually("KeePassXC's database to be locked", func() bool {
		_, err := d.Run("keepassxc", "--lock")
		return err == nil && d.keePassXCLocked(true)
	})
}

func (d *Desktop) keePassXCLocked(want bool) bool {
	var collection dbus.ObjectPath
	err := d.bus.Object(secretsName, secretsPath).Call("org.freedesktop.Secret.Service.ReadAlias", 0, "default").Store(&collection)
	if err != nil || collection == "/" {
		return false
	}
	locked, err := d.bus.Object(secretsName, collection).GetProperty("org.freedesktop.Secret.Collection.Locked")
	return err == nil && locked.Value() == want
}
