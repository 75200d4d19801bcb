package desktop

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"sync"
	"syscall"
)

// waylandConn speaks the wire protocol of Wayland: messages of an object's id, the message's number and size, and arguments in words of
// 32 bits (wayland.freedesktop.org, "Wire Format"). Files travel beside them.
type waylandConn struct {
	socket *net.UnixConn

	mu   sync.Mutex // guards what follows, and writing
	last uint32     // id of the newest object; ids are given out one after the other

	in    []byte // read, and not yet a whole message; the reader's
	files []int  // that came with it; the reader's
}

// waylandMessage is one that came. Its arguments are read in their order.
type waylandMessage struct {
	object, number uint32
	args           []byte
}

// display is the object that is there from the start.
const display uint32 = 1

func dialWayland() (*waylandConn, error) {
	path := os.Getenv("WAYLAND_DISPLAY")
	if !filepath.IsAbs(path) {
		path = filepath.Join(os.Getenv("XDG_RUNTIME_DIR"), path)
	}
	socket, err := net.DialUnix("unix", nil, &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		return nil, err
	}
	return &waylandConn{socket: socket, last: display}, nil
}

// newID is the id of an object that a request makes. The server wants them in order: whoever takes one sends it before the next.
func (c *waylandConn) newID() uint32 {
	c.last++
	return c.last
}

// make sends a request that makes an object; args get its id.
func (c *waylandConn) make(object, number uint32, args func(id uint32) []any) (uint32, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	id := c.newID()
	return id, c.sendLocked(object, number, args(id)...)
}

// send sends a request. Arguments are uint32 (numbers and objects), string, and *os.File.
func (c *waylandConn) send(object, number uint32, args ...any) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.sendLocked(object, number, args...)
}

func (c *waylandConn) sendLocked(object, number uint32, args ...any) error {
	var body, files []byte
	for _, arg := range args {
		switch v := arg.(type) {
		case uint32:
			body = binary.NativeEndian.AppendUint32(body, v)
		case string:
			body = binary.NativeEndian.AppendUint32(body, uint32(len(v)+1))
			body = append(body, v...)
			body = append(body, make([]byte, 4-len(v)%4)...) // a zero at least
		case *os.File:
			files = syscall.UnixRights(int(v.Fd()))
		}
	}
	message := binary.NativeEndian.AppendUint32(nil, object)
	message = binary.NativeEndian.AppendUint32(message, uint32(8+len(body))<<16|number)
	_, _, err := c.socket.WriteMsgUnix(append(message, body...), files, nil)
	return err
}

// read waits for the next message.
func (c *waylandConn) read() (waylandMessage, error) {
	for {
		if len(c.in) >= 8 {
			head := binary.NativeEndian.Uint32(c.in[4:])
			size := int(head >> 16)
			if size < 8 {
				return waylandMessage{}, errors.New("a message of Wayland's that is none")
			}
			if len(c.in) >= size {
				m := waylandMessage{binary.NativeEndian.Uint32(c.in), head & 0xffff, bytes.Clone(c.in[8:size])}
				c.in = c.in[size:]
				return m, nil
			}
		}
		data, rights := make([]byte, 4096), make([]byte, syscall.CmsgSpace(4*28)) // the most that the server's library sends at once
		n, r, _, _, err := c.socket.ReadMsgUnix(data, rights)
		if err != nil {
			return waylandMessage{}, err
		}
		if n == 0 {
			return waylandMessage{}, net.ErrClosed
		}
		c.in = append(c.in, data[:n]...)
		c.takeFiles(rights[:r])
	}
}

func (c *waylandConn) takeFiles(rights []byte) {
	all, err := syscall.ParseSocketControlMessage(rights)
	if err != nil {
		return
	}
	for _, m := range all {
		if files, err := syscall.ParseUnixRights(&m); err == nil {
			c.files = append(c.files, files...)
		}
	}
}

// file is the next that came, nil if none did. Whoever takes it closes it.
func (c *waylandConn) file() *os.File {
	if len(c.files) == 0 {
		return nil
	}
	fd := c.files[0]
	c.files = c.files[1:]
	syscall.CloseOnExec(fd)
	_ = syscall.SetNonblock(fd, true) // so that a deadline counts
	return os.NewFile(uintptr(fd), "wayland")
}

// uint32 takes the next argument; 0 if there is none.
func (m *waylandMessage) uint32() uint32 {
	if len(m.args) < 4 {
		return 0
	}
	n := binary.NativeEndian.Uint32(m.args)
	m.args = m.args[4:]
	return n
}

// text takes the next argument; "" if there is none.
func (m *waylandMessage) text() string {
	n := int(m.uint32())
	padded := (n + 3) &^ 3
	if n < 1 || padded < n || padded > len(m.args) {
		return ""
	}
	text := string(m.args[:n-1])
	m.args = m.args[padded:]
	return text
}

func (c *waylandConn) close() {
	_ = c.socket.Close()
}

// errorOf is what the server says before it hangs up.
func errorOf(m waylandMessage) error {
	object, code := m.uint32(), m.uint32()
	return fmt.Errorf("wayland: %s (object %d, code %d)", m.text(), object, code)
}
