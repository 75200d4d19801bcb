package desktop

import (
	"os"
	"time"
)

// serve hears the compositor until the connection ends.
func (c *dataControl) serve() {
	for {
		m, err := c.conn.read()
		if err == nil && m.object == display && m.number == displayError {
			err = errorOf(m)
		}
		if err != nil {
			c.ended()
			return
		}
		c.hear(m)
	}
}

// ended lets go of whoever waits.
func (c *dataControl) ended() {
	c.conn.close()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	for id, done := range c.syncs {
		close(done)
		delete(c.syncs, id)
	}
	clear(c.sources)
	c.selected = 0
}

func (c *dataControl) hear(m waylandMessage) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch text, isSource := c.sources[m.object]; {
	case m.object == registry && m.number == registryGlobal:
		name := m.uint32()
		c.globals[m.text()] = name
	case c.syncs[m.object] != nil:
		close(c.syncs[m.object])
		delete(c.syncs, m.object)
	case m.object == c.device && m.number == deviceDataOffer:
		c.offers[m.uint32()] = true
	case m.object == c.device && m.number == deviceSelection:
		c.choose(m.uint32())
	case isSource && m.number == sourceSend:
		if to := c.conn.file(); to != nil {
			go give(to, text, m.text())
		}
	case isSource && m.number == sourceCancelled:
		delete(c.sources, m.object)
		_ = c.conn.send(m.object, sourceDestroy)
	}
}

// choose notes which offer is the clipboard. The others are taken back: each has its messages. It wants c.mu held.
func (c *dataControl) choose(offer uint32) {
	c.selected = offer
	for old := range c.offers {
		if old != offer {
			delete(c.offers, old)
			_ = c.conn.send(old, offerDestroy)
		}
	}
}

// give writes what whoever pastes has asked for.
func give(to *os.File, text, form string) {
	defer to.Close()
	if mark, ok := secretMarks()[form]; ok {
		text = mark
	}
	_ = to.SetWriteDeadline(time.Now().Add(serveTimeout))
	_, _ = to.WriteString(text)
}
