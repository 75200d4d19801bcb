package api

import "testing"

// Names that differ only in case are one profile; "default" is a name too.
func TestReviewBDefaultInAnyCaseIsTheDefaultProfile(t *testing.T) {
	config := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", config)
	t.Setenv("AppData", config)
	t.Setenv("HOME", config)
	for _, name := range []string{"Default", "DEFAULT"} {
		p, err := ParseProfile(name)
		if err != nil {
			continue // refused: fine
		}
		if p != (Profile{}) {
			t.Errorf("%q is a profile of its own, %q, beside the default one", name, p.Service())
		}
		args := p.Args()
		if len(args) == 2 {
			if back, _ := ParseProfile(args[1]); back != p {
				t.Errorf("programs that %q starts (%v) work on %q instead", p.Service(), args, back.Service())
			}
		}
	}
}
