package command

import (
	"syscall"

	"golang.org/x/sys/windows"
)

// detached lets the agent outlive the console it was started from.
func detached() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{CreationFlags: windows.CREATE_NEW_PROCESS_GROUP | windows.DETACHED_PROCESS}
}
