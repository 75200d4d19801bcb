package agent

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"freshkey/app/api"
	"freshkey/app/atomicfile"
	"freshkey/oauth"
)

// config is the content of config.json. It holds no secret.
type config struct {
	Version   int              `json:"version"`
	Settings  api.Settings     `json:"settings"`
	Providers []oauth.Provider `json:"providers,omitempty"` // the person's own
	Accounts  []savedAccount   `json:"accounts"`
	Door      doorConfig       `json:"door,omitzero"`
}

// configFile is config.json and what was last read from it.
type configFile struct {
	path     string
	setAside func(path string) // told of a person's edit that was set aside; set before anything is edited

	writing sync.Mutex        // held over an edit and over reading one, so that they follow each other; guards what follows
	written [sha256.Size]byte // the sum of the file as it was read or written last

	unread atomic.Bool // the file could not be read, and nobody has put it right
	gone   atomic.Bool // since then it was taken away

	mu      sync.Mutex // guards current; never held over I/O, because readers wait for it
	current config
}

// errUnread is an edit of settings that could not be read.
var errUnread = errors.New("the settings could not be read")

// openConfig reads config.json. A missing file is an empty config; a broken one is kept beside under another name, aside, and
// nothing is stored over it before a person has put it right, or has taken it away.
func openConfig(dir string) (f *configFile, aside string, err error) {
	f = &configFile{path: filepath.Join(dir, "config.json"), setAside: func(string) {}, current: config{Version: 1}}
	data, err := os.ReadFile(f.path)
	if errors.Is(err, fs.ErrNotExist) {
		if f.unread.Store(exists(f.path)); f.unread.Load() { // a link that leads nowhere, or not yet
			aside = f.path
		}
		return f, aside, nil
	}
	if err != nil {
		return nil, "", fmt.Errorf("read settings: %w", err)
	}
	f.written = sha256.Sum256(data)
	c, err := parseConfig(data)
	if err != nil {
		f.unread.Store(true)
		aside, err = keepBeside(f.path, data)
		return f, aside, err
	}
	c.Accounts = lean(c.Accounts)
	f.current = c
	return f, "", nil
}

// keepBeside writes what is in a file under another name beside it, where a person finds it again, and returns that name. The
// file itself stays. What is kept beside already is not kept twice.
func keepBeside(path string, data []byte) (string, error) {
	siblings, _ := os.ReadDir(filepath.Dir(path)) // not a pattern: the folder's name may hold anything
	for _, sibling := range siblings {
		if !strings.HasPrefix(sibling.Name(), filepath.Base(path)+".broken-") {
			continue
		}
		beside := filepath.Join(filepath.Dir(path), sibling.Name())
		if same, err := os.ReadFile(beside); err == nil && bytes.Equal(same, data) {
			return beside, nil
		}
	}
	beside := path + ".broken-" + time.Now().Format("20060102-150405.000")
	if err := atomicfile.Write(beside, data, 0o600); err != nil {
		return "", fmt.Errorf("set broken settings aside: %w", err)
	}
	return beside, nil
}

func parseConfig(data []byte) (config, error) {
	var c config
	if err := json.Unmarshal(data, &c); err != nil {
		return config{}, err
	}
	if c.Version != 1 {
		return config{}, fmt.Errorf("version %d is not known", c.Version)
	}
	if err := c.Door.check(); err != nil {
		return config{}, err
	}
	seen := map[string]bool{}
	for _, a := range c.Accounts {
		if !isAccountID(a.ID) || seen[a.ID] || seen["name "+lower(a.Name)] {
			return config{}, fmt.Errorf("account %q has an id that is none, or an id or name that another has", a.Name)
		}
		seen[a.ID], seen["name "+lower(a.Name)] = true, true
		if err := oauth.CheckAccount(a.account()); err != nil {
			return config{}, err
		}
	}
	return c, nil
}

// isAccountID reports whether an id looks like one: it is part of file names and a key in the keychain.
func isAccountID(id string) bool {
	return 8 <= len(id) && len(id) <= 64 && strings.Trim(id, "0123456789abcdef") == ""
}

// lower is what a file that was written before must hold only once.
func lower(name string) string { return strings.ToLower(strings.TrimSpace(name)) }

// get is the config as it is. Nobody changes what its slices hold: all readers share them, at each token and each look at a setting.
func (f *configFile) get() config {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.current
}

// isUnread reports whether nothing can be stored, because nobody knows what would be lost. An account's refresh token is in the keychain all the
// same: it would be taken for a new one, and be spent twice. Whoever has taken the file away begins anew; if it comes back, it counts again.
func (f *configFile) isUnread() bool { return f.unread.Load() && (!f.gone.Load() || exists(f.path)) }

// exists reports whether there is anything of that name, be it a link that leads nowhere.
func exists(path string) bool {
	_, err := os.Lstat(path)
	return !errors.Is(err, fs.ErrNotExist)
}

// edit changes the config and writes it, or changes nothing. The error is errUnread where it could not be read.
func (f *configFile) edit(change func(*config)) error {
	f.writing.Lock()
	defer f.writing.Unlock()
	if f.isUnread() {
		return errUnread
	}
	c := f.get()
	c.Accounts, c.Providers = slices.Clone(c.Accounts), slices.Clone(c.Providers)
	change(&c)
	data, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return err
	}
	data = append(data, '\n')
	if _, err := parseConfig(data); err != nil { // a person's edit and ours may be right each, and not together
		return fmt.Errorf("settings that could not be read again: %w", err)
	}
	edited, err := os.ReadFile(f.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return fmt.Errorf("read settings: %w", err)
	case sha256.Sum256(edited) != f.written: // by a person; not seen yet, or not to be read
		aside, err := keepBeside(f.path, edited)
		if err != nil {
			return err
		}
		defer f.setAside(aside)
	}
	if err := atomicfile.Write(f.path, data, 0o600); err != nil {
		return err
	}
	f.written = sha256.Sum256(data)
	f.unread.Store(false)
	c.Accounts = lean(c.Accounts)
	f.set(c)
	return nil
}

func (f *configFile) set(c config) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.current = c
}
