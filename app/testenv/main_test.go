//go:build linux

package testenv_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"freshkey/app/api"
	"freshkey/app/testenv"
	"freshkey/oauth"
	"freshkey/oauth/keeper"
)

// binary is the built program that every test here plays with.
var binary string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	path, done, err := testenv.Binary()
	if err != nil {
		panic(err)
	}
	defer done()
	binary = path
	return m.Run()
}

// scene is a desktop with Freshkey and a sandbox on it.
type scene struct {
	*testenv.Desktop
	t        *testing.T
	app      *testenv.App
	notices  <-chan testenv.Notice
	pictures string // their names begin with it
}

// open builds a scene on X11.
func open(t *testing.T, panel bool) *scene {
	t.Helper()
	return openOn(t, "", testenv.NewDesktop, panel)
}

// onEachDesktop plays a scene on X11, and on Wayland.
func onEachDesktop(t *testing.T, panel bool, play func(s *scene)) {
	t.Run("X11", func(t *testing.T) { play(openOn(t, "", testenv.NewDesktop, panel)) })
	t.Run("sway", func(t *testing.T) { play(openOn(t, "sway-", testenv.NewSwayDesktop, panel)) })
}

func openOn(t *testing.T, pictures string, build func(dir string, panel bool) (*testenv.Desktop, error), panel bool) *scene {
	t.Helper()
	d, err := build(testenv.Folder(t), panel)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	s := &scene{Desktop: d, t: t, app: &testenv.App{Session: d.Session, Binary: binary, Profile: "test"}, pictures: pictures}
	var stop func()
	if s.notices, stop, err = d.Notices(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	s.must(s.app.StartSandbox("72h"))
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(s.agentLog(), s.Log())
			if dir := os.Getenv("FRESHKEY_PICTURES"); dir != "" {
				_ = d.Picture(filepath.Join(dir, strings.ReplaceAll(t.Name(), "/", "-")+".png"))
			}
		}
	})
	return s
}

func (s *scene) agentLog() string {
	data, _ := os.ReadFile(filepath.Join(s.Dir, "home", ".local", "state", "freshkey", "profiles", "test", "agent.log"))
	return string(data)
}

func (s *scene) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// ready starts the agent without a window, and adds an account "work".
func (s *scene) ready() *testenv.Tray {
	s.t.Helper()
	s.must(s.app.StartAgent())
	s.must(s.app.Add("work"))
	s.waitState("work", keeper.StateFresh)
	tray, err := s.WaitTray(s.app.PID())
	s.must(err)
	return tray
}

func (s *scene) waitState(name string, state keeper.State) api.Account {
	s.t.Helper()
	a, err := s.app.WaitAccount(name, "state "+string(state), func(a api.Account) bool { return a.State == state })
	s.must(err)
	return a
}

func (s *scene) waitNotice(text string) testenv.Notice {
	s.t.Helper()
	n, err := testenv.WaitNotice(s.notices, text)
	s.must(err)
	return n
}

func (s *scene) token(args ...string) string {
	s.t.Helper()
	out, err := s.app.Freshkey(append([]string{"token", "work"}, args...)...)
	s.must(err)
	return strings.TrimSpace(out)
}

// stored is the refresh token in the keychain, as another program reads it.
func (s *scene) stored() oauth.Secret {
	s.t.Helper()
	a, err := s.app.Account("work")
	s.must(err)
	return s.storedOf(a.ID)
}

// storedOf asks nobody but the keyring.
func (s *scene) storedOf(id string) oauth.Secret {
	s.t.Helper()
	out, err := s.Run("secret-tool", "lookup", "service", "Freshkey (test)", "username", id)
	s.must(err)
	return refreshIn(out)
}

// refreshIn is the refresh token in a record; "" if it is none.
func refreshIn(record string) oauth.Secret {
	var r struct {
		Grant struct {
			Refresh oauth.Secret `json:"refresh_token"`
		} `json:"grant"`
	}
	_ = json.Unmarshal([]byte(record), &r)
	return r.Grant.Refresh
}

// wantChain fails unless the refresh token in the keychain is the one the provider takes.
func (s *scene) wantChain() {
	s.t.Helper()
	c, err := s.app.Counts()
	s.must(err)
	if stored := s.stored().Fingerprint(); len(c.Live) != 1 || c.Live[0] != stored {
		s.t.Fatalf("chain lost: the provider takes %v, stored is %s", c.Live, stored)
	}
}
