package agent

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"freshkey/app/api"
	"freshkey/app/words"
	"freshkey/oauth"
	"freshkey/oauth/keeper"
)

// bare is an agent without a desktop, over a keychain in memory, in a bubble of virtual time.
func bare(t *testing.T, f func(t *testing.T, a *Agent)) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		file, _, err := openConfig(dir)
		if err != nil {
			t.Fatal(err)
		}
		a := &Agent{
			words: words.New(), log: slog.New(slog.DiscardHandler), config: file, vault: &shelf{values: map[string][]byte{}}, window: &windowProcess{}, life: ctx,
		}
		a.history.dir = dir + "/history"
		a.keeper = keeper.New(ctx, keeper.Config{
			Vault: a.vault, SealDir: dir + "/sealed", Exchange: oauth.Exchange{Dial: silence}, Log: a.log,
			Random: func() float64 { return 0 }, MinValid: func() time.Duration { return time.Minute },
			OnEvent: a.onEvent,
		})
		ended := make(chan struct{})
		go func() { a.keeper.Run(ctx); close(ended) }()
		defer func() { cancel(); <-ended }()
		f(t, a)
	})
}

func (a *Agent) addForTest(t *testing.T, id, name string) {
	t.Helper()
	account := oauth.Account{ID: id, Name: name, ClientID: "1", RedirectURI: "https://example.com/", Provider: oauth.Provider{Name: "x", TokenURL: "http://127.0.0.1:1/"}}
	token := oauth.Token{Access: "a", Refresh: oauth.Secret(name), Issued: time.Now(), Expires: time.Now().Add(time.Hour)}
	err := a.keeper.Add(t.Context(), account, "s", token, func() error {
		return a.config.edit(func(c *config) { c.Accounts = append(c.Accounts, saved(account)) })
	})
	if err != nil {
		t.Fatal(err)
	}
}

const (
	firstID  = "1111111111111111"
	secondID = "2222222222222222"
)

func TestAccountNamedLikeAnothersIDIsNotRemovedInItsPlace(t *testing.T) {
	bare(t, func(t *testing.T, a *Agent) {
		a.addForTest(t, firstID, secondID)
		a.addForTest(t, secondID, "two")
		if err := a.Remove(t.Context(), secondID, false); err != nil {
			t.Fatal(err)
		}
		if _, err := a.keeper.Account(firstID); err != nil {
			t.Errorf("an id was given, and the account of that name was removed: %v", err)
		}
		if _, err := a.keeper.Account(secondID); err == nil {
			t.Error("the account of that id is still there")
		}
	})
}

// A hand edit is read, and before the keeper hears of it the window has edited too.
func TestKeeperLivesByTheNewestSettings(t *testing.T) {
	bare(t, func(t *testing.T, a *Agent) {
		a.addForTest(t, firstID, "one")
		data, err := os.ReadFile(a.config.path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(a.config.path, append(data, '\n'), 0o600); err != nil {
			t.Fatal(err)
		}
		a.config.reload(func(before config) {
			one, _ := a.find("one")
			if _, err := a.changeSettings(one, func(o *oauth.Account) { o.ClientID = "new" }, func() error { return nil }); err != nil {
				t.Fatal(err)
			}
			a.applyConfig(before)
		}, func(err error) { t.Fatal(err) })
		now, err := a.keeper.Account(firstID)
		if stored := a.config.get().Accounts[0].ClientID; err != nil || stored != "new" || now.ClientID != stored {
			t.Errorf("the settings say %q, and it is refreshed with %q: %v", stored, now.ClientID, err)
		}
	})
}

// A hand edit is read in the midst of an edit by the window.
func TestHandEditOfTheSameMomentIsNotLost(t *testing.T) {
	bare(t, func(t *testing.T, a *Agent) {
		a.addForTest(t, firstID, "one")
		one, err := a.find(firstID)
		if err != nil {
			t.Fatal(err)
		}
		calls := 0
		_, err = a.changeSettings(one, func(o *oauth.Account) {
			if calls++; calls == 2 { // the settings were looked at, and are to be written
				data, _ := os.ReadFile(a.config.path)
				if err := os.WriteFile(a.config.path, bytes.Replace(data, []byte(`"client_id": "1"`), []byte(`"client_id": "mended"`), 1), 0o600); err != nil {
					t.Error(err)
				}
				a.config.reload(func(config) {}, func(err error) { t.Error(err) })
			}
			o.HeldUntil = time.Now().Add(time.Minute)
		}, func() error { return nil })
		now, _ := a.keeper.Account(firstID)
		if err != nil || now.ClientID != "mended" || now.State != keeper.StateHeld {
			t.Errorf("client id %q, %s: %v", now.ClientID, now.State, err)
		}
	})
}

func TestHoldBehindAnotherStateNamesItsEnd(t *testing.T) {
	bare(t, func(t *testing.T, a *Agent) {
		a.addForTest(t, firstID, "one")
		_, _ = a.Refresh(t.Context(), "one") // nobody answers
		if _, err := a.Hold(t.Context(), "one", api.HoldRequest{Until: time.Now().Add(30 * time.Minute)}); err != nil {
			t.Fatal(err)
		}
		_, err := a.Refresh(t.Context(), "one")
		if p, ok := err.(*api.Problem); !ok || strings.Contains(p.What, "0001") {
			t.Errorf("%v", err)
		}
	})
}

func TestAccountTakenOutByHandIsLetGo(t *testing.T) {
	bare(t, func(t *testing.T, a *Agent) {
		a.addForTest(t, firstID, "one")
		a.addForTest(t, secondID, "two")
		before := a.config.get()
		if err := a.config.edit(func(c *config) { c.Accounts = c.Accounts[1:] }); err != nil {
			t.Fatal(err)
		}
		a.applyConfig(before)
		if _, err := a.keeper.Account(firstID); err == nil {
			t.Error("it is still refreshed")
		}
		if record, err := a.vault.Get(t.Context(), firstID); err != nil || len(record) == 0 {
			t.Errorf("its record is gone: %v", err)
		}
	})
}

// A person's edit that was not seen yet is kept beside, and the person is told; config.json is there at every moment.
func TestEditThatWasNotSeenIsKeptBeside(t *testing.T) {
	dir := t.TempDir()
	f, _, err := openConfig(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.edit(func(c *config) { c.Settings.MinValid = "20m" }); err != nil {
		t.Fatal(err)
	}
	data, _ := os.ReadFile(f.path)
	byHand := bytes.Replace(data, []byte("20m"), []byte("30m"), 1)
	if err := os.WriteFile(f.path, byHand, 0o600); err != nil {
		t.Fatal(err)
	}
	told := ""
	f.setAside = func(path string) { told = path }
	if err := f.edit(func(c *config) { c.Settings.Quiet = true }); err != nil {
		t.Fatal(err)
	}
	if kept, err := os.ReadFile(told); err != nil || !bytes.Equal(kept, byHand) {
		t.Errorf("told of %q: %v", told, err)
	}
}

// A broken file stays where it is, beside its copy, until something is stored; each start makes no copy more.
func TestBrokenSettingsStayUntilSomethingIsStored(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "config.json")
	if err := os.WriteFile(path, []byte("{ half"), 0o600); err != nil {
		t.Fatal(err)
	}
	var asides []string
	for range 3 {
		f, aside, err := openConfig(dir)
		if err != nil || aside == "" || len(f.get().Accounts) != 0 {
			t.Fatal(err, aside)
		}
		asides = append(asides, aside)
		if kept, _ := os.ReadFile(path); string(kept) != "{ half" {
			t.Errorf("config.json is %q", kept)
		}
	}
	if files, _ := os.ReadDir(dir); len(files) != 2 || asides[0] != asides[2] {
		t.Errorf("%d files; %s", len(files), strings.Join(asides, ", "))
	}
}
