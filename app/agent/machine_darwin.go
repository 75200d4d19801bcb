package agent

import "golang.org/x/sys/unix"

// systemID is the hardware's; see sysctl(3). "" if it has none.
func systemID() string {
	id, err := unix.Sysctl("kern.uuid")
	if err != nil {
		return ""
	}
	return id
}
