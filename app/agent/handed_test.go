package agent

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/keeper"
)

// generation is a token that one takes the place of after an hour, and that works for two.
func generation(n int) oauth.Token {
	issued := noon.Add(time.Duration(n) * time.Hour)
	return oauth.Token{Access: oauth.Secret(fmt.Sprint("token ", n)), Issued: issued, Expires: issued.Add(2 * time.Hour)}
}

// nowAt is an account whose token is of a generation.
func nowAt(n int) keeper.AccountState {
	return keeper.AccountState{ID: firstID, Access: generation(n).Access.Fingerprint(), Issued: generation(n).Issued}
}

// old is what superseded says when the token of generation 2 has just come.
func (h *handed) old() (last, copied time.Time) { return h.superseded(nowAt(2), nowAt(2).Issued) }

func openHanded(path string, accounts ...string) *handed {
	var all []savedAccount
	for _, id := range accounts {
		all = append(all, savedAccount{ID: id})
	}
	var h handed
	h.open(path, all, true)
	return &h
}

// A person who has an old copy has it until they copy again: programs that fetch the next token meanwhile change nothing of that.
func TestAPersonsOldCopyStaysOldWhateverProgramsFetch(t *testing.T) {
	h := openHanded(filepath.Join(t.TempDir(), "handed.json"))
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
		last, copied := h.old()
		if news != step.news || last.IsZero() == step.last || copied.IsZero() == step.copy {
			t.Errorf("step %d: news %v, last %v, copy %v", n, news, last, copied)
		}
		if now := nowAt(2); !copied.IsZero() && !copied.Equal(now.Issued) {
			t.Errorf("step %d: old since %v", n, copied)
		}
	}
}

// An update, a login or a crash starts the agent anew, and the old token still lies in a person's test plan.
func TestAnAgentThatStartsAnewKnowsWhatWasHandedOut(t *testing.T) {
	path := filepath.Join(t.TempDir(), "handed.json")
	h := openHanded(path)
	h.note(firstID, generation(1), toPerson)
	h.note(secondID, generation(1), toProgram)
	if err := h.keep(); err != nil {
		t.Fatal(err)
	}
	h = openHanded(path, firstID)
	if last, copied := h.old(); last.IsZero() || copied.IsZero() {
		t.Errorf("last %v, copied %v", last, copied)
	}
	if h.note(firstID, generation(1), toPerson) || h.revision() != 0 {
		t.Error("what is known is news")
	}
	second := nowAt(2)
	second.ID = secondID
	if last, _ := h.superseded(second, second.Issued); !last.IsZero() {
		t.Error("of an account that is there no more it is known")
	}
	if data, err := os.ReadFile(path); err != nil || strings.Contains(string(data), "token 1") {
		t.Errorf("the file holds the token: %s %v", data, err)
	}
}

// A token of six minutes that was copied yesterday works nowhere, and the one that was handed out since may still.
func TestWhatHasExpiredIsNotSaidToBeOldForEver(t *testing.T) {
	path := filepath.Join(t.TempDir(), "handed.json")
	h := openHanded(path)
	h.note(firstID, generation(0), toPerson)
	h.note(firstID, generation(1), toProgram)
	if err := h.keep(); err != nil {
		t.Fatal(err)
	}
	for _, h := range []*handed{h, openHanded(path, firstID)} {
		for _, c := range []struct {
			at           time.Time
			last, copied bool // is said to be old
		}{
			{generation(0).Expires.Add(-time.Second), true, true},
			{generation(0).Expires, true, false},
			{generation(1).Expires.Add(-time.Second), true, false},
			{generation(1).Expires, false, false},
		} {
			if last, copied := h.superseded(nowAt(2), c.at); last.IsZero() == c.last || copied.IsZero() == c.copied {
				t.Errorf("%v: last %v, copied %v", c.at, last, copied)
			}
		}
	}
}

// A person is told since when their copy is old, and that is when the next token came, not the last of those that have come since.
func TestCopyIsOldSinceTheNextTokenCame(t *testing.T) {
	path := filepath.Join(t.TempDir(), "handed.json")
	h := openHanded(path)
	h.note(firstID, generation(0), toPerson)
	for n := range 3 {
		h.replaced(firstID, generation(n).Access.Fingerprint(), generation(n).Issued)
	}
	if err := h.keep(); err != nil {
		t.Fatal(err)
	}
	locked := nowAt(2)
	locked.Access = "" // out of memory
	for name, h := range map[string]*handed{"at once": h, "after a restart": openHanded(path, firstID)} {
		for _, s := range []keeper.AccountState{nowAt(2), locked} {
			if last, copied := h.superseded(s, generation(1).Issued); !copied.Equal(generation(1).Issued) || !last.Equal(copied) {
				t.Errorf("%s: old since %v, a copy since %v; the next came at %v", name, last, copied, generation(1).Issued)
			}
		}
	}
	h.note(firstID, generation(2), toPerson)
	if last, copied := h.old(); !last.IsZero() || !copied.IsZero() {
		t.Errorf("copied again, and old since %v, %v", last, copied)
	}
}

// An account of which nothing else changes is the same in the next list.
func TestTimeAloneEndsThatACopyIsOld(t *testing.T) {
	bare(t, func(t *testing.T, a *Agent) {
		a.addForTest(t, firstID, "one")
		a.handed.note(firstID, oauth.Token{Access: "before", Expires: time.Now().Add(10 * time.Minute)}, toPerson)
		if one := a.Snapshot().Accounts[0]; one.CopySupersededAt.IsZero() || one.SupersededAt.IsZero() {
			t.Errorf("at first it is not old: %+v", one)
		}
		time.Sleep(9 * time.Minute)
		if one := a.Snapshot().Accounts[0]; one.CopySupersededAt.IsZero() {
			t.Errorf("before it expires it is not old: %+v", one)
		}
		time.Sleep(time.Minute)
		if one := a.Snapshot().Accounts[0]; !one.CopySupersededAt.IsZero() || !one.SupersededAt.IsZero() {
			t.Errorf("it is old for ever: %+v", one)
		}
	})
}

func TestWithoutTheFileOrWithABrokenOneNothingWasHandedOut(t *testing.T) {
	for _, content := range []string{"", "null", "{", "[]", `{"` + firstID + `":7}`, `{"` + firstID + `":null}`} {
		path := filepath.Join(t.TempDir(), "handed.json")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		h := openHanded(path, firstID)
		if last, copied := h.old(); !last.IsZero() || !copied.IsZero() {
			t.Errorf("%s: %v %v", content, last, copied)
		}
		h.note(firstID, generation(1), toPerson)
		if err := h.keep(); err != nil {
			t.Error(err)
		}
		if _, copied := openHanded(path, firstID).old(); copied.IsZero() {
			t.Errorf("%s: the next agent does not know", content)
		}
	}
}

// A folder in the file's place stands for a disk that is full for a while.
func TestWhatCouldNotBeWrittenIsWrittenLater(t *testing.T) {
	path := filepath.Join(t.TempDir(), "handed.json")
	h := openHanded(path)
	if err := os.MkdirAll(filepath.Join(path, "content"), 0o700); err != nil {
		t.Fatal(err)
	}
	h.note(firstID, generation(1), toPerson)
	if h.keep() == nil {
		t.Fatal("a folder was replaced")
	}
	if err := os.RemoveAll(path); err != nil {
		t.Fatal(err)
	}
	if err := h.keep(); err != nil {
		t.Fatal(err)
	}
	if _, copied := openHanded(path, firstID).old(); copied.IsZero() {
		t.Error("it is not there")
	}
}

func TestARemovedAccountLeavesNothingOfWhatWasHandedOut(t *testing.T) {
	bare(t, func(t *testing.T, a *Agent) {
		path := filepath.Join(filepath.Dir(a.config.path), "handed.json")
		a.handed.open(path, nil, true)
		a.addForTest(t, firstID, "one")
		a.addForTest(t, secondID, "two")
		for _, id := range []string{firstID, secondID} {
			if _, err := a.Token(t.Context(), id, time.Minute); err != nil {
				t.Fatal(err)
			}
		}
		if err := a.Remove(t.Context(), firstID, false); err != nil {
			t.Fatal(err)
		}
		if err := a.handed.keep(); err != nil {
			t.Fatal(err)
		}
		if data, err := os.ReadFile(path); err != nil || strings.Contains(string(data), firstID) || !strings.Contains(string(data), secondID) {
			t.Errorf("%s %v", data, err)
		}
	})
}
