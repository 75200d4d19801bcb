package journal_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"freshkey/oauth"
	"freshkey/oauth/journal"
)

func TestFileOfAnIntentSaysHowFarItHasCome(t *testing.T) {
	s := journal.Seals{Dir: filepath.Join(t.TempDir(), "sealed")}
	r := answered(1)
	in := r.NewIntent("R2", 2, journal.CauseAsked, here, monday)
	want := func(phase journal.Phase, sent bool) {
		t.Helper()
		if got := s.Phase("a", in); got != phase {
			t.Errorf("phase %d, want %d", got, phase)
		}
		if got := s.Sent("a", in.Fingerprint, r, true); (got != nil) != sent {
			t.Errorf("sent %v, want %v", got, sent)
		}
		if _, err := s.Open("a", in); (phase == journal.PhaseSealed) != (err == nil) || (err != nil && !errors.Is(err, fs.ErrNotExist)) {
			t.Errorf("open: %v", err)
		}
	}
	want(journal.PhaseUnknown, false)
	for _, step := range []struct {
		do    func() error
		phase journal.Phase
		sent  bool
	}{
		{func() error { return s.Reserve("a", in) }, journal.PhaseReserved, false},
		{func() error { return s.Sending("a", in) }, journal.PhaseSending, true},
		{func() error { return s.Unsent("a", in) }, journal.PhaseReserved, false},
		{func() error { return s.Sending("a", in) }, journal.PhaseSending, true},
		{func() error {
			return s.Write("a", in, oauth.Reply{Status: 200, Body: []byte("answer")}, journal.NotAsked)
		}, journal.PhaseSealed, false},
		{func() error { return s.Drop("a", in) }, journal.PhaseUnknown, false},
	} {
		if err := step.do(); err != nil {
			t.Fatal(err)
		}
		want(step.phase, step.sent)
	}
}

// What was left by version 0.1 in the midst of a refresh may have been sent.
func TestEmptyFileOfVersion01SaysNothing(t *testing.T) {
	s := journal.Seals{Dir: t.TempDir()}
	in := answered(1).NewIntent("R2", 2, journal.CauseAsked, here, monday)
	if err := os.WriteFile(filepath.Join(s.Dir, "a-"+in.Fingerprint+"-"+in.ID+".sealed"), make([]byte, 8192), 0o600); err != nil {
		t.Fatal(err)
	}
	if phase := s.Phase("a", in); phase != journal.PhaseUnknown {
		t.Errorf("phase %d", phase)
	}
}

func FuzzSealedFile(f *testing.F) {
	s := journal.Seals{Dir: f.TempDir()}
	in := answered(1).NewIntent("R2", 2, journal.CauseAsked, here, monday)
	path := filepath.Join(s.Dir, "a-"+in.Fingerprint+"-"+in.ID+".sealed")
	if err := s.Write("a", in, oauth.Reply{Body: []byte("answer")}, journal.NotAsked); err != nil {
		f.Fatal(err)
	}
	good, _ := os.ReadFile(path)
	f.Add(good)
	f.Add([]byte{0, 0, 0, 9, 1})
	f.Add([]byte{0xff, 0xff, 0xff, 0xfe})
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := s.Open("a", in); err == nil && string(out.Reply.Body) != "answer" {
			t.Error("something else was opened")
		}
	})
}

func FuzzRecord(f *testing.F) {
	data, _ := answered(2).Encode()
	f.Add(data)
	f.Add([]byte(`{"v":1,"client_secret":"x"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if r, err := journal.Decode(data); err == nil {
			if _, err := r.Encode(); err != nil {
				t.Error("read, and not written again")
			}
		}
	})
}

// Each look at an account's files would cost as much as all accounts together have, and a refresh takes several.
func TestOtherAccountsFilesCostNothing(t *testing.T) {
	s := journal.Seals{Dir: t.TempDir()}
	in := answered(1).NewIntent("R2", 2, journal.CauseAsked, here, monday)
	if err := s.Write("a", in, oauth.Reply{Body: []byte("answer")}, journal.NotAsked); err != nil {
		t.Fatal(err)
	}
	look := func() float64 {
		return testing.AllocsPerRun(10, func() { s.Sent("a", in.Fingerprint, answered(1), true) })
	}
	alone := look()
	for n := range 200 {
		if err := s.Reserve(fmt.Sprint("other", n), in); err != nil {
			t.Fatal(err)
		}
	}
	if among := look(); among > alone+20 { // of pools that the runtime empties now and then, a few; of others' files it would be hundreds
		t.Errorf("%v allocations, and %v without the files of others", among, alone)
	}
}
