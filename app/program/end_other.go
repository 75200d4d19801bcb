//go:build !windows

package program

import "os"

// End ends this process.
func End(code int) { os.Exit(code) }

// AllowForeground is Windows' alone to ask.
func AllowForeground() {}
