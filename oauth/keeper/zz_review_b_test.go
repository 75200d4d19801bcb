package keeper_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

// B1: due for ever and never tried: next is the zero time.
func TestReviewBDueAccountIsNeverStuck(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		right := s.account("a")
		wrong := right
		wrong.ClientID = "another app"
		_ = s.sandbox.Break(sandbox.Dead, 1)
		s.keeper.Put(wrong)
		_ = s.keeper.Refresh(t.Context(), "a")
		s.wantState(keeper.StateSignIn, oauth.ReasonRefused)
		reads := 0
		s.vault.breakWith(func(op string, _ int) error {
			if op == "get" {
				if reads++; reads == 2 { // the intent is stored, reading it back takes too long
					return errors.New("no answer in time")
				}
			}
			return nil
		})
		s.keeper.Put(right)
		time.Sleep(100 * time.Millisecond)
		s.wantState(keeper.StateLocked, keeper.ReasonKeychain)
		s.vault.breakWith(nil)
		s.restart()
		time.Sleep(24 * time.Hour)
		a := s.state()
		if a.State != keeper.StateFresh || s.sandbox.Counts().Refreshes == 0 {
			t.Errorf("a day later: %s (%s), next %v, %d refreshes", a.State, a.Reason, a.Next, s.sandbox.Counts().Refreshes)
		}
	})
}

// B2: unsaved for ever: its next is the zero time, and the keychain is all right.
func TestReviewBUnsavedIsTriedAgain(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		_ = s.sandbox.Break(sandbox.Garbage, 1)
		_ = s.keeper.Refresh(t.Context(), "a")
		s.wantState(keeper.StateUncertain, oauth.ReasonUnreadable)
		path := seals(t, s)[0]
		data, _ := os.ReadFile(path)
		_ = os.Remove(path)
		_ = os.Mkdir(path, 0o700) // the disk does not give it just now (EISDIR in the place of EIO)
		_ = s.vault.Delete(t.Context(), "a")
		_ = s.keeper.Refresh(t.Context(), "a")
		a := s.state()
		t.Logf("%s (%s), next %v", a.State, a.Reason, a.Next)
		_ = os.Remove(path)
		_ = os.WriteFile(path, data, 0o600)
		time.Sleep(24 * time.Hour)
		if s.vault.peek("a") == nil {
			a := s.state()
			t.Errorf("a day after the disk came back the record is still not stored: %s (%s), next %v", a.State, a.Reason, a.Next)
		}
	})
}

// B2b: a sign-in meanwhile is a nil pointer.
func TestReviewBSignInWhileTheDiskDoesNotGiveTheSeal(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		_ = s.sandbox.Break(sandbox.Garbage, 1)
		_ = s.keeper.Refresh(t.Context(), "a")
		path := seals(t, s)[0]
		_ = os.Remove(path)
		_ = os.Mkdir(path, 0o700)
		_ = s.vault.Delete(t.Context(), "a")
		err := s.keeper.SignIn(t.Context(), "a", s.code("sandbox-user"), nil)
		if err != nil && err.Error() == "internal error" {
			t.Errorf("panic: %v; state %+v", err, s.state().State)
		}
	})
}

// B3: the whole-snapshot reader (API, tray, notices) is told fresh after the expiry.
func TestReviewBSnapshotIsNotFreshAfterTheExpiry(t *testing.T) {
	perform(t, sandbox.Config{Expires: time.Hour}, func(t *testing.T, s *stage) {
		time.Sleep(time.Minute + time.Second)
		_ = s.keeper.Snapshot()
		s.jump.Store(int64(9 * time.Hour)) // the machine slept; the loop's timer has not fired yet
		now := time.Now().Add(9 * time.Hour)
		a := s.keeper.Snapshot().Accounts[0]
		if a.State == keeper.StateFresh && !a.UsableUntil.After(now) {
			one, _ := s.keeper.Account("a")
			t.Errorf("Snapshot: %s until %v, at %v; Account says %s (%s)", a.State, a.UsableUntil, now, one.State, one.Reason)
		}
	})
}

// B4: R7 again: an unsaved grant, and the provider (or the caller) is blamed.
func TestReviewBUnsavedIsNeverTheProvidersFault(t *testing.T) {
	for name, c := range map[string]struct {
		after, need time.Duration
	}{"expired": {70 * time.Minute, keeper.DefaultValidity}, "runs out": {40 * time.Minute, 45 * time.Minute}} {
		t.Run(name, func(t *testing.T) {
			perform(t, sandbox.Config{Expires: time.Hour}, func(t *testing.T, s *stage) {
				s.vault.breakWith(failsAfter(1))
				_ = s.keeper.Refresh(t.Context(), "a")
				s.wantState(keeper.StateUnsaved, keeper.ReasonKeychain)
				time.Sleep(c.after)
				s.vault.breakWith(func(op string, _ int) error {
					if op == "set" {
						time.Sleep(5 * time.Second) // it takes its time to fail, as keychains do
						return errors.New("no answer in time")
					}
					return nil
				})
				for range 120 {
					ctx, stop := context.WithTimeout(t.Context(), 20*time.Second)
					_, err := s.keeper.Access(ctx, "a", c.need)
					stop()
					if _, ok := errors.AsType[*keeper.VaultError](err); !ok && !errors.Is(err, context.DeadlineExceeded) {
						a := s.state()
						t.Fatalf("the account is %s (%s), and Access says: %v", a.State, a.Reason, err)
					}
					time.Sleep(time.Second)
				}
			})
		})
	}
}

// B5: somebody else's newer grant is adopted; Access says "longer than the token's lifetime", or blames the provider.
func TestReviewBAdoptedGrantIsNoUsageError(t *testing.T) {
	for name, c := range map[string]struct {
		left, need time.Duration
	}{"short": {10 * time.Minute, 45 * time.Minute}, "expired": {-time.Minute, 45 * time.Minute}} {
		t.Run(name, func(t *testing.T) {
			perform(t, sandbox.Config{Expires: time.Hour}, func(t *testing.T, s *stage) {
				_ = s.keeper.Refresh(t.Context(), "a")
				time.Sleep(20 * time.Minute)
				r := s.vault.record(t, "a")
				r.Grant.Generation += 2
				r.Grant.Token.Expires = time.Now().Add(c.left)
				r.Grant.Token.Issued = r.Grant.Token.Expires.Add(-time.Hour)
				data, _ := r.Encode()
				s.vault.put("a", data) // the same chain, moved on by another process, some time ago
				tok, err := s.keeper.Access(t.Context(), "a", c.need)
				if err != nil || tok.ValidFor(time.Now()) < c.need {
					t.Errorf("a token that lives an hour, wanted for %v, provider all right, %d requests: %v", c.need, s.sandbox.Counts().Hits, err)
				}
			})
		})
	}
}

// B6: Retry-After is kept by the scheduler, and defeated by a script after an edit.
func TestReviewBRetryAfterHoldsForScriptsAfterAnEdit(t *testing.T) {
	perform(t, sandbox.Config{Expires: time.Hour}, func(t *testing.T, s *stage) {
		requests := 0
		s.replies(&requests, "400 Bad Request\r\nRetry-After: 1200\r\nConnection: close\r\n\r\n{\"error\":96003}")
		time.Sleep(52 * time.Minute)
		s.wantState(keeper.StateMisconfigured, oauth.ReasonSettings)
		before := requests
		a := s.account("a")
		a.RedirectURI = "https://example.com/other"
		s.keeper.Put(a)
		next := s.state().Next
		time.Sleep(9 * time.Minute) // expired
		_, err := s.keeper.Access(t.Context(), "a", keeper.DefaultValidity)
		if requests != before {
			t.Errorf("asked again %v before the wait was over (next was %v): %v", next.Sub(time.Now()), next, err)
		}
	})
}

// B7: an intent that was never sent, and a restart: the wait is forgotten (backoff), or kept by the scheduler only.
func TestReviewBBackoffOutlivesAnUnsentIntent(t *testing.T) {
	perform(t, sandbox.Config{Expires: time.Hour}, func(t *testing.T, s *stage) {
		_ = s.sandbox.Break(sandbox.Unavailable, -1)
		time.Sleep(8 * time.Hour)
		a := s.state()
		for a.Next.Sub(time.Now()) < 20*time.Minute {
			time.Sleep(time.Minute)
			a = s.state()
		}
		next := a.Next
		reads := 0
		s.vault.breakWith(func(op string, _ int) error {
			if op == "get" {
				if reads++; reads == 2 {
					return errors.New("no answer in time")
				}
			}
			return nil
		})
		_ = s.keeper.Refresh(t.Context(), "a") // a click; nothing is sent
		s.vault.breakWith(nil)
		hits := s.sandbox.Counts().Hits
		s.restart()
		time.Sleep(time.Minute)
		if n := s.sandbox.Counts().Hits - hits; n != 0 {
			a := s.state()
			t.Errorf("%d requests, %v before the wait was over; now it is %s (%s), next in %v", n, next.Sub(time.Now()), a.State, a.Reason, a.Next.Sub(time.Now()))
		}
	})
}

func TestReviewBRetryAfterOutlivesAnUnsentIntent(t *testing.T) {
	perform(t, sandbox.Config{Expires: time.Hour}, func(t *testing.T, s *stage) {
		requests := 0
		s.replies(&requests, busyForLong)
		time.Sleep(52 * time.Minute)
		if requests != 1 {
			t.Fatal(requests)
		}
		reads := 0
		s.vault.breakWith(func(op string, _ int) error {
			if op == "get" {
				if reads++; reads == 2 {
					return errors.New("no answer in time")
				}
			}
			return nil
		})
		_ = s.keeper.Refresh(t.Context(), "a") // a click; nothing is sent
		s.vault.breakWith(nil)
		s.restart()
		time.Sleep(9 * time.Minute)
		a := s.state()
		if a.Reason != oauth.ReasonRateLimited {
			t.Errorf("the provider asked for a wait until %v, and it says %s (%s)", a.Next, a.State, a.Reason)
		}
		_, _ = s.keeper.Access(t.Context(), "a", keeper.DefaultValidity)
		if requests != 1 {
			t.Errorf("a script was let through %v before the wait was over", a.Next.Sub(time.Now()))
		}
	})
}

// B8: promise 8: rests hold back for a minute at most.
func TestReviewBClockThatJumpsStarvesNobody(t *testing.T) {
	perform(t, sandbox.Config{Expires: time.Hour}, func(t *testing.T, s *stage) {
		ahead := false
		for range 12 * 180 { // three hours; two services fight over the clock
			if ahead = !ahead; ahead {
				s.jump.Store(int64(12 * time.Second))
			} else {
				s.jump.Store(0)
			}
			s.keeper.Reschedule(0) // any news; it makes the loop look
			time.Sleep(5 * time.Second)
		}
		a := s.state()
		if n := s.sandbox.Counts().Hits; n < 3 {
			t.Errorf("%d refreshes in three hours of a token that lives one: %s (%s) until %v", n, a.State, a.Reason, a.UsableUntil)
		}
	})
}

func TestReviewBNapsStarveNobody(t *testing.T) {
	perform(t, sandbox.Config{Expires: time.Hour}, func(t *testing.T, s *stage) {
		for range 4 * 180 { // awake for 15 s, asleep for 15 s
			s.jump.Add(int64(15 * time.Second))
			s.keeper.Reschedule(keeper.AfterWake) // as the system's service says
			time.Sleep(15 * time.Second)
		}
		a := s.state()
		if n := s.sandbox.Counts().Hits; n < 3 {
			t.Errorf("%d refreshes in three hours awake (six on the wall) of a token that lives one: %s (%s) until %v", n, a.State, a.Reason, a.UsableUntil)
		}
	})
}

// B9: promise 7, keychain that goes back: only PhaseSending is remembered.
func TestReviewBDoubtOfEveryKindOutlivesAKeychainThatGoesBack(t *testing.T) {
	for _, fault := range []sandbox.Fault{sandbox.Drop, sandbox.Gateway, sandbox.Garbage, sandbox.Truncate} {
		t.Run(string(fault), func(t *testing.T) {
			perform(t, threeDays, func(t *testing.T, s *stage) {
				_ = s.keeper.Refresh(t.Context(), "a")
				old := s.vault.peek("a")
				_ = s.sandbox.Break(fault, 1)
				_ = s.keeper.Refresh(t.Context(), "a")
				if a := s.state(); a.State != keeper.StateUncertain {
					t.Fatalf("before: %s (%s)", a.State, a.Reason)
				}
				s.stopWith(func() { s.vault.put("a", old) })
				s.keeper.Put(s.account("a"))
				if a := s.state(); a.State != keeper.StateUncertain {
					t.Errorf("the provider has spent the token and the answer is lost, and it is %s (%s), next in %v", a.State, a.Reason, a.Next.Sub(time.Now()))
				}
			})
		})
	}
}

// B10: settings refused behind a doubt: nobody is told, for ever.
func TestReviewBDoubtDoesNotHideRefusedSettings(t *testing.T) {
	perform(t, sandbox.Config{Expires: time.Hour}, func(t *testing.T, s *stage) {
		_ = s.sandbox.Break(sandbox.ResetAfter, 1)
		_ = s.keeper.Refresh(t.Context(), "a")
		s.wantState(keeper.StateUncertain, oauth.ReasonNoAnswer)
		_ = s.sandbox.Break(sandbox.Settings, -1)
		time.Sleep(14 * 24 * time.Hour)
		a := s.state()
		_, err := s.keeper.Access(t.Context(), "a", keeper.DefaultValidity)
		if a.State != keeper.StateMisconfigured {
			t.Errorf("the provider has refused the settings for two weeks; it is %s (%s %s), next in %v; Access: %v; %d requests", a.State, a.Reason, a.Detail, a.Next.Sub(time.Now()), err, s.sandbox.Counts().Hits)
		}
	})
}

// B11: the history misses a generation.
func TestReviewBHistoryHasEachGeneration(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		var events []keeper.Event
		s.note = func(e keeper.Event) { events = append(events, e) }
		s.vault.breakWith(failsAfter(0))
		_ = s.keeper.Refresh(t.Context(), "a") // locked (keychain_unavailable): nothing sent
		sets := 0
		s.vault.breakWith(func(op string, _ int) error {
			if op == "set" {
				if sets++; sets == 3 { // the record again, the intent; not the grant
					return errors.New("no answer in time")
				}
			}
			return nil
		})
		_ = s.keeper.Refresh(t.Context(), "a")
		a := s.state()
		t.Log(a.State, a.Generation)
		s.vault.breakWith(nil)
		time.Sleep(5 * time.Minute)
		s.wantState(keeper.StateFresh, "")
		for _, e := range events {
			if e.Generation == 2 {
				return
			}
		}
		t.Errorf("generation %d was won, and the history has %+v", s.state().Generation, events)
	})
}

// B12: blames another computer for an answer that was lost here.
func TestReviewBLostAnswerIsNotBlamedOnAnotherComputer(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		_ = s.keeper.Refresh(t.Context(), "a")
		s.machine = "the new computer" // the chain was moved here, in order
		s.restart()
		_ = s.sandbox.Break(sandbox.Drop, 1)
		_ = s.keeper.Refresh(t.Context(), "a")
		s.wantState(keeper.StateUncertain, oauth.ReasonNoAnswer)
		time.Sleep(5 * time.Minute)
		s.wantState(keeper.StateSignIn, keeper.ReasonLostAnswer)
	})
}

// B13: held, and no snapshot says so.
func TestReviewBHeldIsSaid(t *testing.T) {
	perform(t, sandbox.Config{Expires: time.Hour}, func(t *testing.T, s *stage) {
		_ = s.sandbox.Break(sandbox.Unavailable, -1)
		_ = s.keeper.Refresh(t.Context(), "a")
		a := s.account("a")
		a.HeldUntil = time.Now().Add(30 * time.Minute)
		s.keeper.Put(a)
		if err := s.keeper.Refresh(t.Context(), "a"); errors.Is(err, keeper.ErrHeld) {
			if st := s.state(); st.HeldUntil.IsZero() {
				t.Errorf("Refresh says it is held; the state is %s (%s), held until %v", st.State, st.Reason, st.HeldUntil)
			}
		}
	})
}

// B14: expired token handed out as success.
func TestReviewBAccessForNoTimeGivesNoDeadToken(t *testing.T) {
	perform(t, sandbox.Config{Expires: time.Hour}, func(t *testing.T, s *stage) {
		s.net.down.Store(true)
		time.Sleep(2 * time.Hour)
		tok, err := s.keeper.Access(t.Context(), "a", 0)
		if err == nil && tok.ValidFor(time.Now()) == 0 {
			t.Errorf("a token that expired at %v is handed out at %v", tok.Expires, time.Now())
		}
	})
}

// B15: a full disk is said to be offline.
func TestReviewBLostSealFolderIsNotOffline(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		s.vault.breakWith(func(op string, _ int) error {
			if op == "set" {
				_ = os.RemoveAll(s.dir)
			}
			return nil
		})
		err := s.keeper.Refresh(t.Context(), "a")
		s.vault.breakWith(nil)
		if x, ok := errors.AsType[*oauth.Error](err); ok && x.Class == oauth.Offline {
			a := s.state()
			t.Errorf("it is %s (%s), and the error says class %s", a.State, a.Reason, x.Class)
		}
	})
}

// B16: a keychain that panics: a busy loop.
func TestReviewBPanicMakesNoBusyLoop(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		s.vault.breakWith(failsAfter(1))
		_ = s.keeper.Refresh(t.Context(), "a")
		s.wantState(keeper.StateUnsaved, keeper.ReasonKeychain)
		var calls atomic.Int64
		s.vault.breakWith(func(op string, _ int) error {
			if op == "set" {
				calls.Add(1)
				panic("a library's")
			}
			return nil
		})
		time.Sleep(10 * time.Minute)
		a := s.state()
		if n := calls.Load(); n > 60 {
			t.Errorf("%d panics in ten minutes; %s (%s), next %v from now", n, a.State, a.Reason, a.Next.Sub(time.Now()))
		}
		s.vault.breakWith(nil)
	})
}

// B17: next in the past, and not kept.
func TestReviewBLoaderKeepsTheWaitThatIsShown(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		old := s.vault.peek("a")
		s.keeper.Put(s.account("gone")) // its record is missing
		time.Sleep(10*time.Minute + time.Second)
		s.vault.put("b", old)
		n := 0
		s.vault.breakWith(func(op string, _ int) error {
			if n++; n <= 2 {
				return errors.New("no answer in time")
			}
			return nil
		})
		s.keeper.Put(s.account("b"))
		time.Sleep(10 * time.Second)
		b, _ := s.keeper.Account("b")
		if b.State == keeper.StateLocked && b.Next.Before(time.Now()) {
			t.Errorf("it is %s (%s), to be tried %v ago; the keychain works since", b.State, b.Reason, time.Since(b.Next))
		}
		s.vault.breakWith(nil)
	})
}

// B18: since in the future.
func TestReviewBSinceIsNotInTheFuture(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		_ = s.keeper.Refresh(t.Context(), "a")
		s.sandbox.Kill()
		_ = s.keeper.Refresh(t.Context(), "a")
		s.wantState(keeper.StateSignIn, oauth.ReasonRefused)
		s.jump.Store(int64(-3 * time.Hour))
		time.Sleep(2 * time.Minute)
		if now := time.Now().Add(-3 * time.Hour); s.state().Since.After(now) {
			t.Errorf("signin since %v from now", s.state().Since.Sub(now))
		}
	})
}

// B19: promise 14.
func TestReviewBSpentTokenStaysKnown(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		first := s.vault.record(t, "a").Grant.Token
		for range 102 {
			time.Sleep(20 * time.Second)
			if err := s.keeper.Refresh(t.Context(), "a"); err != nil {
				t.Fatal(err)
			}
		}
		err := s.keeper.Add(t.Context(), s.account("b"), "secret", oauth.Token{Refresh: first.Refresh, Issued: time.Now()}, nothing)
		if !errors.Is(err, keeper.ErrSpent) {
			t.Errorf("a token that was spent 102 rotations ago is taken for a new account: %v", err)
		}
	})
}

// B20: last refresh.
func TestReviewBLastRefreshIsTheLast(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		_ = s.keeper.Refresh(t.Context(), "a")
		time.Sleep(2 * time.Hour)
		_ = s.sandbox.Break(sandbox.TruncateLate, 1)
		_ = s.keeper.Refresh(t.Context(), "a")
		a := s.state()
		if a.Generation == 3 && time.Since(a.LastRefresh) > time.Minute {
			t.Errorf("rotated just now (generation %d), last refresh %v ago", a.Generation, time.Since(a.LastRefresh))
		}
	})
}

// B21: the wait a Dead answer asks for.
func TestReviewBCandidateWaitsForRetryAfter(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		_ = s.keeper.Refresh(t.Context(), "a")
		time.Sleep(time.Minute)
		requests := 0
		s.net.answer = func(c net.Conn) {
			defer c.Close()
			_, _ = http.ReadRequest(bufio.NewReader(c))
			requests++
			_, _ = io.WriteString(c, "HTTP/1.1 400 Bad Request\r\nRetry-After: 1200\r\nConnection: close\r\n\r\n{\"error\":96009}")
		}
		_ = s.keeper.Refresh(t.Context(), "a")
		if requests != 1 {
			t.Errorf("%d requests at once although the provider asked for twenty minutes", requests)
		}
	})
}

// B22: success, or a usage error, shared from a scheduled refresh that did nothing.
func TestReviewBNothingDoneIsNotShared(t *testing.T) {
	perform(t, sandbox.Config{Expires: time.Hour}, func(t *testing.T, s *stage) {
		time.Sleep(45 * time.Minute)
		answer := make(chan bool)
		go func() {
			_ = s.keeper.SignIn(t.Context(), "a", s.code("other"), func(context.Context, string, string) bool { return <-answer })
		}()
		time.Sleep(7 * time.Minute) // due meanwhile; the person still thinks
		var refreshed, got error
		var both sync.WaitGroup
		both.Go(func() { refreshed = s.keeper.Refresh(t.Context(), "a") })
		both.Go(func() { _, got = s.keeper.Access(t.Context(), "a", 40*time.Minute) })
		time.Sleep(time.Second)
		a := s.account("a")
		a.HeldUntil = time.Now().Add(time.Hour)
		s.keeper.Put(a)
		before := s.sandbox.Counts().Refreshes
		answer <- false
		both.Wait()
		n := s.sandbox.Counts().Refreshes - before
		if n == 0 && refreshed == nil {
			t.Errorf("Refresh reports success, and nothing was refreshed: generation %d, %s", s.state().Generation, s.state().State)
		}
		if errors.Is(got, keeper.ErrTooLong) {
			t.Errorf("held, and Access says: %v", got)
		}
	})
}

// B23: the mutex is held over whatever the settings wait for: their file is written and synced under the same lock.
func TestReviewBSettingsBeingWrittenHoldUpNoReader(t *testing.T) {
	var file sync.Mutex // configFile.mu, which edit holds while it writes and syncs
	k := keeper.New(t.Context(), keeper.Config{
		Vault: &keychain{values: map[string][]byte{}}, SealDir: t.TempDir(), Log: slog.New(slog.DiscardHandler),
		MinValid: func() time.Duration { return 0 }, Random: func() float64 { return 0 },
		Share: func() int { file.Lock(); defer file.Unlock(); return 20 }, // as app/agent/agent.go:112
	})
	k.Put(oauth.Account{ID: "a"})
	file.Lock() // a slow disk
	defer file.Unlock()
	done := make(chan struct{})
	go func() { _, _ = k.Account("a"); close(done) }()
	time.Sleep(50 * time.Millisecond)
	free := make(chan struct{})
	go func() { k.Unsaved(); close(free) }() // needs the mutex and nothing else
	select {
	case <-free:
	case <-time.After(time.Second):
		t.Error("Keeper.mu is held while the settings are being written")
	}
}

// B24: reason and detail of a doubt are mixed from two answers.
func TestReviewBNoAnswerHasNoStatus(t *testing.T) {
	perform(t, sandbox.Config{Expires: time.Hour}, func(t *testing.T, s *stage) {
		_ = s.sandbox.Break(sandbox.ResetAfter, 1)
		_ = s.keeper.Refresh(t.Context(), "a")
		_ = s.sandbox.Break(sandbox.Unavailable, -1)
		time.Sleep(2 * time.Hour)
		_, err := s.keeper.Access(t.Context(), "a", keeper.DefaultValidity)
		if x, ok := errors.AsType[*oauth.Error](err); ok && x.Reason == oauth.ReasonNoAnswer && x.Status != 0 {
			t.Errorf("no answer came, and its status was %d", x.Status)
		}
	})
}

// B25: a save of the settings makes the accounts that are offline try at once; nobody heard of the network.
func TestReviewBSettingsAreNoNewsOfTheNetwork(t *testing.T) {
	perform(t, sandbox.Config{Expires: time.Hour}, func(t *testing.T, s *stage) {
		s.net.down.Store(true)
		time.Sleep(2 * time.Hour)
		a := s.state()
		for a.Next.Sub(time.Now()) < 2*time.Minute {
			time.Sleep(10 * time.Second)
			a = s.state()
		}
		s.keeper.Reschedule(0) // what app/agent/settings.go does after each change of a setting
		if b := s.state(); b.Next.Before(a.Next.Add(-time.Minute)) {
			t.Errorf("shown was %v, and a saved setting made it %v", a.Next.Sub(time.Now()), b.Next.Sub(time.Now()))
		}
	})
}

// B26: the same failure again after another generation of trouble is suppressed though the state was another one between.
func TestReviewBHistoryTellsAFailureAfterAGenerationWithTheSameReason(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		n := 0
		s.note = func(e keeper.Event) { n = max(n, e.Generation) }
		_ = s.sandbox.Break(sandbox.TruncateLate, 3)
		for range 3 {
			_ = s.keeper.Refresh(t.Context(), "a")
			time.Sleep(11 * time.Second)
		}
		if g := s.state().Generation; g != n {
			t.Errorf("generation %d, and the history knows %d", g, n)
		}
	})
}

// B27: an answer was sent for, and lies on the disk; what is said is "can't be written. Nothing was sent."
func TestReviewBSealThatCannotBeReadIsNotNothingSent(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		_ = s.sandbox.Break(sandbox.Garbage, 1)
		_ = s.keeper.Refresh(t.Context(), "a")
		s.wantState(keeper.StateUncertain, oauth.ReasonUnreadable)
		path := seals(t, s)[0]
		_ = os.Remove(path)
		_ = os.Mkdir(path, 0o700)
		time.Sleep(5 * time.Minute)
		if a := s.state(); a.Reason == keeper.ReasonNoRoom {
			t.Errorf("sent, spent, answer unreadable; said is %s (%s): there is room, and something was sent", a.State, a.Reason)
		}
	})
}

// B28: as B1, by a record of version 0.1 and a clock that was wrong.
func TestReviewBVersion01WithAWrongClockIsTried(t *testing.T) {
	perform(t, sandbox.Config{Expires: time.Hour}, func(t *testing.T, s *stage) {
		s.stopWith(func() {
			r := s.vault.record(t, "a")
			previous := r.Grant
			r.Previous = &previous
			r.Grant.Generation, r.Grant.Cause = 2, "asked"
			r.Grant.Token.Refresh = "another"
			r.Grant.Token.Issued, r.Grant.Token.Expires = time.Now().Add(time.Hour), time.Now().Add(2*time.Hour) // by a clock that was wrong
			data, _ := r.Encode()
			s.vault.put("a", []byte(strings.Replace(string(data), `{"v":1,`, `{"v":1,"refused":"`+oauth.Secret("another").Fingerprint()+`",`, 1))) // version 0.1: refused, and a way back left
		})
		s.keeper.Put(s.account("a"))
		time.Sleep(30 * time.Minute)
		if n := s.sandbox.Counts().Hits; n == 0 {
			a := s.state()
			t.Errorf("half an hour later nothing was tried: %s (%s), next %v", a.State, a.Reason, a.Next)
		}
	})
}

// B29: one moment of "uncertain" at each retry, while the disk does not give the answer.
func TestReviewBOneMomentOfUncertain(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		_ = s.sandbox.Break(sandbox.Garbage, 1)
		_ = s.keeper.Refresh(t.Context(), "a")
		path := seals(t, s)[0]
		_ = os.Remove(path)
		_ = os.Mkdir(path, 0o700)
		_ = s.keeper.Refresh(t.Context(), "a")
		first := s.state().State
		seen := map[keeper.State]bool{}
		stop := make(chan struct{})
		var w sync.WaitGroup
		w.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					a, _ := s.keeper.Account("a")
					seen[a.State] = true
				}
			}
		})
		for range 200 {
			_ = s.keeper.Refresh(t.Context(), "a")
		}
		close(stop)
		w.Wait()
		if len(seen) > 1 {
			t.Errorf("nothing changed, the state is %s, and what was seen is %v", first, seen)
		}
	})
}
