package main

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver"
	"golang.org/x/sys/windows"
)

// restore brings a minimised window back: asking for the focus leaves it where it is.
func restore(w fyne.Window) {
	native, ok := w.(driver.NativeWindow)
	if !ok {
		return
	}
	native.RunNative(func(c any) {
		own, ok := c.(driver.WindowsWindowContext)
		if !ok {
			return
		}
		user32 := windows.NewLazySystemDLL("user32.dll")
		if minimised, _, _ := user32.NewProc("IsIconic").Call(own.HWND); minimised != 0 {
			_, _, _ = user32.NewProc("ShowWindow").Call(own.HWND, windows.SW_RESTORE)
		}
		_, _, _ = user32.NewProc("SetForegroundWindow").Call(own.HWND)
	})
}
