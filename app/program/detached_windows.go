package program

import (
	"syscall"

	"golang.org/x/sys/windows"
)

// detached lets a process outlive the console it was started from, and opens none.
func detached() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{CreationFlags: windows.CREATE_NEW_PROCESS_GROUP | windows.DETACHED_PROCESS}
}
