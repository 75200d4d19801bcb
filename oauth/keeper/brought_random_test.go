package keeper_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

// Chains are brought and refreshed while the provider fails in every way that loses no answer, the process dies anywhere, and the keychain forgets its
// last writes: whichever of them was spent, the account has the next of it, and none is spent twice.
func TestNoChainIsLostWhileChainsAreBroughtAndEverythingFails(t *testing.T) {
	faults := []sandbox.Fault{"", "", "", sandbox.TruncateLate, sandbox.Busy, sandbox.WrongTypes, sandbox.Slow, sandbox.HTML, sandbox.Settings, sandbox.ResetAfter, sandbox.Unavailable, sandbox.Blanks}
	for seed := range uint64(40) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			perform(t, sandbox.Config{Expires: 10 * time.Hour}, func(t *testing.T, s *stage) {
				r := rand.New(rand.NewPCG(seed, 7))
				var trail []string
				var forgotten [][]byte // what the keychain may go back to
				var unspent []oauth.Token
				for step := range 60 {
					forgotten = append(forgotten, s.vault.peek("a"))
					if fault := faults[r.IntN(len(faults))]; fault != "" {
						_ = s.sandbox.Break(fault, 1)
						trail = append(trail, string(fault))
					}
					dies, point := r.IntN(2) == 0, r.IntN(16)
					if dies {
						s.vault.breakWith(diesAt(point))
					}
					brought := firstToken(t, s.sandbox)
					if len(unspent) > 0 && r.IntN(2) == 0 {
						brought = unspent[r.IntN(len(unspent))]
					}
					if r.IntN(3) == 0 {
						trail = append(trail, fmt.Sprint("refresh: ", s.keeper.Refresh(t.Context(), "a")))
					} else {
						trail = append(trail, fmt.Sprint("bring: ", s.bring(brought.Refresh, brought.OpenID, yes)))
					}
					if dies {
						s.stop()
						s.vault.breakWith(nil)
						if back := r.IntN(6); back > 0 && back <= 3 && back <= len(forgotten) {
							forgotten = forgotten[:len(forgotten)-back+1] // what came after it is no more
							s.vault.put("a", forgotten[len(forgotten)-1])
							trail = append(trail, fmt.Sprint("back ", back))
						}
						trail = append(trail, fmt.Sprint("died at ", point))
						s.sandbox.Heal()
						s.start()
						s.keeper.Put(s.account("a"))
					}
					s.sandbox.Heal()
					time.Sleep(10 * time.Minute)
					if r.IntN(3) == 0 {
						time.Sleep(time.Duration(r.IntN(14)) * time.Hour)
					}
					a, counts, last := s.state(), s.sandbox.Counts(), trail[max(0, len(trail)-9):]
					switch spent := !slices.Contains(counts.Live, brought.Refresh.Fingerprint()); {
					case a.State != keeper.StateFresh, !slices.Contains(counts.Live, a.Fingerprint):
						t.Fatalf("step %d: %s (%s), its chain is lost: %q", step, a.State, a.Reason, last)
					case counts.Reuses > 0:
						t.Fatalf("step %d: %d tokens were spent twice: %q", step, counts.Reuses, last)
					case spent && a.OpenID != brought.OpenID && a.OpenID != "": // not all answers say whose they are
						t.Fatalf("step %d: what was brought is spent, and the account is another's: %q", step, last)
					case !spent:
						unspent = append(unspent, brought)
					default:
						unspent = slices.DeleteFunc(unspent, func(u oauth.Token) bool { return u.Refresh == brought.Refresh })
					}
				}
			})
		})
	}
}
