package keystore

import "context"

// always is a keychain that is open.
type always struct{}

func (always) ready(context.Context, string) error { return nil }
func (always) unlock(context.Context) error        { return nil }
func (always) unblock(context.Context)             {}
func (always) watch(context.Context, func(bool))   {}

// OpenMock is a store over a keychain whose single writes can be made to fail.
func OpenMock(get func(string) (string, error), set func(string, string) error, remove func(string) error, limit int) *Store {
	return &Store{
		items: items{get, set, remove}, limit: limit, turn: make(chan struct{}, 1), timeout: callTimeout,
		system: always{},
	}
}
