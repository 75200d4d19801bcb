package program

import "golang.org/x/sys/windows"

// End ends this process at once: what a notice has left waiting for an answer of the system's would keep it.
func End(code int) { _ = windows.TerminateProcess(windows.CurrentProcess(), uint32(code)) }

// AllowForeground lets whoever asks next bring a window to the front, which Windows grants the program a person has just used.
func AllowForeground() {
	const anyProcess = 0xFFFFFFFF // ASFW_ANY
	_, _, _ = windows.NewLazySystemDLL("user32.dll").NewProc("AllowSetForegroundWindow").Call(anyProcess)
}
