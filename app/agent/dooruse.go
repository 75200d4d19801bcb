package agent

import (
	"context"
	"encoding/json"
	"maps"
	"os"
	"sync"
	"time"

	"freshkey/app/atomicfile"
	"freshkey/app/door"
)

// doorUses are when each key of the door was used last, by its sum. They outlive the agent, but for the last seconds before a kill: who wants to
// take back what nobody uses has to know.
type doorUses struct {
	path string
	news notifier // of what the file does not have yet

	mu sync.Mutex // guards what follows
	at map[string]time.Time

	writing sync.Mutex // guards the file
}

// open reads what earlier agents have seen of these keys. Others are forgotten, if these are all.
func (u *doorUses) open(path string, keys []door.Key, all bool) {
	u.path, u.news, u.at = path, newNotifier(), map[string]time.Time{}
	known := map[string]time.Time{}
	data, _ := os.ReadFile(path)
	if json.Unmarshal(data, &known) != nil {
		return // there is none, or it is broken
	}
	if !all {
		u.at = known
		return
	}
	for _, k := range keys {
		if at, was := known[k.SHA256]; was {
			u.at[k.SHA256] = at
		}
	}
}

// of is when a key was used last; zero if it never was.
func (u *doorUses) of(k door.Key) time.Time {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.at[k.SHA256]
}

func (u *doorUses) note(k door.Key, now time.Time) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.at == nil {
		u.at = map[string]time.Time{}
	}
	u.at[k.SHA256] = now.Round(0)
	u.news.tell()
}

func (u *doorUses) keep() error {
	u.writing.Lock()
	defer u.writing.Unlock()
	u.mu.Lock()
	all := maps.Clone(u.at)
	u.mu.Unlock()
	if len(all) == 0 { // what nobody uses needs no file
		return nil
	}
	data, err := json.Marshal(all)
	if err != nil {
		return err
	}
	return atomicfile.Write(u.path, data, 0o600)
}

// keepDoorUsesEvery is how long uses are gathered after a write: a tool may ask before each of its requests.
const keepDoorUsesEvery = 10 * time.Second

// keepDoorUses has the file follow the uses, until ctx ends.
func (a *Agent) keepDoorUses(ctx context.Context) {
	gather(ctx, a.doorUses.news, keepDoorUsesEvery, func() { a.report("the door's uses", a.doorUses.keep()) })
}
