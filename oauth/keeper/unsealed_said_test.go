package keeper_test

import (
	"errors"
	"os"
	"testing"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/keeper"
)

// An account without a token; the first sign-in is sealed and not saved.
func TestFirstSignInThatIsSealedIsNotSaidToBeUnsealed(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		_ = s.keeper.Remove(t.Context(), "a")
		if err := s.keeper.Add(t.Context(), s.account("a"), s.sandbox.ClientSecret(), oauth.Token{}, nothing); err != nil {
			t.Fatal(err)
		}
		s.vault.breakWith(failsAfter(1))
		if err := s.keeper.SignIn(t.Context(), "a", s.code("me"), no); err != nil {
			t.Fatal(err)
		}
		a := s.state()
		s.sleep(10 * time.Minute)
		b := s.state()
		_, unsealed := s.keeper.Unsaved()
		s.stopWith(func() { s.vault.breakWith(nil) })
		s.keeper.Put(s.account("a"))
		s.sleep(time.Minute)
		c := s.state()
		if a.State != keeper.StateUnsaved || c.Fingerprint != a.Fingerprint {
			t.Fatal("not the scene", a.State, c.State)
		}
		if a.Detail != b.Detail || unsealed != 0 {
			t.Errorf("%s %q, then %s %q (unsealed %d); and the restart found it sealed: %s", a.State, a.Detail, b.State, b.Detail, unsealed, c.State)
		}
	})
}

// The disk is away when the answer comes, and is back a moment later; the keychain neither reads nor writes.
func TestSealedOnceTheDiskIsBackIsSaid(t *testing.T) {
	for name, op := range map[string]string{"control: no writes": "set", "nothing": ""} {
		t.Run(name, func(t *testing.T) {
			perform(t, threeDays, func(t *testing.T, s *stage) {
				s.sandbox.Delay(time.Second)
				time.AfterFunc(time.Second/2, func() {
					_ = os.Rename(s.dir, s.dir+".aside")
					_ = os.WriteFile(s.dir, nil, 0o600)
					s.vault.breakWith(always(op, errors.New("no answer in time")))
				})
				_ = s.keeper.Refresh(t.Context(), "a")
				a := s.state()
				if a.State != keeper.StateUnsaved || a.Detail != keeper.DetailUnsealed {
					t.Fatal("not the scene", a.State, a.Detail)
				}
				_ = os.Remove(s.dir)
				_ = os.Rename(s.dir+".aside", s.dir)
				s.sleep(time.Hour)
				b := s.state()
				_, unsealed := s.keeper.Unsaved()
				s.stopWith(func() { s.vault.breakWith(nil) })
				s.keeper.Put(s.account("a"))
				s.sleep(time.Minute)
				if c := s.state(); c.Fingerprint == a.Fingerprint && unsealed != 0 {
					t.Errorf("%s, detail %q, unsealed %d an hour after the disk is back; the restart found it sealed: %s", b.State, b.Detail, unsealed, c.State)
				}
			})
		})
	}
}

// The answer is in memory and in the keychain; the disk is away. The keychain is locked a moment. The disk is back for a day; the
// keychain forgets its last writes.
func TestAnswerTheDiskMissedOutlivesAnotherStore(t *testing.T) {
	for name, blink := range map[string]bool{"control": false, "a keychain that blinks": true} {
		t.Run(name, func(t *testing.T) {
			perform(t, threeDays, func(t *testing.T, s *stage) {
				before := s.vault.peek("a")
				s.sandbox.Delay(time.Second)
				time.AfterFunc(time.Second/2, func() {
					_ = os.Rename(s.dir, s.dir+".aside")
					_ = os.WriteFile(s.dir, nil, 0o600)
				})
				if err := s.keeper.Refresh(t.Context(), "a"); err != nil {
					t.Fatal(err)
				}
				s.sandbox.Delay(0)
				mine := s.state()
				if blink {
					s.vault.breakWith(always("", errors.New("no answer in time")))
				}
				s.sleep(10 * time.Second)
				s.vault.breakWith(nil)
				s.sleep(time.Minute)
				_ = os.Remove(s.dir)
				_ = os.Rename(s.dir+".aside", s.dir)
				s.sleep(24 * time.Hour)
				s.stopWith(func() { s.vault.put("a", before) })
				s.keeper.Put(s.account("a"))
				s.sleep(72 * time.Hour)
				if a := s.state(); a.State != keeper.StateFresh {
					t.Errorf("generation %d was won and stored; the disk was back for a day; now %s (%s), generation %d", mine.Generation, a.State, a.Reason, a.Generation)
				}
			})
		})
	}
}

// The write of the grant lands, reading it back takes too long; from then on the keychain reads and does not write.
func TestUnsavedThoughTheKeychainShowsIt(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		sets, missed := 0, false
		s.vault.breakWith(func(op string, _ int) error {
			switch {
			case op == "set":
				if sets++; sets > 2 {
					return errors.New("read-only")
				}
			case op == "get" && sets == 2 && !missed:
				missed = true
				return errors.New("no answer in time")
			}
			return nil
		})
		_ = s.keeper.Refresh(t.Context(), "a")
		s.sleep(time.Hour)
		a := s.state()
		if r := s.vault.record(t, "a"); r.Grant.Generation == a.Generation && a.State == keeper.StateUnsaved {
			t.Errorf("the keychain has generation %d and was read 30s ago at most; said is %s (%s)", r.Grant.Generation, a.State, a.Reason)
		}
		s.vault.breakWith(nil)
	})
}
