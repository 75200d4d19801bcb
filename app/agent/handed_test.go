package agent

import (
	"fmt"
	"testing"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/keeper"
)

func generation(n int) oauth.Token { return oauth.Token{Access: oauth.Secret(fmt.Sprint("token ", n))} }

// nowAt is an account whose token is of a generation.
func nowAt(n int) keeper.AccountState {
	return keeper.AccountState{ID: firstID, Access: generation(n).Access.Fingerprint(), Issued: noon.Add(time.Duration(n) * time.Hour)}
}

// A person who has an old copy has it until they copy again: programs that fetch the next token meanwhile change nothing of that.
func TestAPersonsOldCopyStaysOldWhateverProgramsFetch(t *testing.T) {
	var h handed
	for n, step := range []struct {
		generation       int
		to               recipient
		news, last, copy bool // old at generation 2
	}{
		{1, toProgram, true, true, false},
		{1, toPerson, true, true, true},
		{1, toProgram, false, true, true},
		{2, toProgram, true, false, true},
		{2, toPerson, true, false, false},
		{2, toPerson, false, false, false},
	} {
		news := h.note(firstID, generation(step.generation), step.to)
		last, copied := h.superseded(nowAt(2))
		if news != step.news || last.IsZero() == step.last || copied.IsZero() == step.copy {
			t.Errorf("step %d: news %v, last %v, copy %v", n, news, last, copied)
		}
		if now := nowAt(2); !copied.IsZero() && !copied.Equal(now.Issued) {
			t.Errorf("step %d: old since %v", n, copied)
		}
	}
}
