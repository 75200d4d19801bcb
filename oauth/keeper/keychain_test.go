package keeper_test

import (
	"context"
	"fmt"
	"io/fs"
	"sync"
	"testing"
	"time"

	"freshkey/oauth/journal"
	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

// keychain is a vault in memory that outlives the keepers over it, as a keychain outlives processes.
type keychain struct {
	mu     sync.Mutex
	values map[string][]byte
	broken func(op string, n int) error // asked before each call, with the number of calls before it
	calls  int
	slow   func(key string) time.Duration // of reading; nil means at once. Set while nothing runs.
	bad    map[string]error               // what reading a key says. Set while nothing runs.
}

func (v *keychain) ask(op string) error {
	v.calls++
	if v.broken == nil {
		return nil
	}
	return v.broken(op, v.calls-1)
}

func (v *keychain) Get(_ context.Context, key string) ([]byte, error) {
	if v.slow != nil {
		time.Sleep(v.slow(key))
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if err := v.ask("get"); err != nil {
		return nil, err
	}
	if err := v.bad[key]; err != nil {
		return nil, err
	}
	if b, ok := v.values[key]; ok {
		return b, nil
	}
	return nil, fs.ErrNotExist
}

func (v *keychain) Set(_ context.Context, key string, value []byte) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if err := v.ask("set"); err != nil {
		return err
	}
	v.values[key] = value
	return nil
}

func (v *keychain) Delete(_ context.Context, key string) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if err := v.ask("delete"); err != nil {
		return err
	}
	delete(v.values, key)
	return nil
}

func (v *keychain) breakWith(f func(op string, n int) error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.broken, v.calls = f, 0
}

// put overwrites a value behind the keeper's back, and peek looks at one.
func (v *keychain) put(key string, value []byte) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.values[key] = value
}

func (v *keychain) peek(key string) []byte {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.values[key]
}

// always fails every call of one kind.
func always(op string, err error) func(string, int) error {
	return func(o string, _ int) error {
		if o == op || op == "" {
			return err
		}
		return nil
	}
}

// record is what the vault holds now.
func (v *keychain) record(t *testing.T, id string) journal.Record {
	t.Helper()
	v.mu.Lock()
	defer v.mu.Unlock()
	r, err := journal.Decode(v.values[id])
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestOneDamagedRecordKeepsNoOtherFromBeingRead(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		if err := s.keeper.Add(t.Context(), s.account("b"), s.sandbox.ClientSecret(), firstToken(t, s.sandbox), nothing); err != nil {
			t.Fatal(err)
		}
		s.stop()
		s.vault.bad = map[string]error{"b": fmt.Errorf("damaged: %w", fs.ErrInvalid)}
		s.start()
		s.keeper.Put(s.account("a"))
		s.keeper.Put(s.account("b"))
		s.wantState(keeper.StateFresh, "")
		if b, _ := s.keeper.Account("b"); b.State != keeper.StateLocked || b.Reason != keeper.ReasonRecordBroken {
			t.Errorf("the damaged one is %s (%s)", b.State, b.Reason)
		}
		if err := s.keeper.Add(t.Context(), s.account("c"), s.sandbox.ClientSecret(), firstToken(t, s.sandbox), nothing); err != nil {
			t.Errorf("nothing can be added: %v", err)
		}
	})
}
