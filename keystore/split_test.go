package keystore_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/zalando/go-keyring"

	"freshkey/keystore"
)

// dying is go-keyring's in-memory keychain, which ends the process (as far as the value can tell) after some writes.
type dying struct {
	values map[string]string
	left   int
}

var errDead = errors.New("the process is dead")

func (d *dying) step() error {
	if d.left == 0 {
		return errDead
	}
	d.left--
	return nil
}

func TestCrashBetweenPartsLeavesTheWholeOldOrNewValue(t *testing.T) {
	for _, sizes := range [][2]int{{6000, 7000}, {6000, 100}, {100, 6000}, {7000, 6000}} {
		for crash := range 12 {
			d := &dying{values: map[string]string{}, left: -1}
			store := keystore.OpenMock(d.get, d.set, d.remove, 2560)
			old, fresh := strings.Repeat("o", sizes[0]), strings.Repeat("n", sizes[1])
			if err := store.Set(t.Context(), "k", []byte(strings.Repeat("x", 3000))); err != nil { // so that both letters were used
				t.Fatal(err)
			}
			if err := store.Set(t.Context(), "k", []byte(old)); err != nil {
				t.Fatal(err)
			}
			d.left = crash
			err := store.Set(t.Context(), "k", []byte(fresh))
			d.left = -1
			got, readErr := store.Get(t.Context(), "k")
			if readErr != nil || (string(got) != old && string(got) != fresh) || (err == nil && string(got) != fresh) {
				t.Fatalf("%v, crash after %d writes: %d bytes, %v", sizes, crash, len(got), readErr)
			}
			if err := store.Set(t.Context(), "k", []byte("small")); err != nil {
				t.Fatal(err)
			}
			if err := store.Delete(t.Context(), "k"); err != nil || len(d.values) != 0 {
				t.Fatalf("%d items left after the removal, %v", len(d.values), err)
			}
		}
	}
}

func (d *dying) get(k string) (string, error) {
	if v, ok := d.values[k]; ok {
		return v, nil
	}
	return "", keyring.ErrNotFound
}

func (d *dying) set(k, v string) error {
	if err := d.step(); err != nil {
		return err
	}
	d.values[k] = v
	return nil
}

func (d *dying) remove(k string) error {
	if err := d.step(); err != nil {
		return err
	}
	if _, ok := d.values[k]; !ok {
		return keyring.ErrNotFound
	}
	delete(d.values, k)
	return nil
}

func TestPartThatIsNotStoredLosesNothing(t *testing.T) {
	items, lie := map[string]string{}, ""
	s := keystore.OpenMock(func(k string) (string, error) {
		if v, ok := items[k]; ok {
			return v, nil
		}
		return "", keyring.ErrNotFound
	}, func(k, v string) error {
		if k != lie { // else it says yes and stores nothing
			items[k] = v
		}
		return nil
	}, func(k string) error { delete(items, k); return nil }, 100)
	old := strings.Repeat("o", 250)
	if err := s.Set(t.Context(), "k", []byte(old)); err != nil {
		t.Fatal(err)
	}
	for _, lie = range []string{"k.b.0", "k.b.1", "k.b.2", "k"} {
		if err := s.Set(t.Context(), "k", []byte(strings.Repeat(lie[len(lie)-1:], 250))); !errors.Is(err, keystore.ErrUnavailable) {
			t.Errorf("%s: %v", lie, err)
		}
		if v, err := s.Get(t.Context(), "k"); err != nil || string(v) != old {
			t.Errorf("%s: the old value is gone: %v", lie, err)
		}
	}
	delete(items, "k.a.1")
	if _, err := s.Get(t.Context(), "k"); !errors.Is(err, keystore.ErrDamaged) || errors.Is(err, keystore.ErrUnavailable) {
		t.Errorf("a value that lost a part says %v", err)
	}
}
