package keeper_test

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

func TestAnswerReadIsAnAnswerKept(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		sets := 0
		s.vault.breakWith(func(op string, _ int) error { // the intent is taken, the grant is not
			if op == "set" {
				if sets++; sets > 1 {
					return errors.New("keychain gone")
				}
			}
			return nil
		})
		if err := s.keeper.Refresh(t.Context(), "a"); err != nil {
			t.Fatal(err)
		}
		s.wantState(keeper.StateUnsaved, keeper.ReasonKeychain)
		if token, err := s.keeper.Access(t.Context(), "a", time.Hour); err != nil || token.Refresh.Fingerprint() != s.sandbox.Counts().Live[0] {
			t.Errorf("the new token is not served: %v", err)
		}
		time.Sleep(time.Hour)
		if c := s.sandbox.Counts(); c.Hits != 1 {
			t.Errorf("%d requests while unsaved", c.Hits)
		}
		s.vault.breakWith(nil)
		s.restart() // the process dies unsaved; the next one opens the seal
		s.wantState(keeper.StateFresh, "")
		s.wantChain()
	})
}

func TestUnsavedIsSavedWhenTheKeychainReturns(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		sets := 0
		s.vault.breakWith(func(op string, _ int) error {
			if op == "set" {
				if sets++; sets > 1 {
					return fs.ErrPermission
				}
			}
			return nil
		})
		_ = s.keeper.Refresh(t.Context(), "a")
		s.wantState(keeper.StateUnsaved, keeper.ReasonLocked)
		s.vault.breakWith(nil)
		time.Sleep(time.Minute)
		s.wantState(keeper.StateFresh, "")
		s.wantChain()
	})
}

func TestSealedAnswerIsUnreadableWithoutTheKeychain(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		sets := 0
		s.vault.breakWith(func(op string, _ int) error {
			if op == "set" {
				if sets++; sets > 1 {
					return fs.ErrPermission
				}
			}
			return nil
		})
		_ = s.keeper.Refresh(t.Context(), "a")
		files := seals(t, s)
		if len(files) != 1 {
			t.Fatalf("%d seals", len(files))
		}
		info, _ := os.Stat(files[0])
		data, _ := os.ReadFile(files[0])
		if info.Mode().Perm() != 0o600 || strings.Contains(string(data), "R3_") {
			t.Errorf("mode %v, or a token in the clear", info.Mode())
		}
		s.vault.breakWith(nil)
	})
}

func TestStaleSealIsNotOpenedOverANewerRecord(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		_ = s.sandbox.Break(sandbox.Garbage, 1)
		_ = s.keeper.Refresh(t.Context(), "a")
		s.wantState(keeper.StateUncertain, oauth.ReasonUnreadable)
		r := s.vault.record(t, "a")
		if r.Unparsed == nil {
			t.Fatal("the unreadable answer was not kept")
		}
		newer := r // as if the chain had gone on
		newer.Grant.Token.Refresh, newer.Grant.Generation = "R3_newer", r.Grant.Generation+1
		data, _ := newer.Encode()
		s.vault.put("a", data)
		s.restart()
		if got := s.vault.record(t, "a").Grant.Token.Refresh.Reveal(); got != "R3_newer" {
			t.Errorf("stored is %s", got)
		}
	})
}

func TestUnreadableAnswerStaysUncertainAfterARestart(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		_ = s.sandbox.Break(sandbox.Garbage, 1)
		_ = s.keeper.Refresh(t.Context(), "a")
		s.restart()
		s.wantState(keeper.StateUncertain, oauth.ReasonUnreadable)
	})
}

func TestPanicInTheParserLosesNothing(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		sets := 0
		s.vault.breakWith(func(op string, _ int) error {
			if op == "set" {
				if sets++; sets == 2 {
					panic("planted")
				}
			}
			return nil
		})
		func() {
			s.vault.mu.TryLock() // a panic under the fake's lock must not hang the test
			s.vault.mu.Unlock()
		}()
		_ = s.keeper.Refresh(t.Context(), "a")
		s.wantState(keeper.StateWaiting, keeper.ReasonInternal)
		time.Sleep(2 * time.Minute)
		s.wantState(keeper.StateFresh, "")
		s.wantChain()
		if c := s.sandbox.Counts(); c.Hits != 1 {
			t.Errorf("%d requests; the seal was not opened", c.Hits)
		}
	})
}

func TestSealLeftByACrashIsSweptAway(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		orphan := filepath.Join(s.dir, "a-0123456789abcdef.sealed")
		if err := os.WriteFile(orphan, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		s.restart()
		s.wantState(keeper.StateFresh, "")
		if _, err := os.Stat(orphan); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("it is still there: %v", err)
		}
	})
}

func TestAnswerIsSealedWhenTheDiskComesBack(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		s.sandbox.Delay(time.Second)
		s.vault.breakWith(func(op string, n int) error {
			if op == "set" && n > 2 {
				return errors.New("locked")
			}
			return nil
		})
		time.AfterFunc(time.Second/2, func() {
			_ = os.RemoveAll(s.dir)
			_ = os.WriteFile(s.dir, nil, 0o600)
		})
		_ = s.keeper.Refresh(t.Context(), "a")
		if a := s.state(); a.State != keeper.StateUnsaved || a.Detail != keeper.DetailUnsealed {
			t.Fatalf("%s (%s)", a.State, a.Detail)
		}
		_ = os.Remove(s.dir)
		_ = os.Mkdir(s.dir, 0o700)
		time.Sleep(time.Minute)
		if a := s.state(); a.State != keeper.StateUnsaved || a.Detail != "" {
			t.Errorf("%s (%s)", a.State, a.Detail)
		}
		s.stop()
		s.vault.breakWith(nil)
		s.start()
		s.keeper.Put(s.account("a"))
		s.wantState(keeper.StateFresh, "")
		s.wantChain()
	})
}

// A proxy may leave the connection open after the answer, or in the midst of it.
func TestAnswerIsSealedAsSoonAsItIsThere(t *testing.T) {
	for name, body := range map[string]string{
		"whole": `&&&START&&&{"access_token":"AT2","expires_in":1000,"refresh_token":"RT2"}`,
		"part":  `&&&START&&&{"access_token":"AT2","refresh_token":"RT2","expires_in":`,
	} {
		t.Run(name, func(t *testing.T) {
			perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
				s.net.answerWith(func(c net.Conn) {
					_, _ = http.ReadRequest(bufio.NewReader(c))
					_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"+body)
				})
				go func() { _ = s.keeper.Refresh(context.Background(), "a") }()
				time.Sleep(10 * time.Second)
				written := false
				for _, f := range seals(t, s) {
					data, _ := os.ReadFile(f)
					written = written || binary.BigEndian.Uint32(data) > 0
				}
				if !written {
					t.Error("ten seconds after the refresh token had arrived it is nowhere but in memory")
				}
			})
		})
	}
}
