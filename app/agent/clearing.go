package agent

import (
	"sync"
	"sync/atomic"
	"time"
)

// clearing empties the clipboard some time after the last copy. Each copy begins the time anew, so that an earlier one does not
// take a later one away.
type clearing struct {
	mu    sync.Mutex  // guards what follows; held while copying and clearing
	timer *time.Timer // of the last copy; nil if that one stays

	at atomic.Pointer[time.Time] // when it ends; nil if nothing will be emptied
}

// due is when the clipboard is emptied; the zero time if it is not.
func (c *clearing) due() time.Time {
	if at := c.at.Load(); at != nil {
		return *at
	}
	return time.Time{}
}

// copied copies and has what was copied cleared after a while; 0 means never. A copy that fails leaves the one before to its own
// time.
func (c *clearing) copied(doCopy func() error, after time.Duration, empty func()) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := doCopy(); err != nil {
		return err
	}
	c.stopLocked()
	if after <= 0 {
		return nil
	}
	at := time.Now().Add(after)
	c.at.Store(&at)
	var timer *time.Timer
	timer = time.AfterFunc(after, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.timer == timer { // else a newer copy lies there
			empty()
			c.stopLocked()
		}
	})
	c.timer = timer
	return nil
}

// keep leaves in the clipboard what is there.
func (c *clearing) keep() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stopLocked()
}

func (c *clearing) stopLocked() {
	if c.timer != nil {
		c.timer.Stop()
		c.timer = nil
	}
	c.at.Store(nil)
}
