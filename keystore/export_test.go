package keystore

import "context"

// OpenMock is a store over a keychain whose single writes can be made to fail.
func OpenMock(get func(string) (string, error), set func(string, string) error, remove func(string) error, limit int) *Store {
	return &Store{
		items: items{get, set, remove}, limit: limit, turn: make(chan struct{}, 1), timeout: callTimeout,
		ready: func(context.Context) error { return nil },
	}
}
