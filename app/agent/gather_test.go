package agent

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// Ten thousand accounts' scripts fetch their next tokens in the same minute: a write of all for each would be a hundred a second.
func TestWhatIsHandedOutByTheThousandIsWrittenRarely(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		h := openHanded("nowhere")
		const pause = 10_000 * keepCost
		begun, writes, ended := time.Now(), []time.Duration{}, make(chan struct{})
		go func() {
			gather(ctx, h.news, pause, func() { writes = append(writes, time.Since(begun)) })
			close(ended)
		}()
		synctest.Wait()
		for n := range 600 {
			h.note(fmt.Sprint(n), generation(1), toProgram)
			time.Sleep(10 * time.Millisecond)
		}
		for range 100 { // which are no news
			time.Sleep(time.Minute)
			h.note("1", generation(1), toProgram)
		}
		cancel()
		<-ended
		if !slices.Equal(writes, []time.Duration{0, pause, 2 * pause}) {
			t.Errorf("written after %v", writes)
		}
	})
}
