//go:build linux

package testenv

import (
	"encoding/binary"
	"errors"
	"net"
	"os"
	"syscall"
	"time"
)

// waylandWire is one end of a connection that speaks Wayland's protocol. Nothing of it is the product's: a mistake in how that reads and
// writes must not be made here too.
type waylandWire struct {
	socket *net.UnixConn
	in     []byte // read, and not yet a whole message
	files  []int  // that came with it
}

// waylandMessage is one that came. Its arguments are taken in their order.
type waylandMessage struct {
	object, number uint32
	args           []byte
}

func (m *waylandMessage) uint32() (n uint32) {
	if len(m.args) >= 4 {
		n, m.args = binary.NativeEndian.Uint32(m.args), m.args[4:]
	}
	return n
}

func (m *waylandMessage) text() string {
	n := int(m.uint32())
	padded := (n + 3) &^ 3
	if n == 0 || padded > len(m.args) {
		return ""
	}
	text := string(m.args[:n-1])
	m.args = m.args[padded:]
	return text
}

// read waits for the next message.
func (w *waylandWire) read() (*waylandMessage, error) {
	for {
		if len(w.in) >= 8 {
			head := binary.NativeEndian.Uint32(w.in[4:])
			size := int(head >> 16)
			if size < 8 || size%4 != 0 {
				return nil, errors.New("a size that no message has")
			}
			if len(w.in) >= size {
				m := &waylandMessage{binary.NativeEndian.Uint32(w.in), head & 0xffff, w.in[8:size]}
				w.in = w.in[size:]
				return m, nil
			}
		}
		data, rights := make([]byte, 4096), make([]byte, syscall.CmsgSpace(4*28))
		n, r, _, _, err := w.socket.ReadMsgUnix(data, rights)
		if err != nil || n == 0 {
			return nil, errors.Join(err, net.ErrClosed)
		}
		w.in = append(w.in, data[:n]...)
		if err := w.takeFiles(rights[:r]); err != nil {
			return nil, err
		}
	}
}

func (w *waylandWire) takeFiles(rights []byte) error {
	all, err := syscall.ParseSocketControlMessage(rights)
	if err != nil {
		return err
	}
	for _, m := range all {
		files, err := syscall.ParseUnixRights(&m)
		if err != nil {
			return err
		}
		w.files = append(w.files, files...)
	}
	return nil
}

// send sends a message. Arguments are uint32 (numbers and objects), string, and *os.File. That one could not be sent is heard of by who reads.
func (w *waylandWire) send(object, number uint32, args ...any) {
	var body, files []byte
	for _, arg := range args {
		switch v := arg.(type) {
		case uint32:
			body = binary.NativeEndian.AppendUint32(body, v)
		case string:
			body = binary.NativeEndian.AppendUint32(body, uint32(len(v)+1))
			body = append(body, v...)
			body = append(body, make([]byte, 4-len(v)%4)...)
		case *os.File:
			files = syscall.UnixRights(int(v.Fd()))
		}
	}
	message := binary.NativeEndian.AppendUint32(nil, object)
	message = binary.NativeEndian.AppendUint32(message, uint32(8+len(body))<<16|number)
	_ = w.socket.SetWriteDeadline(time.Now().Add(waitTimeout))
	_, _, _ = w.socket.WriteMsgUnix(append(message, body...), files, nil)
}
