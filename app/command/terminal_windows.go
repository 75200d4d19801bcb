package command

import (
	"os"

	"golang.org/x/sys/windows"
)

// discardInput forgets what was typed at a console and not read yet.
func discardInput(file *os.File) { _ = windows.FlushConsoleInputBuffer(windows.Handle(file.Fd())) }
