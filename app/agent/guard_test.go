package agent

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
)

func TestPanicIsReportedWithoutItsValueAndThePartGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		a := &Agent{log: slog.New(slog.NewJSONHandler(&log, nil))}
		runs := 0
		a.supervise(t.Context(), "planted", func(context.Context) {
			if runs++; runs < 3 {
				panic(errors.New("GET https://example.com/?refresh_token=R3_secret"))
			}
		})
		if runs != 3 {
			t.Errorf("%d runs, want 3", runs)
		}
		if text := log.String(); strings.Count(text, `"part":"planted"`) != 2 || !strings.Contains(text, "guard_test.go") || strings.Contains(text, "secret") {
			t.Errorf("the report says %s", text)
		}
	})
}
