//go:build linux && packages

package testenv_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"freshkey/app/testenv"
	"freshkey/oauth/keeper"
)

// The folders of the packages to begin with and to upgrade to. This test changes the system it runs on: see assets/packaging/try-linux.sh.
const (
	previousPackages = "/packages/previous"
	currentPackages  = "/packages/current"
)

func (s *scene) apt(args ...string) {
	s.t.Helper()
	_, err := s.Run("apt-get", append([]string{"-y", "-qq", "--no-install-recommends"}, args...)...)
	s.must(err)
}

func packagesIn(t *testing.T, dir string) []string {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(dir, "*_amd64.deb"))
	if err != nil || len(all) != 2 {
		t.Fatalf("in %s there are %q (%v), and not two packages", dir, all, err)
	}
	return all
}

// A chain outlives an upgrade over an agent that runs, the removal of the packages, and their being purged: no script of theirs knows
// of tokens.
func TestPackagesAreUpgradedRemovedAndPurgedWithoutTouchingAToken(t *testing.T) {
	s := open(t, true)
	s.apt(append([]string{"install", "--allow-downgrades"}, packagesIn(t, previousPackages)...)...)
	s.must(s.app.StartAgent())
	s.must(s.app.Add("work"))
	s.waitState("work", keeper.StateFresh)
	_, err := s.app.Freshkey("refresh", "work")
	s.must(err)
	before, err := s.app.Freshkey("version")
	s.must(err)

	s.apt(append([]string{"install"}, packagesIn(t, currentPackages)...)...)
	after, err := s.app.Freshkey("version")
	s.must(err)
	if after == before {
		t.Fatalf("upgraded from %s to %s", before, after)
	}
	if _, err := s.app.Freshkey("token", "work"); err != nil { // the new command asks the old agent
		t.Errorf("between the two: %v", err)
	}
	s.must(s.app.Quit())
	s.must(s.app.StartAgent())
	a := s.waitState("work", keeper.StateFresh)
	if a.Generation < 2 {
		t.Errorf("the record of the version before is at generation %d", a.Generation)
	}
	_, err = s.app.Freshkey("refresh", "work")
	s.must(err)
	s.wantChain()
	token := s.token()

	kept := s.storedOf(a.ID)
	s.apt("remove", "freshkey", "freshkey-agent")
	s.must(testenv.Eventually("the agent of a removed package to serve on", func() bool {
		_, err := os.Stat(s.app.Socket())
		return err == nil
	}))
	_, err = s.Run("dpkg", "--purge", "freshkey", "freshkey-agent") // apt knows of no package that is gone and has no settings
	s.must(err)
	if s.storedOf(a.ID) != kept {
		t.Error("the chain is not what it was")
	}
	s.must(s.app.Kill())
	if left, _ := s.Run("sh", "-c", "find / -xdev -name '*freshkey*' -not -path '/packages/*' -not -path '/tmp/*' -not -path '/proc/*' | grep -v testenv"); strings.TrimSpace(left) != "" {
		t.Errorf("left behind: %s", left)
	}
	s.apt(append([]string{"install"}, packagesIn(t, currentPackages)...)...)
	s.must(s.app.StartAgent())
	s.waitState("work", keeper.StateFresh)
	if s.token() != token {
		t.Error("another token after it was installed again")
	}
	s.wantChain()
}
