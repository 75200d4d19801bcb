package api

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
)

// Profile is one separate Freshkey: accounts, keychain entries, settings, agent and socket of its own.
// The zero value is the default profile.
type Profile struct{ name string }

var profileName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$`)

// ParseProfile takes a profile's name; "" and "default" are the default profile.
func ParseProfile(name string) (Profile, error) {
	if name == "" || strings.EqualFold(name, "default") {
		return Profile{}, nil
	}
	if !profileName.MatchString(name) {
		return Profile{}, errors.New("a profile's name has 1 to 32 letters, digits, dashes and underscores")
	}
	return Profile{spelled(name)}, nil
}

// spelled is how a profile's name is spelled. Names that differ only in case are one profile, because their folders are one on
// some systems: the spelling of the folder that is there counts, and a new one is lower case.
func spelled(name string) string {
	base, err := os.UserConfigDir()
	if err != nil {
		return strings.ToLower(name)
	}
	folders, _ := os.ReadDir(filepath.Join(base, "freshkey", "profiles"))
	if slices.ContainsFunc(folders, func(f os.DirEntry) bool { return f.Name() == name }) {
		return name
	}
	if n := slices.IndexFunc(folders, func(f os.DirEntry) bool { return strings.EqualFold(f.Name(), name) }); n >= 0 {
		return folders[n].Name()
	}
	return strings.ToLower(name)
}

// Profiles lists the profiles that have accounts or had some.
func Profiles() ([]Profile, error) {
	base, err := os.UserConfigDir()
	if err != nil {
		return nil, err
	}
	all := []Profile{{}}
	folders, err := os.ReadDir(filepath.Join(base, "freshkey", "profiles"))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	for _, f := range folders {
		if p, err := ParseProfile(f.Name()); err == nil && f.IsDir() && p.name != "" {
			all = append(all, p)
		}
	}
	return all, nil
}

// Name is "" for the default profile.
func (p Profile) Name() string { return p.name }

// Args are the arguments that start a program of this one's on the profile.
func (p Profile) Args() []string {
	if p.name == "" {
		return nil
	}
	return []string{"--profile", p.name}
}

// Service is the profile's service in the keychain.
func (p Profile) Service() string {
	if p.name == "" {
		return "Freshkey"
	}
	return "Freshkey (" + p.name + ")"
}

// ConfigDir holds config.json and the lock. It is made if it is missing, mode 0700, like the other folders.
func (p Profile) ConfigDir() (string, error) {
	base, err := os.UserConfigDir()
	return p.dir(base, err)
}

// StateDir holds sealed answers, the histories and the log.
func (p Profile) StateDir() (string, error) {
	switch runtime.GOOS {
	case "windows":
		base, err := os.UserCacheDir() // %LocalAppData%: never roams to another machine
		return p.dir(base, err, "state")
	case "darwin":
		base, err := os.UserConfigDir()
		return p.dir(base, err, "state")
	}
	if base := os.Getenv("XDG_STATE_HOME"); filepath.IsAbs(base) {
		return p.dir(base, nil)
	}
	home, err := os.UserHomeDir()
	return p.dir(filepath.Join(home, ".local", "state"), err)
}

func (p Profile) dir(base string, err error, below ...string) (string, error) {
	if err != nil {
		return "", err
	}
	parts := []string{base, "freshkey"}
	if p.name != "" {
		parts = append(parts, "profiles", p.name)
	}
	dir := filepath.Join(append(parts, below...)...)
	return dir, os.MkdirAll(dir, 0o700)
}

// socketName is the last part of the address.
func (p Profile) socketName() string {
	if p.name == "" {
		return "freshkey"
	}
	return "freshkey-" + p.name
}

// runtimeDir is a folder only the user can enter: of the session, or, where there is none, of the state. One in the folder for
// temporary files could be made by anybody first.
func runtimeDir() (string, error) {
	dir := filepath.Join(os.Getenv("XDG_RUNTIME_DIR"), "freshkey")
	if !filepath.IsAbs(dir) {
		state, err := Profile{}.StateDir()
		if err != nil {
			return "", err
		}
		dir = filepath.Join(state, "run")
	}
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
		return "", err
	}
	return dir, ownedByUs(dir)
}
