package api

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// Profile is one separate Freshkey: accounts, keychain entries, settings, agent and socket of its own.
// The zero value is the default profile.
type Profile struct{ name string }

// validProfileName reports whether a name may be a profile's. It is a loop because a regular expression takes each command 0.1 ms.
func validProfileName(name string) bool {
	for n, c := range []byte(name) {
		letter := 'a' <= c|0x20 && c|0x20 <= 'z'
		if !letter && (c < '0' || '9' < c) && (n == 0 || (c != '-' && c != '_')) {
			return false
		}
	}
	return 0 < len(name) && len(name) <= 32
}

// RehearsalProfile is the profile whose agent plays the provider too.
const RehearsalProfile = "rehearsal"

// ProfileVariable is the variable that names the profile where no flag does: a script says it once.
const ProfileVariable = "FRESHKEY_PROFILE"

// ParseProfile takes a profile's name; "" and "default" are the default profile.
func ParseProfile(name string) (Profile, error) {
	if name == "" || strings.EqualFold(name, "default") {
		return Profile{}, nil
	}
	if !validProfileName(name) {
		return Profile{}, errors.New("a profile's name has 1 to 32 letters, digits, dashes and underscores")
	}
	return Profile{spelled(name)}, nil
}

// spelled is how a profile's name is spelled. Names that differ only in case are one profile, because their folders are one on
// some systems: the spelling of the folder that is there counts, and a new one is lower case.
func spelled(name string) string {
	base, err := configBase()
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
	base, err := configBase()
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
	base, err := configBase()
	dir, err := p.dir(base, err)
	if err == nil && runtime.GOOS == "windows" {
		if roaming, err := os.UserConfigDir(); err == nil {
			moveSettings(filepath.Join(append([]string{roaming, "freshkey"}, p.below()...)...), dir)
		}
	}
	return dir, err
}

// moveSettings takes the settings along that 0.1 left in another folder, if there are none in this one.
func moveSettings(from, to string) {
	const file = "config.json"
	if _, err := os.Stat(filepath.Join(to, file)); errors.Is(err, os.ErrNotExist) {
		_ = os.Rename(filepath.Join(from, file), filepath.Join(to, file)) // which is not there, as a rule
	}
}

// below is the profile's part of a path.
func (p Profile) below() []string {
	if p.name == "" {
		return nil
	}
	return []string{"profiles", p.name}
}

// configBase is where a system keeps settings. On Windows those stay on the machine, as the credentials do that belong to them.
func configBase() (string, error) {
	if runtime.GOOS == "windows" {
		return os.UserCacheDir() // %LocalAppData%
	}
	return os.UserConfigDir()
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
	dir := p.path(base, below...)
	return dir, os.MkdirAll(dir, 0o700)
}

// path is the profile's folder in a base folder, or one below that.
func (p Profile) path(base string, below ...string) string {
	return filepath.Join(slices.Concat([]string{base, "freshkey"}, p.below(), below)...)
}

// Socket is where the profile's agent is: where the one that runs has written that it is, or else where one would be that was started here.
func (p Profile) Socket() (string, error) {
	if there := p.noted(); there != "" {
		return there, nil
	}
	return p.Address()
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
