//go:build linux

package testenv_test

import (
	"context"
	"path/filepath"
	"testing"

	"freshkey/app/testenv"
	"freshkey/keystore"
)

// Most people open their keyring at the login, or with a program of their system's, and not with ours.
func TestKeyringThatAnotherProgramOpensIsNews(t *testing.T) {
	s := open(t, true)
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+filepath.Join(s.Dir, "run", "bus"))
	ctx, cancel := context.WithCancel(t.Context())
	news, closings, ended := make(chan struct{}, 1000), make(chan struct{}, 1000), make(chan struct{})
	go func() {
		defer close(ended)
		keystore.Open("Freshkey").Watch(ctx, func(open bool) {
			if open {
				news <- struct{}{}
			} else {
				closings <- struct{}{}
			}
		})
	}()
	s.must(testenv.Eventually("word of a locking and an opening", func() bool { // once it listens
		s.must(s.Lock())
		s.must(s.Unlock())
		return len(news) > 0 && len(closings) > 0
	}))
	for len(news) > 0 {
		<-news
	}
	s.must(s.StopKeyring())
	_, err := s.Keyring()
	s.must(err)
	s.must(testenv.Eventually("word of another keyring", func() bool { return len(news) > 0 }))
	cancel()
	<-ended
}
