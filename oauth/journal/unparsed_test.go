package journal

import (
	"fmt"
	"testing"
	"time"

	"freshkey/oauth"
)

// Chains that were brought to an account name its token as the one to be replaced, and spend others.
func TestNoUnreadableAnswerMakesRoomThatMayBeTheOnlyCopy(t *testing.T) {
	r := First("secret", oauth.Token{Refresh: "RT1", Issued: time.Now()}, "here")
	first := r.NewIntent("RT1", 1, CauseAsked, Target{}, time.Now())
	r, _ = r.KeepUnparsed(first)
	for n := range maxUnparsed + 2 {
		in := r.NewIntent("RT1", 1, CauseSignIn, Target{}, time.Now())
		in.Brought = oauth.Secret(fmt.Sprint("R3_", n)).Fingerprint()
		next, gone := r.KeepUnparsed(in)
		if r = next; gone != nil {
			t.Errorf("%v has made room for the one of %s", gone, in.Brought)
		}
	}
	if !r.KeepsUnparsed(first) {
		t.Error("the answer that may hold the account's next token is gone")
	}
}
