package loopback

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

// TestMain is also the other user's program: it connects to the address it is given and reads what comes.
func TestMain(m *testing.M) {
	if address := os.Getenv("LOOPBACK_VISIT"); address != "" {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			var b []byte
			b, err = io.ReadAll(conn)
			fmt.Print(string(b))
		}
		if err != nil {
			fmt.Print("nothing")
		}
		return
	}
	os.Exit(m.Run())
}

// visit connects as another user and returns what that user got.
func visit(t *testing.T, address string, uid uint32) string {
	t.Helper()
	if os.Getuid() != 0 {
		if os.Getenv("CI") != "" {
			t.Fatal("needs root, to become another user")
		}
		t.Skip("needs root, to become another user")
	}
	cmd := exec.Command("/proc/self/exe")
	cmd.Env = []string{"LOOPBACK_VISIT=" + address}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uid, Gid: uid}}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v %s", err, out)
	}
	return string(out)
}

// Whoever may connect to a loopback address is every user of the machine.
func TestAnotherUserIsNotServed(t *testing.T) {
	for _, address := range []string{"127.0.0.1:0", "[::1]:0"} {
		refused := make(chan error, 4)
		l, err := Listen(t.Context(), address, func(err error) { refused <- err })
		if errors.Is(err, ErrNoAddress) && address == "[::1]:0" {
			continue // a machine without IPv6
		} else if err != nil {
			t.Fatal(err)
		}
		go func() {
			for {
				conn, err := l.Accept()
				if err != nil {
					return
				}
				_, _ = io.WriteString(conn, "planted")
				_ = conn.Close()
			}
		}()
		if got := visit(t, l.Addr().String(), 65534); strings.Contains(got, "planted") {
			t.Errorf("%s: another user got %q", address, got)
		}
		if err := <-refused; !strings.Contains(err.Error(), "65534") {
			t.Errorf("refused with %v", err)
		}
		if got := visit(t, l.Addr().String(), 0); got != "planted" {
			t.Errorf("%s: the person's own program got %q", address, got)
		}
		_ = l.Close()
	}
}

// A browser may have an IPv6 socket for everything.
func TestOwnerOfAnIPv4AddressReachedByAnIPv6Socket(t *testing.T) {
	l, err := Listen(t.Context(), "127.0.0.1:0", func(err error) { t.Error(err) })
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	port := l.Addr().(*net.TCPAddr).Port
	fd, err := syscall.Socket(syscall.AF_INET6, syscall.SOCK_STREAM, 0)
	if err != nil {
		return // a machine without IPv6 has no such sockets
	}
	defer syscall.Close(fd)
	to := &syscall.SockaddrInet6{Port: port}
	copy(to.Addr[:], net.ParseIP("127.0.0.1").To16())
	if err := syscall.Connect(fd, to); err != nil {
		t.Fatal(err)
	}
	conn, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.Close()
}

func TestAddressesThatCannotBeListenedAtAreToldApart(t *testing.T) {
	l, err := Listen(t.Context(), "127.0.0.1:0", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if _, err := Listen(t.Context(), l.Addr().String(), nil); !errors.Is(err, ErrInUse) {
		t.Errorf("a port in use: %v", err)
	}
	if _, err := Listen(t.Context(), "192.0.2.1:0", nil); !errors.Is(err, ErrNoAddress) {
		t.Errorf("an address that is not here: %v", err)
	}
}

func FuzzFindOwner(f *testing.F) {
	f.Add("  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n" +
		"   0: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000  1000        0 1 1\n")
	f.Add("0: 00000000000000000000000001000000:1F90 0000000000000000FFFF00000100007F:C350 01 0 0 0 -1")
	f.Add("0: 0100007F:1F90 0100007F:C350 01 0 0 0 4294967294") // a number for "nobody known", too large for a user
	from, to := netip.MustParseAddrPort("127.0.0.1:8080"), netip.MustParseAddrPort("127.0.0.1:50000")
	f.Fuzz(func(t *testing.T, table string) {
		if uid, ok := findOwner(strings.NewReader(table), from, to); uid < 0 || (!ok && uid != 0) {
			t.Errorf("user %d, %v", uid, ok)
		}
	})
}

func TestOwnerIsReadFromTheKernelsTable(t *testing.T) {
	table := "header\n   0: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000  1000        0 1 1\n" +
		"   1: 0100007F:C350 0100007F:1F90 01 00000000:00000000 00:00000000 00000000  1001        0 1 1\n"
	a, b := netip.MustParseAddrPort("127.0.0.1:8080"), netip.MustParseAddrPort("127.0.0.1:50000")
	if uid, ok := findOwner(strings.NewReader(table), a, b); !ok || uid != 1000 {
		t.Errorf("%d %v", uid, ok)
	}
	if uid, ok := findOwner(strings.NewReader(table), b, a); !ok || uid != 1001 {
		t.Errorf("%d %v", uid, ok)
	}
}
