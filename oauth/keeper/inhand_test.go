package keeper_test

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/keeper"
)

// The machine may sleep again before the answer is sealed, and what breaks there takes the answer with it.
func TestMachineStaysAwakeUntilTheAnswerIsSealed(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		s.stop()
		ctx, cancel := context.WithCancel(t.Context())
		sealed, asked := false, 0
		s.keeper = keeper.New(ctx, keeper.Config{
			Vault: s.vault, SealDir: s.dir, Exchange: oauth.Exchange{Dial: s.net.dial}, MinValid: func() time.Duration { return 15 * time.Minute },
			Log: slog.New(slog.DiscardHandler), Random: func() float64 { return 0.5 }, Machine: "here",
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

// A panic in the release.
func TestPanicOfWhatKeepsTheMachineAwakeLosesNoAnswer(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		s.stop()
		ctx, cancel := context.WithCancel(t.Context())
		n := 0
		s.keeper = keeper.New(ctx, keeper.Config{
			Vault: s.vault, SealDir: s.dir, Exchange: oauth.Exchange{Dial: s.net.dial}, MinValid: func() time.Duration { return 15 * time.Minute },
			Log: slog.New(slog.DiscardHandler), Random: func() float64 { return 0.5 }, Machine: "here",
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

// An answer in memory that neither disk nor keychain took is forgotten after a panic, and the spent token presented.
func TestAnswerThatOnlyMemoryHasOutlivesAPanic(t *testing.T) {
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

// A body with a refresh token in an unknown form behind a 5xx is not kept.
func TestStrangeAnswerWithAServersStatusIsKept(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		requests := s.replies("500 Internal Server Error\r\nConnection: close\r\n\r\n%%%{\"access_token\":\"AT2\",\"refresh_token\":\"RT2\",\"expires_in\":259200}", spent)
		_ = s.keeper.Refresh(t.Context(), "a")
		later := s.account("a")
		later.Provider, _ = later.Provider.Resolve()
		later.Provider.Prefix = "%%%"
		s.keeper.Put(later)
		s.restart()
		s.keeper.Put(later)
		time.Sleep(time.Hour)
		if a := s.state(); a.State != keeper.StateFresh || requests() != 1 {
			t.Errorf("%s (%s), %d requests", a.State, a.Reason, requests())
		}
	})
}

// Nothing was sent, and the folder is away at that moment: the file goes on saying "sent".
func TestUnsentStaysUnsentWhileTheFolderIsAway(t *testing.T) {
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
			Log: slog.New(slog.DiscardHandler), Random: func() float64 { return 0.5 }, Machine: "here",
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
