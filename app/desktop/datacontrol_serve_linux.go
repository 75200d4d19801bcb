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
	for to := c.conn.file(); to != nil; to = c.conn.file() {
		_ = to.Close()
	}
}

func (c *dataControl) hear(m waylandMessage) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch text, isSource := c.sources[m.object]; {
	case m.object == registry && m.number == registryGlobal:
		name := m.uint32()
		if service := m.text(); c.globals[service] == 0 { // of several seats, the first
			c.globals[service] = name
		}
	case c.syncs[m.object] != nil:
		close(c.syncs[m.object])
		delete(c.syncs, m.object)
	case m.object == c.device && m.number == deviceDataOffer:
		c.offers[m.uint32()] = true
	case m.object == c.device && m.number == deviceSelection:
		c.choose(m.uint32())
	case m.object == c.device && m.number == devicePrimary:
		if offer := m.uint32(); c.offers[offer] { // what was marked with the mouse is nobody's business; choose may have taken it back already
			delete(c.offers, offer)
			_ = c.conn.send(offer, offerDestroy)
		}
	case m.object == c.device && m.number == deviceFinished:
		c.conn.close() // the seat has gone
	case (isSource || c.gone[m.object]) && m.number == sourceSend:
		c.given(text, m.text(), isSource)
	case isSource && m.number == sourceCancelled:
		delete(c.sources, m.object)
		c.gone[m.object] = true
		_ = c.conn.send(m.object, sourceDestroy)
	}
}

// given takes the file that came with the question of whoever pastes, whether there is still an answer or not: the next question has another.
func (c *dataControl) given(text, form string, still bool) {
	to := c.conn.file()
	switch {
	case to == nil:
	case still:
		go give(to, text, form)
	default:
		_ = to.Close()
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
