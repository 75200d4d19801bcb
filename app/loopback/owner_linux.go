package loopback

import (
	"bufio"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
)

// tables list the kernel's TCP sockets with their owners. A program may reach an IPv4 address by an IPv6 socket.
var tables = []string{"/proc/self/net/tcp", "/proc/self/net/tcp6"}

var errNotListed = errors.New("a connection that the kernel does not list")

// canTellOwner reports why connections could not be told apart.
func canTellOwner() error {
	f, err := os.Open(tables[0])
	if err != nil {
		return fmt.Errorf("whose connections they are can't be told: %w", err)
	}
	return f.Close()
}

// checkOwner is nil for a connection that a process of this one's user opened.
func checkOwner(conn net.Conn) error {
	server, ok := conn.LocalAddr().(*net.TCPAddr)
	client, isTCP := conn.RemoteAddr().(*net.TCPAddr)
	if !ok || !isTCP {
		return errNotListed
	}
	uid, err := ownerOf(client.AddrPort(), server.AddrPort())
	if err == nil && uid != os.Getuid() {
		err = fmt.Errorf("a connection of user %d", uid)
	}
	return err
}

// ownerOf is the user whose socket goes from one address to the other.
func ownerOf(from, to netip.AddrPort) (uid int, err error) {
	for _, path := range tables {
		f, err := os.Open(path)
		if err != nil {
			continue // a kernel without IPv6 has no second one
		}
		uid, ok := findOwner(f, from, to)
		_ = f.Close()
		if ok {
			return uid, nil
		}
	}
	return 0, errNotListed
}

// findOwner reads a table of proc_net_tcp(5): a header, then lines of "number: local remote state queues timer retransmits uid …".
func findOwner(table io.Reader, from, to netip.AddrPort) (uid int, ok bool) {
	lines := bufio.NewScanner(table)
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) < 8 {
			continue
		}
		local, isLocal := parseAddress(fields[1])
		remote, isRemote := parseAddress(fields[2])
		if !isLocal || !isRemote || local != unmapped(from) || remote != unmapped(to) {
			continue
		}
		uid, err := strconv.ParseUint(fields[7], 10, 31)
		if err != nil {
			return 0, false
		}
		return int(uid), true
	}
	return 0, false
}

// parseAddress reads "0100007F:1F90": words of 32 bits as the machine holds them, then the port.
func parseAddress(text string) (netip.AddrPort, bool) {
	words, port, _ := strings.Cut(text, ":")
	raw, err := hex.DecodeString(words)
	if err != nil || len(raw)%4 != 0 {
		return netip.AddrPort{}, false
	}
	for n := 0; n < len(raw); n += 4 {
		binary.NativeEndian.PutUint32(raw[n:], binary.BigEndian.Uint32(raw[n:]))
	}
	ip, ok := netip.AddrFromSlice(raw)
	number, err := strconv.ParseUint(port, 16, 16)
	return unmapped(netip.AddrPortFrom(ip, uint16(number))), ok && err == nil
}

// unmapped is an IPv4 address as such, also where an IPv6 socket wrote it.
func unmapped(a netip.AddrPort) netip.AddrPort {
	return netip.AddrPortFrom(a.Addr().Unmap().WithZone(""), a.Port())
}
