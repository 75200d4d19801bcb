package agent

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"freshkey/app/api"
	"freshkey/app/words"
	"freshkey/oauth"
	"freshkey/oauth/keeper"
)

type slowShelf struct {
	*shelf
	onSet func()
}

func (s *slowShelf) Set(ctx context.Context, key string, value []byte) error {
	if s.onSet != nil {
		s.onSet()
	}
	return s.shelf.Set(ctx, key, value)
}

// While the keychain takes its time over an added account, a hand edit gives another account its name; at the next start
// the file cannot be read, and all accounts are gone from it.
func TestHandEditDuringAnAddingLeavesAFileThatCanBeRead(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("HOME", dir)
	t.Setenv("XDG_CONFIG_HOME", dir)
	ctx, cancel := context.WithCancel(t.Context())
	file, _, err := openConfig(dir)
	if err != nil {
		t.Fatal(err)
	}
	vault := &slowShelf{shelf: &shelf{values: map[string][]byte{}}}
	a := &Agent{words: words.New(), log: slog.New(slog.DiscardHandler), config: file, vault: vault, life: ctx}
	a.history.dir = dir + "/history"
	a.keeper = keeper.New(ctx, keeper.Config{
		Vault: vault, SealDir: dir + "/sealed", Exchange: oauth.Exchange{Dial: silence}, Log: a.log,
		Random: func() float64 { return 0 }, MinValid: func() time.Duration { return time.Minute },
	})
	ended := make(chan struct{})
	go func() { a.keeper.Run(ctx); close(ended) }()
	defer func() { cancel(); <-ended }()
	a.addForTest(t, firstID, "one")
	vault.onSet = func() {
		vault.onSet = nil
		data, _ := os.ReadFile(a.config.path)
		_ = os.WriteFile(a.config.path, bytes.Replace(data, []byte(`"name": "one"`), []byte(`"name": "work"`), 1), 0o600)
		a.config.reload(func(config) {}, func(err error) { t.Error(err) })
	}
	_, err = a.Add(t.Context(), api.AddRequest{
		Name: "work", ClientID: "1", ClientSecret: "s", RedirectURI: "https://example.com/",
		Provider: oauth.Provider{Name: "x", TokenURL: "https://id.example.invalid/token"},
		Answer:   `{"access_token":"AT","refresh_token":"another","expires_in":3600}`,
	})
	t.Logf("%v; hook pending %v", err, vault.onSet != nil)
	again, aside, openErr := openConfig(filepath.Dir(a.config.path))
	if openErr != nil || aside != "" || len(again.get().Accounts) == 0 {
		t.Errorf("added (%v); the next start sees %d accounts, and the file is aside as %q (%v)", err, len(again.get().Accounts), aside, openErr)
	}
}
