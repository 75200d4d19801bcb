//go:build linux

package testenv

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/godbus/dbus/v5"
)

// Keyring starts gnome-keyring with an unlocked login collection.
func (s *Session) Keyring() (*exec.Cmd, error) {
	cmd := s.Command("gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets")
	cmd.Stdin = strings.NewReader(KeyringPassword)
	if err := s.Start(cmd); err != nil {
		return nil, err
	}
	s.keyring = cmd
	return cmd, s.WaitName(secretsName)
}

// StopKeyring ends the keyring, as a crash does.
func (s *Session) StopKeyring() error {
	if err := s.keyring.Process.Kill(); err != nil {
		return err
	}
	return s.WaitNameGone(secretsName)
}

// EmptyKeyring starts a keyring that has no collection yet, as on an account that never kept a secret.
func (s *Session) EmptyKeyring() error {
	if err := os.RemoveAll(filepath.Join(s.Dir, "home", ".local", "share", "keyrings")); err != nil {
		return err
	}
	s.keyring = s.Command("gnome-keyring-daemon", "--foreground", "--components=secrets")
	if err := s.Start(s.keyring); err != nil {
		return err
	}
	return s.WaitName(secretsName)
}

// KeyringPassword opens the rehearsal's keyring. An empty one would not.
const KeyringPassword = "rehearsal"

// Unlock opens a keyring that was locked, as a person with the password would.
func (s *Session) Unlock() error {
	service := s.bus.Object("org.freedesktop.secrets", "/org/freedesktop/secrets")
	var answer dbus.Variant
	var path dbus.ObjectPath
	if err := service.Call("org.freedesktop.Secret.Service.OpenSession", 0, "plain", dbus.MakeVariant("")).Store(&answer, &path); err != nil {
		return err
	}
	secret := struct {
		Session     dbus.ObjectPath
		Parameters  []byte
		Value       []byte
		ContentType string
	}{path, nil, []byte(KeyringPassword), "text/plain"}
	return service.Call("org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface.UnlockWithMasterPassword", 0,
		dbus.ObjectPath("/org/freedesktop/secrets/collection/login"), secret).Err
}

// Lock locks all collections.
func (s *Session) Lock() error {
	var locked []dbus.ObjectPath
	var prompt dbus.ObjectPath
	return s.bus.Object("org.freedesktop.secrets", "/org/freedesktop/secrets").
		Call("org.freedesktop.Secret.Service.Lock", 0, []dbus.ObjectPath{"/org/freedesktop/secrets/collection/login"}).Store(&locked, &prompt)
}
