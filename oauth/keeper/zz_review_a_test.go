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
	"testing"
	"testing/synctest"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

func discard() *slog.Logger { return slog.New(slog.DiscardHandler) }

// A1: the refusal of other settings, sealed and not stored, is pinned on the settings of the next start.
func TestReviewA01SealedRefusalOfOtherSettingsIsPinnedOnTheMendedOnes(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		wrong := s.account("a")
		wrong.ClientID = "another app"
		s.keeper.Put(wrong)
		_ = s.sandbox.Break(sandbox.Dead, 1)
		s.vault.breakWith(failsAfter(1)) // the intent; then the process dies
		_ = s.keeper.Refresh(t.Context(), "a")
		s.stopWith(func() { s.vault.breakWith(nil) })
		s.sandbox.Heal()
		s.keeper.Put(s.account("a")) // config.json was mended while the agent was not running
		time.Sleep(time.Hour)
		if a := s.state(); a.State != keeper.StateFresh {
			t.Errorf("a live chain that these settings never presented is %s (%s)", a.State, a.Reason)
		}
		s.wantChain()
		time.Sleep(200 * time.Hour)
		s.wantState(keeper.StateFresh, "")
	})
}

// A1b: the same while it runs: the keychain fails for a moment, the settings are mended, the process is killed.
func TestReviewA01bSettingsMendedWhileItRunsThenKilled(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		wrong := s.account("a")
		wrong.ClientID = "another app"
		s.keeper.Put(wrong)
		_ = s.sandbox.Break(sandbox.Dead, 1)
		s.vault.breakWith(failsAfter(1))
		_ = s.keeper.Refresh(t.Context(), "a")
		s.keeper.Put(s.account("a"))
		s.stopWith(func() { s.vault.breakWith(nil) })
		s.keeper.Put(s.account("a"))
		time.Sleep(200 * time.Hour)
		s.wantState(keeper.StateFresh, "")
	})
}

// A2: a sign-in's answer without a refresh token puts a working chain out of service.
func TestReviewA02SignInWithoutRefreshTokenReplacesALiveChain(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		requests := 0
		code := s.code("")
		mine := s.state()
		s.replies(&requests, "200 OK\r\nConnection: close\r\n\r\n{\"access_token\":\"AT\",\"expires_in\":3600,\"openId\":\""+mine.OpenID+"\"}")
		err := s.keeper.SignIn(t.Context(), "a", code, yes)
		s.net.answer = nil
		time.Sleep(200 * time.Hour)
		if a := s.state(); a.State != keeper.StateFresh {
			t.Errorf("sign-in said %v; the live chain is now %s (%s)", err, a.State, a.Reason)
		}
		s.wantChain()
	})
}

// A2b: … and where the answer says nothing of the person, the only copy of the live refresh token is thrown away.
func TestReviewA02bOnlyCopyGoneAfterSignInWithoutRefreshToken(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		requests := 0
		code := s.code("")
		live := s.vault.record(t, "a").Grant.Token.Refresh
		s.replies(&requests, "200 OK\r\nConnection: close\r\n\r\n{\"access_token\":\"AT\",\"expires_in\":3600}")
		_ = s.keeper.SignIn(t.Context(), "a", code, yes)
		if !strings.Contains(string(s.vault.peek("a")), live.Reveal()) {
			t.Error("the keychain holds neither the live refresh token nor any other")
		}
	})
}

// A3: an account whose grant does not say whose it is; the sign-in of another person breaks off before its openId.
func TestReviewA03BrokenOffSignInTakesANamelessLiveChainUnasked(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		_ = s.keeper.Remove(t.Context(), "a")
		mine := firstToken(t, s.sandbox)
		mine.OpenID = "" // pasted: access_token, refresh_token, expires_in
		if err := s.keeper.Add(t.Context(), s.account("a"), s.sandbox.ClientSecret(), mine, nothing); err != nil {
			t.Fatal(err)
		}
		_ = s.sandbox.Break(sandbox.TruncateLate, 1)
		asked := false
		err := s.keeper.SignIn(t.Context(), "a", s.code("other"), func(context.Context, string, string) bool { asked = true; return false })
		time.Sleep(time.Hour)
		if a := s.state(); !asked || a.Fingerprint != mine.Refresh.Fingerprint() {
			t.Errorf("asked: %v, error %v; another person's chain %s (%s) is in the place of a live one", asked, err, a.Fingerprint, a.OpenID)
		}
		if strings.Contains(string(s.vault.peek("a")), mine.Refresh.Reveal()) == false {
			t.Error("and the live refresh token is gone from the keychain")
		}
	})
}

// A4: a token known to be spent, or refused, is forgotten by the sign-in that follows; it is taken again and presented again.
func TestReviewA04RefusedTokenIsForgottenByASignInAndPresentedAgain(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		old := s.vault.record(t, "a").Grant.Token.Refresh
		_ = s.sandbox.Break(sandbox.Drop, 1)
		_ = s.keeper.Refresh(t.Context(), "a")
		_ = s.keeper.Refresh(t.Context(), "a")
		s.wantState(keeper.StateSignIn, keeper.ReasonLostAnswer)
		if err := s.keeper.SignIn(t.Context(), "a", s.code(""), yes); err != nil {
			t.Fatal(err)
		}
		before := s.sandbox.Counts().Presented[old.Fingerprint()]
		err := s.keeper.Add(t.Context(), s.account("b"), s.sandbox.ClientSecret(), oauth.Token{Refresh: old, Issued: time.Now()}, nothing)
		if !errors.Is(err, keeper.ErrSpent) {
			t.Errorf("a spent token is taken: %v", err)
		}
		time.Sleep(time.Minute)
		if n := s.sandbox.Counts().Presented[old.Fingerprint()]; n != before {
			t.Errorf("and was presented %d times more", n-before)
		}
	})
}

// A5: a doubt behind a gateway's answer, or one that can't be read, is forgotten when the keychain forgets its last writes.
func TestReviewA05DoubtBehindAnAnswerIsForgottenWithTheKeychain(t *testing.T) {
	for _, fault := range []sandbox.Fault{sandbox.Drop, sandbox.Gateway, sandbox.Garbage, sandbox.Truncate} {
		t.Run(string(fault), func(t *testing.T) {
			perform(t, threeDays, func(t *testing.T, s *stage) {
				_ = s.keeper.Refresh(t.Context(), "a")
				old := s.vault.peek("a")
				_ = s.sandbox.Break(fault, 1)
				_ = s.keeper.Refresh(t.Context(), "a")
				if a := s.state(); a.State != keeper.StateUncertain {
					t.Fatal(a.State)
				}
				s.stopWith(func() { s.vault.put("a", old) })
				s.keeper.Put(s.account("a"))
				if a := s.state(); a.State != keeper.StateUncertain {
					t.Errorf("the token is spent and its answer lost; it is %s (%s), until %v", a.State, a.Reason, a.Next)
				}
			})
		})
	}
}

// A6: the machine may sleep again before the answer is sealed, and what breaks there takes the answer with it.
func TestReviewA06MachineIsLetGoBeforeTheAnswerIsSealed(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		s.stop()
		ctx, cancel := context.WithCancel(t.Context())
		sealed, asked := false, 0
		s.keeper = keeper.New(ctx, keeper.Config{
			Vault: s.vault, SealDir: s.dir, Exchange: oauth.Exchange{Dial: s.net.dial}, MinValid: func() time.Duration { return 15 * time.Minute },
			Log: discard(), Random: func() float64 { return 0.5 }, Machine: "here",
			Inhibit: func(context.Context) func() {
				return func() {
					asked++
					for _, f := range seals(t, s) {
						data, _ := os.ReadFile(f)
						sealed = sealed || len(data) > 4 && data[0] == 0
					}
				}
			},
		})
		s.ended = make(chan struct{})
		go func() { s.keeper.Run(ctx); close(s.ended) }()
		s.quit = cancel
		s.keeper.Put(s.account("a"))
		synctest.Wait()
		_ = s.keeper.Refresh(t.Context(), "a")
		if asked != 1 || !sealed {
			t.Errorf("released %d times; the answer was sealed by then: %v", asked, sealed)
		}
	})
}

// A6b: a panic in the release.
func TestReviewA06bPanicInTheReleaseLosesTheAnswer(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		s.stop()
		ctx, cancel := context.WithCancel(t.Context())
		n := 0
		s.keeper = keeper.New(ctx, keeper.Config{
			Vault: s.vault, SealDir: s.dir, Exchange: oauth.Exchange{Dial: s.net.dial}, MinValid: func() time.Duration { return 15 * time.Minute },
			Log: discard(), Random: func() float64 { return 0.5 }, Machine: "here",
			Inhibit: func(context.Context) func() {
				return func() {
					if n++; n == 1 {
						panic("the bus is gone")
					}
				}
			},
		})
		s.ended = make(chan struct{})
		go func() { s.keeper.Run(ctx); close(s.ended) }()
		s.quit = cancel
		s.keeper.Put(s.account("a"))
		synctest.Wait()
		_ = s.keeper.Refresh(t.Context(), "a")
		time.Sleep(10 * time.Minute)
		s.wantState(keeper.StateFresh, "")
		s.wantChain()
	})
}

// A7: an answer in memory that neither disk nor keychain took is forgotten after a panic, and the spent token presented.
func TestReviewA07AnswerInMemoryIsForgottenAfterAPanic(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		sets := 0
		s.vault.breakWith(func(op string, _ int) error {
			if op == "set" {
				if sets++; sets == 2 {
					panic("planted")
				}
			}
			return nil
		})
		s.sandbox.Delay(time.Second)
		time.AfterFunc(time.Second/2, func() { // the folder is away for a few seconds
			_ = os.Rename(s.dir, s.dir+".aside")
			_ = os.WriteFile(s.dir, nil, 0o600)
			time.Sleep(5 * time.Second)
			_ = os.Remove(s.dir)
			_ = os.Rename(s.dir+".aside", s.dir)
		})
		_ = s.keeper.Refresh(t.Context(), "a")
		time.Sleep(10 * time.Minute)
		s.wantState(keeper.StateFresh, "")
		s.wantChain()
	})
}

// A8: whoever waits for the turn spends a token that was held meanwhile.
func TestReviewA08HeldWhileWaitingForTheTurn(t *testing.T) {
	for name, ask := range map[string]func(*stage){
		"access":  func(s *stage) { _, _ = s.keeper.Access(s.t.Context(), "a", 60*time.Hour) },
		"refresh": func(s *stage) { _ = s.keeper.Refresh(s.t.Context(), "a") },
	} {
		t.Run(name, func(t *testing.T) {
			perform(t, threeDays, func(t *testing.T, s *stage) {
				time.Sleep(20 * time.Hour)
				s.keeper.Put(s.account("a"))
				_ = s.keeper.Refresh(t.Context(), "a")
				time.Sleep(20 * time.Hour)
				before := s.sandbox.Counts().Hits
				go func() { // a sign-in that waits for a person
					_ = s.keeper.SignIn(t.Context(), "a", s.code("other"), func(context.Context, string, string) bool { time.Sleep(time.Minute); return false })
				}()
				time.Sleep(time.Second)
				go ask(s)
				time.Sleep(time.Second)
				held := s.account("a")
				held.HeldUntil = time.Now().Add(10 * time.Hour)
				s.keeper.Put(held)
				s.wantState(keeper.StateHeld, "")
				time.Sleep(5 * time.Minute)
				if n := s.sandbox.Counts().Hits - before - 1; n != 0 {
					t.Errorf("%d refreshes of a held token that is not due", n)
				}
			})
		})
	}
}

// A9: a record that version 0.1 left as refused by wrong settings; mending them helped there.
func TestReviewA09RefusalOfVersion01IsNotLiftedByOtherSettings(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		s.stopWith(func() { s.leftBy("v0.1", "refused") })
		requests := 0
		s.replies(&requests, "200 OK\r\nConnection: close\r\n\r\n{\"access_token\":\"AT9\",\"refresh_token\":\"RT9\",\"expires_in\":259200}")
		wrong := s.account("a")
		wrong.ClientID = "another app"
		s.keeper.Put(wrong)
		s.wantState(keeper.StateSignIn, oauth.ReasonRefused)
		s.keeper.Put(s.account("a"))
		time.Sleep(time.Hour)
		if a := s.state(); a.State != keeper.StateFresh || requests != 1 {
			t.Errorf("with other settings it is %s (%s), %d requests", a.State, a.Reason, requests)
		}
	})
}

// A10: broken-off answers of a short-lived token: rotations less than ten seconds apart.
func TestReviewA10BrokenOffAnswersRotateFasterThanTheGap(t *testing.T) {
	perform(t, sandbox.Config{Expires: 20 * time.Second}, func(t *testing.T, s *stage) {
		_ = s.keeper.Refresh(t.Context(), "a")
		time.Sleep(time.Second)
		_ = s.sandbox.Break(sandbox.TruncateLate, -1)
		var at []time.Time
		last := s.sandbox.Counts().Refreshes
		for range 600 {
			time.Sleep(100 * time.Millisecond)
			if n := s.sandbox.Counts().Refreshes; n != last {
				last = n
				at = append(at, time.Now())
			}
		}
		for i := 1; i < len(at); i++ {
			if d := at[i].Sub(at[i-1]); d < 9*time.Second {
				t.Errorf("rotation %d came %v after the one before", i, d)
			}
		}
	})
}

// A11: a sealed answer that can't be read just now is removed, although nothing else holds it.
func TestReviewA11UnreadableSealIsRemoved(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("run the compiled test as an ordinary user")
	}
	perform(t, threeDays, func(t *testing.T, s *stage) {
		old := s.vault.peek("a")
		_ = s.keeper.Refresh(t.Context(), "a")
		s.stopWith(func() {
			s.vault.put("a", old) // the keychain forgot its last writes
			for _, f := range seals(t, s) {
				_ = os.Chmod(f, 0)
			}
		})
		s.keeper.Put(s.account("a"))
		time.Sleep(time.Minute)
		for _, f := range seals(t, s) {
			_ = os.Chmod(f, 0o600)
		}
		time.Sleep(100 * time.Hour)
		s.wantState(keeper.StateFresh, "")
		s.wantChain()
	})
}

// A11b: the same without rights: a folder stands in the file's place for a while. The spent token is presented, undoubted.
func TestReviewA11bSpentTokenIsPresentedWhileTheArchiveCannotBeRead(t *testing.T) {
	perform(t, sandbox.Config{Expires: 72 * time.Hour, RevokeOnReuse: true}, func(t *testing.T, s *stage) {
		old := s.vault.peek("a")
		_ = s.keeper.Refresh(t.Context(), "a")
		var seal string
		s.stopWith(func() {
			s.vault.put("a", old)
			seal = seals(t, s)[0]
			_ = errors.Join(os.Rename(seal, seal+".aside"), os.Mkdir(seal, 0o700), os.WriteFile(seal+"/x", nil, 0o600))
		})
		s.keeper.Put(s.account("a"))
		if a := s.state(); a.State == keeper.StateFresh {
			t.Errorf("an answer to the token at hand is sealed and can't be read just now; it is %s", a.State)
		}
		_ = s.keeper.Refresh(t.Context(), "a")
		if n := s.sandbox.Counts().Reuses; n != 0 {
			t.Errorf("%d reuses", n)
		}
		_ = errors.Join(os.RemoveAll(seal), os.Rename(seal+".aside", seal))
		time.Sleep(100 * time.Hour)
		s.wantState(keeper.StateFresh, "")
	})
}

// A12: a body with a refresh token in an unknown form behind a 5xx is not kept.
func TestReviewA12StrangeAnswerWithAServerStatusIsThrownAway(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		requests := 0
		s.replies(&requests, "500 Internal Server Error\r\nConnection: close\r\n\r\n%%%{\"access_token\":\"AT2\",\"refresh_token\":\"RT2\",\"expires_in\":259200}", spent)
		_ = s.keeper.Refresh(t.Context(), "a")
		later := s.account("a")
		later.Provider, _ = later.Provider.Resolve()
		later.Provider.Prefix = "%%%"
		s.keeper.Put(later)
		s.restart()
		s.keeper.Put(later)
		time.Sleep(time.Hour)
		if a := s.state(); a.State != keeper.StateFresh || requests != 1 {
			t.Errorf("%s (%s), %d requests", a.State, a.Reason, requests)
		}
	})
}

// A13: the previous token, refused before, is presented again after the next refusal.
func TestReviewA13RefusedTokenIsPresentedAgain(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		_ = s.keeper.Refresh(t.Context(), "a")
		_ = s.sandbox.Break(sandbox.Rollback, 1)
		_ = s.keeper.Refresh(t.Context(), "a")
		forgotten := s.state().Fingerprint
		_ = s.keeper.Refresh(t.Context(), "a") // refused; the one before it works
		s.wantState(keeper.StateFresh, "")
		s.sandbox.Kill()
		_ = s.keeper.Refresh(t.Context(), "a")
		if n := s.sandbox.Counts().Presented[forgotten]; n != 1 {
			t.Errorf("a token that was refused by this server was presented %d times", n)
		}
	})
}

// A14 (suspicion, not counted): a malformed header loses the body.
func TestReviewA14MalformedHeaderLosesTheBody(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		s.net.answer = func(c net.Conn) {
			defer c.Close()
			_, _ = http.ReadRequest(bufio.NewReader(c))
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nX-Broken header\r\n\r\n{\"access_token\":\"AT2\",\"refresh_token\":\"RT2\",\"expires_in\":259200}")
		}
		_ = s.keeper.Refresh(t.Context(), "a")
		if !strings.Contains(string(s.vault.peek("a")), "RT2") {
			t.Errorf("%s (%s)", s.state().State, s.state().Reason)
		}
	})
}

// A15: promise 15: a settings file that names another token endpoint gets the refresh token sent there, unconfirmed.
func TestReviewA15OtherEndpointGetsTheRefreshTokenUnasked(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		_ = s.keeper.Refresh(t.Context(), "a")
		requests := 0
		s.replies(&requests, "400 Bad Request\r\nConnection: close\r\n\r\n{}")
		other := s.account("a")
		other.Provider.TokenURL = "http://localhost:6666/steal"
		s.keeper.Put(other)
		time.Sleep(80 * time.Hour)
		if a := s.state(); a.State != keeper.StateMisconfigured || requests != 0 {
			t.Errorf("%s (%s), %d requests with the secrets to another origin", a.State, a.Reason, requests)
		}
	})
}

// A16: nothing was sent, and the folder is away at that moment: the file goes on saying "sent".
func TestReviewA16NothingSentIsSaidToBeSentAndASecondTokenIsSpent(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		s.stop()
		ctx, cancel := context.WithCancel(t.Context())
		dials := 0
		dial := func(ctx context.Context, network, addr string) (net.Conn, error) {
			if dials++; dials == 1 { // the network and the home folder's server are away together, for three seconds
				_ = os.Rename(s.dir, s.dir+".aside")
				time.AfterFunc(3*time.Second, func() { _ = os.Rename(s.dir+".aside", s.dir) })
				return nil, errors.New("no network")
			}
			return s.net.dial(ctx, network, addr)
		}
		s.keeper = keeper.New(ctx, keeper.Config{
			Vault: s.vault, SealDir: s.dir, Exchange: oauth.Exchange{Dial: dial}, MinValid: func() time.Duration { return 15 * time.Minute },
			Log: discard(), Random: func() float64 { return 0.5 }, Machine: "here",
		})
		s.ended = make(chan struct{})
		go func() { s.keeper.Run(ctx); close(s.ended) }()
		s.quit = cancel
		s.keeper.Put(s.account("a"))
		synctest.Wait()
		_ = s.keeper.Refresh(t.Context(), "a")
		s.wantState(keeper.StateOffline, oauth.ReasonNoConnection)
		time.Sleep(4 * time.Second)
		s.restart()
		if a := s.state(); a.State == keeper.StateUncertain || !a.Sent.IsZero() {
			t.Errorf("nothing was ever sent, and it is %s (%s), sent %v", a.State, a.Reason, a.Sent)
		}
		time.Sleep(5 * time.Minute)
		if n := s.sandbox.Counts().Hits; n != 0 {
			t.Errorf("%d requests for a token that is not due", n)
		}
	})
}

// A17: the token of an account whose record cannot be read just now is accepted under another name: two owners of one chain.
func TestReviewA17TokenOfAnUnreadableAccountIsTakenAgain(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		mine := s.vault.record(t, "a").Grant.Token
		s.stopWith(func() { s.vault.bad = map[string]error{"a": os.ErrInvalid} })
		s.keeper.Put(s.account("a"))
		s.wantState(keeper.StateLocked, keeper.ReasonRecordBroken)
		if err := s.keeper.Add(t.Context(), s.account("b"), s.sandbox.ClientSecret(), mine, nothing); err == nil {
			t.Error("a token that may be the unreadable account's is taken")
		}
		s.stopWith(func() { s.vault.bad = nil })
		s.keeper.Put(s.account("a"))
		s.keeper.Put(s.account("b"))
		time.Sleep(100 * time.Hour)
		if c := s.sandbox.Counts(); c.Reuses != 0 {
			t.Errorf("%d reuses", c.Reuses)
		}
	})
}

// A18: the write of an intent times out and lands a minute later.
func TestReviewA18IntentThatLandsLateSpendsATokenThatIsNotDue(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		old := s.vault.peek("a")
		var late []byte
		reads := 0
		s.vault.breakWith(func(op string, _ int) error {
			if op == "get" {
				if reads++; reads == 2 {
					late, s.vault.values["a"] = s.vault.values["a"], old
					return errors.New("no answer in time")
				}
			}
			return nil
		})
		_ = s.keeper.Refresh(t.Context(), "a")
		s.vault.breakWith(nil)
		time.Sleep(time.Minute) // the keychain is tried again, and all is well
		s.wantState(keeper.StateFresh, "")
		s.vault.put("a", late)
		s.restart()
		if a := s.state(); a.State != keeper.StateFresh {
			t.Errorf("nothing was sent, and it is %s (%s), sent %v", a.State, a.Reason, a.Sent)
		}
		time.Sleep(5 * time.Minute)
		if n := s.sandbox.Counts().Hits; n != 0 {
			t.Errorf("%d requests for a token that is not due", n)
		}
	})
}

// A19: quitting in front of the question about the person throws the sign-in's chain away, though nobody said no.
func TestReviewA19QuitAtTheQuestionThrowsTheNewChainAway(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		go func() {
			_ = s.keeper.SignIn(t.Context(), "a", s.code("other"), func(ctx context.Context, _, _ string) bool { <-ctx.Done(); return false })
		}()
		time.Sleep(time.Second)
		synctest.Wait()
		n := len(seals(t, s))
		s.stop()
		if after := len(seals(t, s)); after != n {
			t.Errorf("%d sealed answers before quitting, %d after", n, after)
		}
		s.start()
	})
}

// A20: a sign-in's question (the agent waits ten minutes for it) holds a due token back until it has expired.
func TestReviewA20QuestionHoldsADueTokenBack(t *testing.T) {
	perform(t, sandbox.Config{Expires: 20 * time.Minute}, func(t *testing.T, s *stage) {
		time.Sleep(13 * time.Minute)
		go func() {
			_ = s.keeper.SignIn(t.Context(), "a", s.code("other"), func(context.Context, string, string) bool { time.Sleep(9 * time.Minute); return false })
		}()
		time.Sleep(8 * time.Minute)
		if a := s.state(); a.State != keeper.StateFresh {
			t.Errorf("%s (%s), next %v, usable until %v", a.State, a.Reason, a.Next, a.UsableUntil)
		}
		time.Sleep(time.Hour)
	})
}

// A21: the refusal is forgotten when the keychain goes back, and the refused token is presented again.
func TestReviewA21RefusalIsForgottenWhenTheKeychainGoesBack(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		old := s.vault.peek("a")
		name := s.state().Fingerprint
		s.sandbox.Kill()
		_ = s.keeper.Refresh(t.Context(), "a")
		s.wantState(keeper.StateSignIn, oauth.ReasonRefused)
		s.stopWith(func() { s.vault.put("a", old) })
		s.keeper.Put(s.account("a"))
		if a := s.state(); a.State != keeper.StateSignIn {
			t.Errorf("the chain is dead, and it is %s (%s)", a.State, a.Reason)
		}
		time.Sleep(100 * time.Hour)
		if n := s.sandbox.Counts().Presented[name]; n != 1 {
			t.Errorf("the refused token was presented %d times", n)
		}
	})
}

// A22 (passes): the first sign-in of an account, and a panic behind its seal.
func TestReviewA22FirstSignInAndAPanic(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		_ = s.keeper.Remove(t.Context(), "a")
		if err := s.keeper.Add(t.Context(), s.account("a"), s.sandbox.ClientSecret(), oauth.Token{}, nothing); err != nil {
			t.Fatal(err)
		}
		sets := 0
		s.vault.breakWith(func(op string, _ int) error {
			if op == "set" {
				if sets++; sets == 2 {
					panic("planted")
				}
			}
			return nil
		})
		_ = s.keeper.SignIn(t.Context(), "a", s.code(""), yes)
		time.Sleep(10 * time.Minute)
		s.wantState(keeper.StateFresh, "")
		s.wantKept()
	})
}

// A23: a refusal by other settings, and the doubt: the mended settings' own lost answer. The sealed answer of a request is
// judged by codes of other settings.
func TestReviewA23SealedSettingsRefusalIsPinnedOnOtherSettings(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		wrong := s.account("a")
		wrong.ClientID = "another app"
		s.keeper.Put(wrong)
		_ = s.sandbox.Break(sandbox.Settings, 1)
		s.vault.breakWith(failsAfter(1))
		_ = s.keeper.Refresh(t.Context(), "a")
		s.stopWith(func() { s.vault.breakWith(nil) })
		s.keeper.Put(s.account("a"))
		if a := s.state(); a.State == keeper.StateMisconfigured {
			t.Errorf("settings that were never sent are %s (%s %s)", a.State, a.Reason, a.Detail)
		}
	})
}

// A25: nameless, refused by other settings only (alive): another person's whole sign-in takes its place unasked.
func TestReviewA25NamelessChainRefusedByOtherSettingsIsReplacedUnasked(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		_ = s.keeper.Remove(t.Context(), "a")
		mine := firstToken(t, s.sandbox)
		mine.OpenID = ""
		wrong := s.account("a")
		wrong.ClientID = "another app"
		if err := s.keeper.Add(t.Context(), wrong, s.sandbox.ClientSecret(), mine, nothing); err != nil {
			t.Fatal(err)
		}
		_ = s.sandbox.Break(sandbox.Dead, 1)
		_ = s.keeper.Refresh(t.Context(), "a")
		s.sandbox.Heal()
		held := s.account("a")
		held.HeldUntil = time.Now().Add(time.Hour) // so that the mended settings do not refresh at once
		s.keeper.Put(held)
		asked := false
		_ = s.keeper.SignIn(t.Context(), "a", s.code("other"), func(context.Context, string, string) bool { asked = true; return false })
		if !asked || !strings.Contains(string(s.vault.peek("a")), mine.Refresh.Reveal()) {
			t.Errorf("asked: %v; a live refresh token is gone, another person's is in its place", asked)
		}
	})
}

// A26: a clock that is set back by six minutes, and again, makes tokens look not trustworthy: each jump spends one.
func TestReviewA26ClockSetBackSpendsATokenThatIsNotDue(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		_ = s.keeper.Refresh(t.Context(), "a")
		for n := range 5 {
			s.jump.Store(int64(-(n + 1) * int(6*time.Minute)))
			time.Sleep(5 * time.Minute)
		}
		if n := s.sandbox.Counts().Hits; n != 1 {
			t.Errorf("%d refreshes in half an hour of a token that lives three days", n)
		}
	})
}
