package loopback

import (
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// local are names that systems give to this computer beside localhost.
var local = []string{"localhost.localdomain", "localhost6", "localhost6.localdomain6", "ip6-localhost", "ip6-loopback"}

// Resolve returns at which addresses of this computer a browser looks for a host, and how it writes that host when it asks: it takes every
// name below localhost (RFC 6761), IPv4 addresses in each of the ways C's inet_aton does (url.spec.whatwg.org, "host parsing"), and the
// unspecified addresses. No address is returned for a host elsewhere; the name server is not asked.
func Resolve(host string) (name string, addresses []string) {
	const v4, v6 = "127.0.0.1", "::1"
	name = strings.ToLower(host)
	if plain := strings.TrimSuffix(name, "."); plain == "localhost" || strings.HasSuffix(plain, ".localhost") || slices.Contains(local, plain) {
		return name, []string{v4, v6} // browsers choose either
	}
	ip, err := netip.ParseAddr(name)
	if err != nil {
		if ip = parseLegacy(name); !ip.IsValid() {
			return name, nil
		}
	}
	switch name = ip.String(); {
	case ip.Unmap().IsUnspecified():
		return name, []string{v4, v6}
	case ip.Unmap().IsLoopback():
		return name, []string{ip.Unmap().String()}
	}
	return name, nil
}

// parseLegacy reads an IPv4 address of one to four numbers, each decimal, octal or hexadecimal, of which the last one fills what the others
// leave. The zero Addr is returned for what is none.
func parseLegacy(host string) netip.Addr {
	parts := strings.Split(strings.TrimSuffix(host, "."), ".")
	if len(parts) > net.IPv4len {
		return netip.Addr{}
	}
	var value uint64
	for n, part := range parts {
		bits := 8
		if n == len(parts)-1 {
			bits = 8 * (net.IPv4len - n)
		}
		if part == "0x" || part == "0X" {
			part = "0"
		}
		number, err := strconv.ParseUint(part, 0, 64)
		if err != nil || strings.Contains(part, "_") || number >= 1<<bits {
			return netip.Addr{}
		}
		value = value<<bits | number
	}
	return netip.AddrFrom4([net.IPv4len]byte{byte(value >> 24), byte(value >> 16), byte(value >> 8), byte(value)})
}
