//go:build windows || darwin

package keystore_test

import (
	"bytes"
	"testing"

	"freshkey/keystore"
)

// What is longer than the system's own values may be comes back as it was, and goes.
func TestSystemsStoreKeepsWhatItIsGiven(t *testing.T) {
	store := keystore.Open("Freshkey (test of its own)")
	for _, size := range []int{10, 2560, 6000} {
		value := bytes.Repeat([]byte("v"), size)
		if err := store.Set(t.Context(), "account", value); err != nil {
			t.Fatal(err)
		}
		got, err := store.Get(t.Context(), "account")
		if err != nil || !bytes.Equal(got, value) {
			t.Errorf("%d bytes came back as %d: %v", size, len(got), err)
		}
	}
	if err := store.Delete(t.Context(), "account"); err != nil {
		t.Fatal(err)
	}
	if got, err := store.Get(t.Context(), "account"); err == nil && got != nil {
		t.Errorf("it is still there: %d bytes", len(got))
	}
}
