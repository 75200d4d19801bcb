package keystore_test

import (
	"errors"
	"io/fs"
	"path/filepath"
	"testing"

	"freshkey/keystore"
)

// A session bus that has gone says nothing of what the keychain holds: a record that is called missing would be removed, or written anew.
func TestBusThatIsNotThereIsNoEmptyKeychain(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+filepath.Join(t.TempDir(), "nobody"))
	store := keystore.Open("Freshkey (test of its own)")
	_, err := store.Get(t.Context(), "account")
	for name, err := range map[string]error{"get": err, "set": store.Set(t.Context(), "account", nil), "delete": store.Delete(t.Context(), "account"), "unlock": store.Unlock(t.Context())} {
		if !errors.Is(err, keystore.ErrUnavailable) || errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
