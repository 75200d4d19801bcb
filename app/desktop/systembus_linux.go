package desktop

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/url"
	"os"
	"strings"
	"sync/atomic"

	"github.com/godbus/dbus/v5"
)

// The system's bus carries what any user of the machine sends, and godbus reads it in a goroutine of its own: a message that it cannot cope with
// would end the agent. So it gets to see only replies, and signals of the plainest kind; no descriptors are taken at all.
const (
	systemBusAddress = "unix:path=/run/dbus/system_bus_socket"

	fixedHeader = 16 // bytes in front of a message's header fields, their length included (D-Bus specification, "Message Format")
	maxReply    = 1 << 20
	maxSignal   = 8 << 10

	methodReturn, errorReply, signalMessage = 2, 3, 4
)

// plainTypes are those of which a signal may be made: numbers, text, and nothing that holds others.
const plainTypes = "ybnqiuxtdsog"

// fieldTypes are the header fields that there are, by their codes, and the type of each.
var fieldTypes = map[byte]byte{1: 'o', 2: 's', 3: 's', 4: 's', 5: 'u', 6: 's', 7: 's', 8: 'g'} // 9 tells of descriptors

// connectSystemBus is a connection to the system's bus.
func connectSystemBus(opts ...dbus.ConnOption) (*dbus.Conn, error) {
	raw, err := dialSystemBus()
	if err != nil {
		return nil, err
	}
	conn, err := dbus.NewConn(&filteredBus{Conn: raw, in: bufio.NewReader(raw)}, opts...)
	if err == nil {
		if err = conn.Auth(nil); err == nil {
			err = conn.Hello()
		}
	}
	if err != nil {
		_ = raw.Close()
		return nil, err
	}
	return conn, nil
}

// dialSystemBus tries the addresses that the environment names, or else the usual one.
func dialSystemBus() (net.Conn, error) {
	addresses := os.Getenv("DBUS_SYSTEM_BUS_ADDRESS")
	if addresses == "" {
		addresses = systemBusAddress
	}
	err := errNoBus
	for address := range strings.SplitSeq(addresses, ";") {
		path := socketPath(address)
		if path == "" {
			continue
		}
		conn, e := net.Dial("unix", path)
		if e == nil {
			return conn, nil
		}
		err = errors.Join(err, e)
	}
	return nil, err
}

// socketPath is where a D-Bus address says its socket is, as net wants it; empty for another kind of address.
func socketPath(address string) string {
	options, isUnix := strings.CutPrefix(address, "unix:")
	for option := range strings.SplitSeq(options, ",") {
		name, value, _ := strings.Cut(option, "=")
		value, err := url.PathUnescape(value)
		switch {
		case err != nil || !isUnix:
		case name == "path":
			return value
		case name == "abstract":
			return "@" + value
		}
	}
	return ""
}

// filteredBus lets through what passes.
type filteredBus struct {
	net.Conn
	in    *bufio.Reader
	begun atomic.Bool  // the greeting, which is lines of text, is over
	rest  bytes.Reader // of the message that is let through
}

// Write sends; the line BEGIN is the end of the greeting.
func (b *filteredBus) Write(data []byte) (int, error) {
	if !b.begun.Load() && bytes.HasPrefix(data, []byte("BEGIN")) {
		b.begun.Store(true)
	}
	return b.Conn.Write(data)
}

// Read gives the next bytes of a message that passes.
func (b *filteredBus) Read(data []byte) (int, error) {
	if !b.begun.Load() {
		return b.in.Read(data)
	}
	for b.rest.Len() == 0 {
		message, err := nextMessage(b.in)
		if err != nil {
			return 0, err
		}
		b.rest.Reset(message)
	}
	return b.rest.Read(data)
}

var errNotDBus = errors.New("what comes from the bus is not D-Bus")

// nextMessage reads a message whole, if it passes; of one that does not, nil, and nothing is kept.
func nextMessage(in *bufio.Reader) ([]byte, error) {
	fixed, err := in.Peek(fixedHeader)
	if err != nil {
		return nil, err
	}
	order, known := byteOrder(fixed[0])
	if !known {
		return nil, errNotDBus
	}
	fields, body := uint64(order.Uint32(fixed[12:])), uint64(order.Uint32(fixed[4:]))
	size := int64(fixedHeader + (fields+7)&^7 + body)
	if size > largest(fixed[1]) {
		_, err := io.CopyN(io.Discard, in, size)
		return nil, err
	}
	message := make([]byte, size)
	if _, err := io.ReadFull(in, message); err != nil {
		return nil, err
	}
	if signature, ok := bodySignature(message[fixedHeader:fixedHeader+fields], order); !ok || (message[1] == signalMessage && strings.Trim(signature, plainTypes) != "") {
		return nil, nil
	}
	return message, nil
}

// largest is how many bytes a message of a kind may have to pass: none, of what nobody here takes.
func largest(kind byte) int64 {
	switch kind {
	case methodReturn, errorReply:
		return maxReply
	case signalMessage:
		return maxSignal
	}
	return 0
}

func byteOrder(mark byte) (binary.ByteOrder, bool) {
	switch mark {
	case 'l':
		return binary.LittleEndian, true
	case 'B':
		return binary.BigEndian, true
	}
	return nil, false
}

// bodySignature walks through a message's header fields, which begin at a multiple of eight, and returns what they say of its body. ok is
// false if there is anything among them that is not known.
func bodySignature(fields []byte, order binary.ByteOrder) (signature string, ok bool) {
	for at := 0; at < len(fields); {
		at = (at + 7) &^ 7
		if at+4 > len(fields) || fields[at+1] != 1 || fields[at+2] != fieldTypes[fields[at]] || fields[at+3] != 0 {
			return "", false
		}
		code, kind := fields[at], fields[at+2]
		at += 4
		length, head := 4, 0 // of a number
		switch {
		case kind == 'g' && at < len(fields):
			length, head = int(fields[at])+1, 1
		case kind != 'g' && at+4 > len(fields):
			return "", false
		case kind == 's' || kind == 'o':
			length, head = int(min(order.Uint32(fields[at:]), maxReply))+1, 4
		}
		if at+head+length > len(fields) {
			return "", false
		}
		if code == 8 {
			signature = string(fields[at+head : at+head+length-1])
		}
		at += head + length
	}
	return signature, true
}
