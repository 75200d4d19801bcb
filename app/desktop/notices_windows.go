package desktop

import (
	"context"
	"encoding/xml"
	"strings"
	"sync"

	"git.sr.ht/~jackmordaunt/go-toast/wintoast"
)

// toasts are Windows' notices, pushed through COM with XML of our own: the library's fallback to PowerShell would run
// what a text holds.
type toasts struct {
	once sync.Once
	err  error

	mu     sync.Mutex // guards what follows
	clicks map[string]func()
	failed error // of the last notice
}

func (t *toasts) ready() error {
	t.once.Do(func() {
		t.clicks = map[string]func(){}
		t.err = wintoast.SetAppData(wintoast.AppData{AppID: "Freshkey", GUID: "{6B5E8C1F-3B0D-4C6E-9F0B-5A54D9C0E7A1}"})
		wintoast.SetActivationCallback(func(_, key string, _ []wintoast.UserData) {
			t.mu.Lock()
			click := t.clicks[key]
			t.mu.Unlock()
			if click != nil {
				click()
			}
		})
	})
	return t.err
}

func (t *toasts) Show(_ context.Context, n Notice, onClick func()) error {
	if n.Amends { // none takes another one's place here
		return nil
	}
	if err := t.ready(); err != nil {
		return err
	}
	t.mu.Lock()
	t.clicks[n.Key] = onClick
	t.mu.Unlock()
	err := wintoast.Push(`<toast activationType="foreground" launch="` + escape(n.Key) + `"><visual><binding template="ToastGeneric"><text>` +
		escape(n.Title) + `</text><text>` + escape(n.Body) + `</text></binding></visual></toast>`)
	t.mu.Lock()
	t.failed = err
	t.mu.Unlock()
	return err
}

// HasChoices is false: see Ask.
func (t *toasts) HasChoices() bool { return false }

// Ask is not to be had: which button was clicked does not come back to a program that is not registered for it.
func (t *toasts) Ask(context.Context, Notice, []string, func(int)) error { return ErrNoChoices }

func (t *toasts) Clear(context.Context, string) (bool, error) { return false, nil } // Windows takes notices away by itself

func (t *toasts) Watch(context.Context, func()) {} // the system shows them

func (t *toasts) Keep(string) []string { return nil }

// Server is Windows, unless the last notice could not be shown.
func (t *toasts) Server(context.Context) (string, error) {
	if err := t.ready(); err != nil {
		return "", err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return "Windows", t.failed
}

func (t *toasts) Close() []string { return nil } // they stay

func escape(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a strings.Builder does not fail
	return b.String()
}
