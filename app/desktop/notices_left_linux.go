package desktop

import (
	"context"
	"encoding/json"
	"os"

	"freshkey/app/atomicfile"
)

// leftNotice is a notice as a file has it, for whoever comes after a program that was killed.
type leftNotice struct {
	Server string `json:"server"`       // who shows it
	ID     uint32 `json:"id,omitempty"` // as they count; 0 once it is on the screen no more, though no person has put it away
}

func (n *freedesktopNotices) Keep(path string) (stood []string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.file = path
	data, _ := os.ReadFile(path)
	if json.Unmarshal(data, &n.left) != nil {
		n.left = nil // there is none, or it is broken
	}
	for key := range n.left {
		stood = append(stood, key)
	}
	return stood
}

// meet learns who has come to show notices, until when nothing that is said of one counts, and takes back what the program before this one left on the
// screen.
func (n *freedesktopNotices) meet() {
	ctx, cancel := context.WithTimeout(context.Background(), callTimeout)
	defer cancel()
	_ = bounded(ctx, func() error {
		n.mu.Lock()
		defer n.mu.Unlock()
		if err := n.ready(); err != nil {
			return err // again when the next one comes who shows notices
		}
		if len(n.left) == 0 {
			return nil
		}
		for _, left := range n.left {
			if left.ID != 0 && left.Server != "" && left.Server == n.server { // else it went with who showed it
				_, _ = n.notifier.CloseNotification(left.ID)
			}
		}
		n.left = nil
		n.write()
		return nil
	})
}

// write has the file say what is on the screen. Where it cannot be written a notice may stay there after a kill. It wants n.mu held.
func (n *freedesktopNotices) write() {
	if n.file == "" {
		return
	}
	all := map[string]leftNotice{}
	for key, left := range n.left {
		all[key] = left
	}
	for key, s := range n.slots {
		all[key] = leftNotice{n.server, s.id}
	}
	data, _ := json.Marshal(all) // which always marshals
	_ = atomicfile.Write(n.file, data, 0o600)
}

// serverName tells those who show notices apart, also those of an earlier session; "" if it cannot be had.
func serverName(c *connection) string {
	var bus, owner string
	if c.BusObject().Call(busName+".GetId", 0).Store(&bus) != nil || c.BusObject().Call(busName+".GetNameOwner", 0, notifications).Store(&owner) != nil {
		return ""
	}
	return bus + " " + owner
}
