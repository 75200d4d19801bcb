package agent

import (
	"context"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"freshkey/app/api"
	"freshkey/app/words"
	"freshkey/oauth"
	"freshkey/oauth/keeper"
)

// shelf is a keychain in memory.
type shelf struct {
	mu     sync.Mutex
	values map[string][]byte
}

func (s *shelf) Get(_ context.Context, key string) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if v, ok := s.values[key]; ok {
		return v, nil
	}
	return nil, fs.ErrNotExist
}

func (s *shelf) Set(_ context.Context, key string, value []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.values[key] = value
	return nil
}

func (s *shelf) Delete(_ context.Context, key string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.values, key)
	return nil
}

func (s *shelf) Unlock(context.Context) error      { return nil }
func (s *shelf) Watch(context.Context, func(bool)) {}

// silence is a network on which whoever connects gets no answer.
func silence(context.Context, string, string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	go func() {
		for buffer := make([]byte, 1024); ; {
			if _, err := theirs.Read(buffer); err != nil {
				return
			}
		}
	}()
	return ours, nil
}

func TestEditThatWaitsForItsAccountHoldsUpNoOther(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		file, _, err := openConfig(dir)
		if err != nil {
			t.Fatal(err)
		}
		a := &Agent{words: words.New(), log: slog.New(slog.DiscardHandler), config: file, vault: &shelf{values: map[string][]byte{}}, life: ctx}
		a.keeper = keeper.New(ctx, keeper.Config{
			Vault: a.vault, SealDir: dir + "/sealed", Exchange: oauth.Exchange{Dial: silence}, Log: a.log,
			Random: func() float64 { return 0 }, MinValid: func() time.Duration { return time.Minute },
		})
		ended := make(chan struct{})
		go func() { a.keeper.Run(ctx); close(ended) }()
		defer func() { cancel(); <-ended }()
		for id, name := range map[string]string{firstID: "one", secondID: "two"} {
			account := oauth.Account{ID: id, Name: name, ClientID: "1", RedirectURI: "https://example.com/", Provider: oauth.Provider{Name: "x", TokenURL: "http://127.0.0.1:1/"}}
			token := oauth.Token{Access: "a", Refresh: oauth.Secret(name), Issued: time.Now(), Expires: time.Now().Add(time.Hour)}
			err := a.keeper.Add(ctx, account, "s", token, func() error {
				return file.edit(func(c *config) { c.Accounts = append(c.Accounts, saved(account)) })
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		go func() { _, _ = a.Refresh(ctx, "one") }()
		synctest.Wait()
		go func() { _, _ = a.Edit(ctx, "one", api.EditRequest{ClientSecret: "new"}) }()
		synctest.Wait() // for an answer that does not come
		if !a.editing.TryLock() {
			t.Fatal("no account can be edited")
		}
		a.editing.Unlock()
		if held, err := a.Hold(ctx, "two", api.HoldRequest{Until: time.Now().Add(time.Minute)}); err != nil || held.State != keeper.StateHeld {
			t.Errorf("%s, %v", held.State, err)
		}
	})
}

// A program keeps an edit pending at an issuer that is slow; meanwhile the person has the account ask.
func TestEditThatWasBegunBeforeDoesNotEndTheQuestion(t *testing.T) {
	dir := t.TempDir()
	file, _, err := openConfig(dir)
	if err != nil {
		t.Fatal(err)
	}
	a := &Agent{words: words.New("en"), log: slog.New(slog.DiscardHandler), config: file, vault: &shelf{values: map[string][]byte{}}, life: t.Context()}
	a.keeper = keeper.New(t.Context(), keeper.Config{Vault: a.vault, SealDir: dir + "/sealed", Log: a.log, Random: func() float64 { return 0 }, MinValid: func() time.Duration { return time.Minute }})
	account := oauth.Account{ID: firstID, Name: "work", ClientID: "1", RedirectURI: "https://e.com"}
	if err := file.edit(func(c *config) { c.Accounts = append(c.Accounts, saved(account)) }); err != nil {
		t.Fatal(err)
	}
	a.keeper.Put(account)
	issuer := httptest.NewServer(nil)
	defer issuer.Close()
	issuer.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if err := file.edit(func(c *config) { c.Accounts[0].Ask = true }); err != nil {
			t.Error(err)
		}
		_, _ = w.Write([]byte(strings.ReplaceAll(`{"issuer":"I","token_endpoint":"I/token","authorization_endpoint":"I/authorize"}`, "I", issuer.URL)))
	})
	off := false
	_, err = a.Edit(t.Context(), firstID, api.EditRequest{Ask: &off, Provider: oauth.Provider{Name: "slow", Issuer: issuer.URL}})
	if now := file.get().Accounts[0]; err != nil || !now.Ask || now.provider.Name != "slow" {
		t.Errorf("the account asks: %v, its provider is %q, %v", now.Ask, now.provider.Name, err)
	}
}
