package api

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

// A job of cron's knows nothing of the session, which is there all the same.
func TestAJobFindsTheSessionsFolder(t *testing.T) {
	for name, c := range map[string]struct {
		mode os.FileMode
		had  string
		want bool
	}{
		"its user's":           {0o700, "", true},
		"open to others":       {0o755, "", false},
		"within a session":     {0o700, "/run/there", false},
		"where there is none ": {0, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			folders := t.TempDir()
			dir := filepath.Join(folders, strconv.Itoa(os.Getuid()))
			if c.mode != 0 {
				if err := os.Mkdir(dir, c.mode); err != nil {
					t.Fatal(err)
				}
			}
			t.Setenv("XDG_RUNTIME_DIR", c.had)
			joinSession(folders)
			if got := os.Getenv("XDG_RUNTIME_DIR"); (got == dir) != c.want || !c.want && got != c.had {
				t.Errorf("it is %q", got)
			}
		})
	}
}
