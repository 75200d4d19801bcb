package agent

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestClipboardIsEmptiedAfterTheLastCopyAndNotBefore(t *testing.T) {
	const after = time.Minute
	good, bad := func() error { return nil }, func() error { return errors.New("no clipboard") }
	for name, c := range map[string]struct {
		then func(c *clearing, empty func())
		want time.Duration // since the first copy; 0 means never
	}{
		"one copy":                    {func(*clearing, func()) {}, after},
		"another one meanwhile":       {func(c *clearing, empty func()) { _ = c.copied(good, after, empty) }, 40*time.Second + after},
		"another one that stays":      {func(c *clearing, empty func()) { _ = c.copied(good, 0, empty) }, 0},
		"another one that fails":      {func(c *clearing, empty func()) { _ = c.copied(bad, after, empty) }, after},
		"a person says to keep it":    {func(c *clearing, _ func()) { c.keep() }, 0},
		"kept, and then another copy": {func(c *clearing, empty func()) { c.keep(); _ = c.copied(good, after, empty) }, 40*time.Second + after},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var l clearing
				begun, emptied := time.Now(), []time.Duration{}
				empty := func() { emptied = append(emptied, time.Since(begun)) }
				if err := l.copied(good, after, empty); err != nil {
					t.Fatal(err)
				}
				if l.due() != begun.Add(after) {
					t.Errorf("said to be emptied at %v", l.due())
				}
				time.Sleep(40 * time.Second)
				c.then(&l, empty)
				time.Sleep(10 * time.Minute)
				synctest.Wait()
				if (c.want == 0) != (len(emptied) == 0) || (c.want != 0 && (len(emptied) != 1 || emptied[0] != c.want)) {
					t.Errorf("emptied after %v, want %v", emptied, c.want)
				}
				if !l.due().IsZero() {
					t.Errorf("it is still said to be emptied at %v", l.due())
				}
			})
		})
	}
}
