//go:build !windows

package program

import (
	"slices"
	"testing"
)

// A shell with a debugging proxy, its certificate and a library to be loaded starts an agent that lives for weeks.
func TestAgentTakesNoTrapFromAShell(t *testing.T) {
	got := forAgent([]string{
		"HOME=/home/u", "HTTPS_PROXY=http://127.0.0.1:8080", "https_proxy=http://127.0.0.1:8080", "ALL_PROXY=x", "no_proxy=*", "SSL_CERT_FILE=/tmp/ca.pem",
		"SSL_CERT_DIR=/tmp", "LD_PRELOAD=/tmp/x.so", "LD_LIBRARY_PATH=/tmp", "DYLD_INSERT_LIBRARIES=x", "GODEBUG=http2debug=2", "GOTRACEBACK=crash",
		"RES_OPTIONS=x", "LIBGL_DRIVERS_PATH=/tmp", "__EGL_VENDOR_LIBRARY_FILENAMES=/tmp/x.json", "PYTHONPATH=/tmp", "BROWSER=/tmp/x", "XDG_DATA_DIRS=/tmp", "XDG_CONFIG_DIRS=/tmp",
		"DISPLAY=:0", "DBUS_SESSION_BUS_ADDRESS=unix:path=/run/bus", "PATH=/tmp/bin:/usr/bin", "LANG=en",
	})
	if want := []string{"HOME=/home/u", "DISPLAY=:0", "DBUS_SESSION_BUS_ADDRESS=unix:path=/run/bus", "LANG=en", "PATH=" + systemPath}; !slices.Equal(got, want) {
		t.Errorf("kept %q", got)
	}
}
