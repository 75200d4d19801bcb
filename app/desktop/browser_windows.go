package desktop

import (
	"context"

	"golang.org/x/sys/windows"
)

func browse(_ context.Context, address string) error {
	verb, err := windows.UTF16PtrFromString("open")
	if err != nil {
		return ErrNoBrowser
	}
	file, err := windows.UTF16PtrFromString(address)
	if err != nil || windows.ShellExecute(0, verb, file, nil, nil, windows.SW_SHOWNORMAL) != nil {
		return ErrNoBrowser
	}
	return nil
}
