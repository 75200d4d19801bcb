package keeper_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/keeper"
)

// leftBy puts a record and sealed files in place as version 0.1 wrote them; see testdata/v0.1.
func (s *stage) leftBy(version, scene string) {
	s.t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", version, scene, "*"))
	if err != nil || len(files) == 0 {
		s.t.Fatalf("no files: %v", err)
	}
	for _, f := range seals(s.t, s) {
		_ = os.Remove(f)
	}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			s.t.Fatal(err)
		}
		if filepath.Base(f) == "record.json" {
			s.vault.put("a", data)
		} else if err := os.WriteFile(filepath.Join(s.dir, filepath.Base(f)), data, 0o600); err != nil {
			s.t.Fatal(err)
		}
	}
}

// What version 0.1 stored is read, means the same, and goes on.
func TestRecordsAndSealsOfVersion01GoOn(t *testing.T) {
	for scene, want := range map[string]struct {
		state      keeper.State
		reason     oauth.Reason
		generation int
	}{
		"fresh":             {keeper.StateFresh, "", 2},
		"answer-not-stored": {keeper.StateFresh, "", 2}, // the sealed answer is found
		"killed-in-flight":  {keeper.StateUncertain, keeper.ReasonInterrupted, 1},
		"doubt":             {keeper.StateUncertain, oauth.ReasonNoAnswer, 1},
		"lost":              {keeper.StateSignIn, keeper.ReasonLostAnswer, 1},
		"refused":           {keeper.StateSignIn, oauth.ReasonRefused, 2},
		"unreadable":        {keeper.StateFresh, "", 2}, // with settings that can read it
	} {
		t.Run(scene, func(t *testing.T) {
			perform(t, threeDays, func(t *testing.T, s *stage) {
				s.stopWith(func() { s.leftBy("v0.1", scene) })
				requests := s.replies(spent)
				if want.state != keeper.StateSignIn {
					requests = s.replies("200 OK\r\nConnection: close\r\n\r\n{\"access_token\":\"AT9\",\"refresh_token\":\"RT9\",\"expires_in\":259200}")
				}
				s.keeper.Put(s.account("a"))
				if want.state == keeper.StateSignIn { // it was not written down who refused it: each token is tried once more
					time.Sleep(100 * time.Hour)
					s.wantState(want.state, want.reason)
					if n := requests(); n == 0 || n > 2 {
						t.Errorf("%d requests with tokens that were refused", n)
					}
					return
				}
				s.wantState(want.state, want.reason)
				if a := s.state(); a.Generation != want.generation || requests() != 0 {
					t.Errorf("generation %d, %d requests", a.Generation, requests())
				}
				if err := s.keeper.Refresh(t.Context(), "a"); err != nil {
					t.Fatal(err)
				}
				s.wantState(keeper.StateFresh, "")
				r := s.vault.record(t, "a")
				if r.Grant.Token.Refresh != "RT9" || r.Grant.Generation != want.generation+1 || r.Previous == nil || len(r.Spent) == 0 {
					t.Errorf("stored is %v", r)
				}
			})
		})
	}
}
