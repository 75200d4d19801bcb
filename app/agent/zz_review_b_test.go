package agent

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"freshkey/app/api"
	"freshkey/oauth"
	"freshkey/oauth/keeper"
)

// RA2 again: a hand edit that is read while an API edit is made.
func TestReviewBHandEditOfTheSameMomentIsNotLost(t *testing.T) {
	bare(t, func(t *testing.T, a *Agent) {
		a.addForTest(t, firstID, "one")
		aside := ""
		a.config.setAside = func(path string) { aside = path }
		account, _ := a.find(firstID)
		calls := 0
		_, err := a.changeSettings(account, func(o *oauth.Account) {
			if calls++; calls == 2 { // the watcher reads a person's edit just now
				data, _ := os.ReadFile(a.config.path)
				_ = os.WriteFile(a.config.path, bytes.Replace(data, []byte(`"client_id": "1"`), []byte(`"client_id": "mended"`), 1), 0o600)
				a.config.reload(a.applyConfig2, func(err error) { t.Error(err) })
			}
			o.HeldUntil = time.Now().Add(time.Minute)
		}, func() error { return nil })
		synctest.Wait()
		s, _ := a.keeper.Account(firstID)
		if err == nil && s.ClientID != "mended" && aside == "" {
			t.Errorf("the hand edit is gone and nobody is told: client id %q, set aside %q", s.ClientID, aside)
		}
	})
}

func (a *Agent) applyConfig2(config) {} // the real one waits for a.editing, and comes after

// What a person reads when held behind another state.
func TestReviewBHeldSentenceNamesItsEnd(t *testing.T) {
	bare(t, func(t *testing.T, a *Agent) {
		a.addForTest(t, firstID, "one")
		_, err := a.Refresh(t.Context(), "one") // no network: offline
		t.Log(err)
		if _, err := a.Hold(t.Context(), "one", api.HoldRequest{Until: time.Now().Add(30 * time.Minute)}); err != nil {
			t.Fatal(err)
		}
		_, err = a.Refresh(t.Context(), "one")
		if p, ok := err.(*api.Problem); ok && strings.Contains(p.What, "0001") {
			t.Errorf("%s", p.What)
		}
	})
}

// A settings file that cannot be read is set aside, not overwritten.
func TestReviewBUnreadableHandEditIsNotOverwritten(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root reads everything")
	}
	dir := t.TempDir()
	f, _, err := openConfig(dir)
	if err != nil {
		t.Fatal(err)
	}
	told := ""
	f.setAside = func(path string) { told = path }
	if err := f.edit(func(*config) {}); err != nil {
		t.Fatal(err)
	}
	_ = os.WriteFile(f.path, []byte(`{"version":1,"accounts":[],"providers":[{"name":"by hand"}]}`), 0o600)
	_ = os.Chmod(f.path, 0)
	err = f.edit(func(*config) {})
	files, _ := os.ReadDir(dir)
	data, _ := os.ReadFile(f.path)
	if err == nil && told == "" && len(files) == 1 && !bytes.Contains(data, []byte("by hand")) {
		t.Error("the person's edit was replaced and is nowhere")
	}
}

var _ = keeper.StateFresh
