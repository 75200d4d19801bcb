package keeper_test

import (
	"errors"
	"fmt"
	"io/fs"
	"testing"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

// A verdict is about a client and an endpoint: whoever has mended their settings brings the same token once more.
func TestWhatAnotherClientRefusedCanBeBroughtAgain(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		wrong := s.account("n")
		wrong.ClientID = "999"
		if err := s.keeper.Add(t.Context(), wrong, s.sandbox.ClientSecret(), oauth.Token{}, nothing); err != nil {
			t.Fatal(err)
		}
		brought := firstToken(t, s.sandbox)
		s.replies("400 Bad Request\r\nConnection: close\r\n\r\n{\"error\":96009}")
		_ = s.keeper.Bring(t.Context(), "n", brought.Refresh, "", yes)

		s.net.answerWith(nil)
		s.keeper.Put(s.account("n"))
		if err := s.keeper.Bring(t.Context(), "n", brought.Refresh, "", yes); err != nil {
			t.Errorf("settings put right, same token: %v", err)
		}
	})
}

func TestTokenThatWasReplacedAndNeverSpentCanBeBroughtBack(t *testing.T) {
	perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
		other := s.account("a")
		other.Provider.Rotation = oauth.RotatesNever
		s.keeper.Put(other)
		own := s.vault.record(t, "a").Grant.Token.Refresh
		s.replies("200 OK\r\nConnection: close\r\n\r\n" + `{"access_token":"AT2","expires_in":259200}`)
		if err := s.bring("R3_static", "", yes); err != nil {
			t.Fatal(err)
		}
		if err := s.bring(own, "", yes); err != nil {
			t.Errorf("the first one, which works for ever: %v", err)
		}
	})
}

// Not all answers say whose they are. Nor does an old access token stand in for one that could not be read.
func TestKeychainThatGoesBackMakesNobodyTheOwnerOfAnothersChain(t *testing.T) {
	for name, second := range map[string]string{
		"whole": `{"access_token":"AT3","refresh_token":"RT3","expires_in":259200}`,
		"cut":   `{"refresh_token":"RT3","access_token":"AT3","expi`,
	} {
		t.Run(name, func(t *testing.T) {
			perform(t, threeDays, func(t *testing.T, s *stage) {
				_ = s.keeper.Refresh(t.Context(), "a")
				before := s.vault.peek("a")
				mine := s.state().OpenID
				myAccess := s.vault.record(t, "a").Grant.Token.Access
				s.replies("200 OK\r\nConnection: close\r\n\r\n"+`{"access_token":"AT2","refresh_token":"RT2","expires_in":259200}`, "200 OK\r\nConnection: close\r\n\r\n"+second)
				if err := s.bring("R3_b", "B", yes); err != nil {
					t.Fatal(err)
				}
				time.Sleep(time.Minute)
				_ = s.keeper.Refresh(t.Context(), "a")

				s.stopWith(func() { s.vault.put("a", before) })
				s.keeper.Put(s.account("a"))
				a := s.state()
				r := s.vault.record(t, "a")
				if a.OpenID == mine {
					t.Errorf("B's chain #%s is said to be %s's (%s %s); access is mine: %v, refresh RT3: %v", a.Fingerprint, mine, a.State, a.Reason, r.Grant.Token.Access == myAccess, r.Grant.Token.Refresh == "RT3")
				}
			})
		})
	}
}

func TestLostAnswerIsSaidAlsoWhereTheKeychainFails(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		brought := firstToken(t, s.sandbox)
		_ = s.sandbox.Break(sandbox.Drop, 1)
		s.sandbox.Delay(2 * time.Second)
		go func() { time.Sleep(time.Second); s.vault.breakWith(always("", fs.ErrPermission)) }()
		err := s.bring(brought.Refresh, brought.OpenID, yes)
		sent := s.sandbox.Counts().Presented[brought.Refresh.Fingerprint()]
		if x, is := errors.AsType[*oauth.Error](err); !is || x.Class != oauth.Uncertain {
			t.Errorf("sent %d times and spent; told: %T %v", sent, err, err)
		}
		s.vault.breakWith(nil)
	})
}

func TestHoldOutlivesACrashWhileSomethingThatIsWrongIsBrought(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		_ = s.keeper.Refresh(t.Context(), "a")
		held := s.account("a")
		held.HeldUntil = time.Now().Add(24 * time.Hour)
		s.keeper.Put(held)
		before := s.state()
		s.vault.breakWith(diesAfter(1))
		_ = s.bring("R3_typo", "", yes)
		s.stop()
		s.vault.breakWith(nil)
		s.start()
		s.keeper.Put(held)
		time.Sleep(5 * time.Minute)
		if a := s.state(); a.Fingerprint != before.Fingerprint || !a.UsableUntil.Equal(before.UsableUntil) {
			t.Errorf("held, was %s #%s, is %s #%s", before.State, before.Fingerprint, a.State, a.Fingerprint)
		}
	})
}

func TestWaitOutlivesACrashWhileSomethingThatIsWrongIsBrought(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		s.replies("429 Too Many Requests\r\nRetry-After: 3600\r\nContent-Length: 0\r\n\r\n")
		_ = s.keeper.Refresh(t.Context(), "a")
		s.net.answerWith(nil)
		o := s.state().Fingerprint
		sent := s.sandbox.Counts().Presented[o]
		s.vault.breakWith(diesAfter(1))
		_ = s.bring("R3_typo", "", yes)
		s.stop()
		s.vault.breakWith(nil)
		s.start()
		s.keeper.Put(s.account("a"))
		time.Sleep(5 * time.Minute)
		if n := s.sandbox.Counts().Presented[o]; n != sent {
			t.Errorf("O was sent %d times within 5 minutes, although the provider asked for an hour", n-sent)
		}
	})
}

// The refresh before it was interrupted, and would be tried sooner.
func TestWaitForWhatWasBroughtIsKept(t *testing.T) {
	for _, ordinary := range []bool{true, false} {
		perform(t, threeDays, func(t *testing.T, s *stage) {
			_ = s.sandbox.Break(sandbox.ResetAfter, 1)
			s.vault.breakWith(diesAfter(1))
			_ = s.keeper.Refresh(t.Context(), "a")
			s.stop()
			s.vault.breakWith(nil)
			s.sandbox.Heal()
			s.start()
			s.keeper.Put(s.account("a"))
			s.state()
			requests := s.replies("429 Too Many Requests\r\nRetry-After: 1200\r\nContent-Length: 0\r\n\r\n")
			if ordinary {
				_ = s.keeper.Refresh(t.Context(), "a")
			} else {
				_ = s.bring("R3_x", "", yes)
			}

			time.Sleep(15 * time.Minute)
			if n := requests(); n > 1 {
				t.Errorf("ordinary %v: %d requests in 15 minutes, and the provider asked for 20", ordinary, n)
			}
		})
	}
}

func TestClockThatIsSetBackMeanwhileCallsNoTokenGoodForTooLong(t *testing.T) {
	for _, ordinary := range []bool{true, false} {
		perform(t, threeDays, func(t *testing.T, s *stage) {
			_ = s.keeper.Refresh(t.Context(), "a")
			until := s.state().UsableUntil
			s.sleep(40 * time.Hour)
			s.sandbox.Delay(2 * time.Second)
			_ = s.sandbox.Break(sandbox.Unavailable, 1)
			go func() { time.Sleep(time.Second); s.jump.Store(int64(-20 * time.Hour)) }()
			if ordinary {
				_ = s.keeper.Refresh(t.Context(), "a")
			} else {
				_ = s.bring(firstToken(t, s.sandbox).Refresh, "", yes)
			}
			a := s.state()
			if d := a.UsableUntil.Sub(until.Add(-20 * time.Hour)); d > time.Minute {
				t.Errorf("ordinary %v: %s, called good for %s too long", ordinary, a.State, d)
			}
		})
	}
}

// A keychain may go back, and then the answers of the chain are what is left of it.
func TestBadPastesDoNotDriveAnswersOutOfTheArchive(t *testing.T) {
	for _, bad := range []int{0, 6, 7, 8, 20} {
		perform(t, sandbox.Config{}, func(t *testing.T, s *stage) {
			before := s.vault.peek("a")
			time.Sleep(time.Minute)
			if err := s.keeper.Refresh(t.Context(), "a"); err != nil {
				t.Fatal(err)
			}
			for n := range bad {
				_ = s.bring(oauth.Secret(fmt.Sprint("R3_typo", n)), "", yes)
			}
			s.wantState(keeper.StateFresh, "")
			s.goesBackTo(before)
			time.Sleep(10 * time.Minute)
			_ = s.keeper.Refresh(t.Context(), "a")
			if a := s.state(); a.State != keeper.StateFresh || s.sandbox.Counts().Reuses > 0 {
				t.Errorf("%d bad pastes: %s (%s): the chain is lost", bad, a.State, a.Reason)
			}
		})
	}
}
