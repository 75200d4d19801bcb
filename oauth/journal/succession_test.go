package journal_test

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/journal"
)

var (
	here  = journal.Target{ClientID: "1", Endpoint: "https://example.com/token"}
	there = journal.Target{ClientID: "2", Endpoint: "https://example.com/token"}
)

// answered is the record after n answers to refreshes, of the tokens "R1", "R2" …
func answered(n int) journal.Record {
	r := journal.First("secret", oauth.Token{Access: "A1", Refresh: "R1", OpenID: "me", Issued: monday, Expires: monday.Add(time.Hour)}, "pc")
	for i := range n {
		in := r.NewIntent(r.Grant.Token.Refresh, r.Grant.Generation, journal.CauseAsked, monday)
		r = r.WithIntent(in, here, journal.Attempt{Class: oauth.Uncertain}).Next(oauth.Token{
			Access: "A", Refresh: oauth.Secret("R" + strconv.Itoa(i+2)), Issued: monday, Expires: monday.Add(time.Hour),
		}, in, "pc")
	}
	return r
}

func TestNextKeepsWhatIsNeededAndNothingElse(t *testing.T) {
	r := answered(3)
	if r.Grant.Generation != 4 || r.Previous.Generation != 3 || r.Intent != nil || r.Attempt != (journal.Attempt{}) || r.Grant.Token.OpenID != "me" {
		t.Errorf("%v, previous %v", r, r.Previous)
	}
	for refresh, want := range map[oauth.Secret]journal.Possession{"R4": journal.Current, "R3": journal.UsedUp, "R1": journal.UsedUp, "R9": journal.Unknown, "": journal.Unknown} {
		if got := r.Knows(refresh); got != want {
			t.Errorf("%s is %d, want %d", refresh.Reveal(), got, want)
		}
	}
	if n := len(answered(300).Spent); n > 1024 {
		t.Errorf("%d spent tokens fill the keychain", n)
	}
}

func TestCandidatesAreTheCurrentAndThenThePreviousToken(t *testing.T) {
	r := answered(1)
	current, previous := r.NewIntent("R2", 2, "", monday), r.NewIntent("R1", 2, "", monday)
	for name, c := range map[string]struct {
		r    journal.Record
		to   journal.Target
		want []oauth.Secret
	}{
		"nothing refused":        {r, here, []oauth.Secret{"R2", "R1"}},
		"the current refused":    {r.Refuse(current, here), here, []oauth.Secret{"R1"}},
		"both refused":           {r.Refuse(current, here).Refuse(previous, here), here, nil},
		"refused by another app": {r.Refuse(current, there).Refuse(previous, there), here, []oauth.Secret{"R2", "R1"}},
		"refused by nobody said": {r.Refuse(current, journal.Target{}), here, []oauth.Secret{"R1"}},
	} {
		if got := c.r.Candidates(c.to); !slices.Equal(got, c.want) {
			t.Errorf("%s: %d candidates, want %d", name, len(got), len(c.want))
		}
	}
}

func TestDoubtOutlivesTheNextIntent(t *testing.T) {
	r := answered(1)
	first := r.NewIntent("R2", 2, journal.CauseAsked, monday)
	second := r.NewIntent("R2", 2, journal.CauseAsked, monday.Add(time.Minute))
	sent := r.WithIntent(first, here, journal.Attempt{})
	if in, reason := sent.Unresolved(here, "interrupted"); in != first || reason != "interrupted" {
		t.Errorf("killed in flight: %v %s", in, reason)
	}
	again := sent.WithIntent(second, here, journal.Attempt{})
	if in, reason := again.Unresolved(here, "interrupted"); in != first || reason != oauth.ReasonNoAnswer {
		t.Errorf("sent again: %v %s", in, reason)
	}
	signIn := sent.WithIntent(r.NewIntent("R2", 2, journal.CauseSignIn, monday), here, journal.Attempt{})
	if in, _ := signIn.Unresolved(here, "interrupted"); in != first {
		t.Errorf("a sign-in after it: %v", in)
	}
	dead := again.WithoutAnswer(here).Refuse(second, here).Refuse(r.NewIntent("R1", 2, "", monday), here)
	if in, _ := dead.Unresolved(here, "interrupted"); in != nil || !dead.LostAnswer() {
		t.Errorf("refused: open %v, lost %v", in, dead.LostAnswer())
	}
	if answered(2).LostAnswer() {
		t.Error("a chain that goes on has lost nothing")
	}
}

func TestWhoseASignInIs(t *testing.T) {
	of := func(openID string, refused bool) journal.Record {
		r := answered(0)
		r.Grant.Token.OpenID = openID
		if refused {
			r = r.Refuse(r.NewIntent("R1", 1, "", monday), here)
		}
		return r
	}
	for _, c := range []struct {
		r    journal.Record
		got  string
		want journal.Replaces
	}{
		{of("me", false), "me", journal.SamePerson},
		{of("me", true), "me", journal.SamePerson},
		{of("me", false), "you", journal.OtherPerson},
		{of("me", true), "you", journal.OtherPerson},
		{of("me", false), "", journal.UnknownPerson},
		{of("me", true), "", journal.UnknownPerson},
		{of("", false), "you", journal.UnknownPerson},
		{of("", true), "you", journal.SamePerson},
		{of("", false), "", journal.SamePerson},
		{journal.First("secret", oauth.Token{}, "pc"), "you", journal.SamePerson},
	} {
		if got := c.r.Replaces(oauth.Token{OpenID: c.got}); got != c.want {
			t.Errorf("%q's (refused %v), and %q signed in: %d, want %d", c.r.Grant.Token.OpenID, c.r.EverRefused(), c.got, got, c.want)
		}
	}
}

func TestOnlyWhatCameLaterOvertakes(t *testing.T) {
	older, mine, newer := answered(1), answered(2), answered(3)
	other := mine
	other.Grant.Token.Refresh, other.Grant.Token.Issued = "X", monday.Add(time.Minute)
	for name, c := range map[string]struct {
		theirs journal.Record
		want   bool
	}{"older": {older, false}, "the same": {mine, false}, "newer": {newer, true}, "as old, won later": {other, true}} {
		if got := c.theirs.Overtakes(mine); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if mine.Overtakes(other) {
		t.Error("as old, won earlier: it overtakes")
	}
}
