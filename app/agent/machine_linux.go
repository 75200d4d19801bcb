package agent

import (
	"os"
	"strings"
)

// systemID is made when the system is installed; see machine-id(5). "" if there is none.
func systemID() string {
	for _, path := range []string{"/etc/machine-id", "/var/lib/dbus/machine-id"} {
		if data, err := os.ReadFile(path); err == nil && len(data) > 0 {
			return strings.TrimSpace(string(data))
		}
	}
	return ""
}
