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
		in := r.NewIntent(r.Grant.Token.Refresh, r.Grant.Generation, journal.CauseAsked, here, monday)
		r = r.WithIntent(in).Next(oauth.Token{
			Access: "A", Refresh: oauth.Secret("R" + strconv.Itoa(i+2)), Issued: monday, Expires: monday.Add(time.Hour),
		}, in, "pc")
	}
	return r
}

func TestNextKeepsWhatIsNeededAndNothingElse(t *testing.T) {
	r := answered(3)
	if r.Grant.Generation != 4 || r.Previous.Generation != 3 || r.Intent != nil || r.Attempt != nil || r.Grant.Token.OpenID != "me" {
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
	refuse := func(r journal.Record, refresh oauth.Secret, by journal.Target) journal.Record {
		return r.Refuse(r.NewIntent(refresh, 2, journal.CauseAsked, by, monday))
	}
	for name, c := range map[string]struct {
		r    journal.Record
		to   journal.Target
		want []oauth.Secret
	}{
		"nothing refused":        {r, here, []oauth.Secret{"R2", "R1"}},
		"the current refused":    {refuse(r, "R2", here), here, []oauth.Secret{"R1"}},
		"both refused":           {refuse(refuse(r, "R2", here), "R1", here), here, nil},
		"refused by another app": {refuse(refuse(r, "R2", there), "R1", there), here, []oauth.Secret{"R2", "R1"}},
		"refused by nobody said": {refuse(r, "R2", journal.Target{}), here, []oauth.Secret{"R2", "R1"}}, // once more
	} {
		if got := c.r.Candidates(c.to); !slices.Equal(got, c.want) {
			t.Errorf("%s: %d candidates, want %d", name, len(got), len(c.want))
		}
	}
}

func TestDoubtOutlivesTheNextIntent(t *testing.T) {
	r := answered(1)
	first := r.NewIntent("R2", 2, journal.CauseAsked, here, monday)
	second := r.NewIntent("R2", 2, journal.CauseAsked, here, monday.Add(time.Minute))
	sent := r.WithIntent(first)
	if in, reason := sent.Unresolved(here, "interrupted"); in != first || reason != "interrupted" {
		t.Errorf("killed in flight: %v %s", in, reason)
	}
	again := sent.WithIntent(second)
	if in, reason := again.Unresolved(here, "interrupted"); in != first || reason != oauth.ReasonNoAnswer {
		t.Errorf("sent again: %v %s", in, reason)
	}
	signIn := sent.WithIntent(r.NewIntent("R2", 2, journal.CauseSignIn, here, monday))
	if in, _ := signIn.Unresolved(here, "interrupted"); in != first {
		t.Errorf("a sign-in after it: %v", in)
	}
	dead := again.WithoutAnswer(here).Refuse(second).Refuse(r.NewIntent("R1", 2, journal.CauseAsked, here, monday))
	if in, _ := dead.Unresolved(here, "interrupted"); in != nil || !dead.LostAnswer() {
		t.Errorf("refused: open %v, lost %v", in, dead.LostAnswer())
	}
	if answered(2).LostAnswer() {
		t.Error("a chain that goes on has lost nothing")
	}
}

func TestWhoseASignInIs(t *testing.T) {
	of := func(openID string, by ...journal.Target) journal.Record {
		r := answered(0)
		r.Grant.Token.OpenID = openID
		for _, to := range by {
			r = r.Refuse(r.NewIntent("R1", 1, journal.CauseAsked, to, monday))
		}
		return r
	}
	for _, c := range []struct {
		r      journal.Record
		got    string
		access oauth.Secret
		want   journal.Replaces
	}{
		{of("me"), "me", "A", journal.SamePerson},
		{of("me", here), "me", "A", journal.SamePerson},
		{of("me"), "you", "A", journal.OtherPerson},
		{of("me", here), "you", "A", journal.OtherPerson},
		{of("me"), "", "", journal.UnknownPerson},
		{of("me", here), "", "", journal.UnknownPerson},
		{of(""), "you", "A", journal.UnknownPerson},
		{of("", here), "you", "A", journal.SamePerson},
		{of("", there), "you", "A", journal.UnknownPerson}, // it lives, with these settings
		{of(""), "", "A", journal.SamePerson},              // the provider names nobody
		{of(""), "", "", journal.UnknownPerson},            // the answer broke off before the name
		{journal.First("secret", oauth.Token{}, "pc"), "you", "A", journal.SamePerson},
	} {
		if got := c.r.Replaces(oauth.Token{Access: c.access, Refresh: "R", OpenID: c.got}, here); got != c.want {
			t.Errorf("%q's (refusals %d), and %q signed in: %d, want %d", c.r.Grant.Token.OpenID, len(c.r.Refusals), c.got, got, c.want)
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
