package program

import "golang.org/x/sys/windows"

// Identify names the program behind a process, as the system tells.
func Identify(pid int) (path string, of int) {
	process, err := windows.OpenProcess(windows.PROCESS_QUERY_LIMITED_INFORMATION, false, uint32(pid))
	if err != nil {
		return "", pid
	}
	defer windows.CloseHandle(process)
	name := make([]uint16, windows.MAX_LONG_PATH)
	size := uint32(len(name))
	if err := windows.QueryFullProcessImageName(process, 0, &name[0], &size); err != nil {
		return "", pid
	}
	return windows.UTF16ToString(name[:size]), pid
}
