package agent

import (
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// releaseCode lets go of the program's code and constants. They are clean and in the page cache; what is needed again is mapped
// again at its next use. Only mappings of the program's file that nothing can be written to, and nothing was, are touched: the loader of a program that
// may lie anywhere writes addresses into constants before it protects them, and those would be lost.
func releaseCode() {
	self, err := os.Executable()
	if err != nil {
		return
	}
	maps, err := os.ReadFile("/proc/self/smaps")
	if err != nil {
		return
	}
	var start, end uintptr // of a mapping of the program's
	for line := range strings.Lines(string(maps)) {
		switch fields := strings.Fields(line); {
		case len(fields) == 0:
		case !strings.HasSuffix(fields[0], ":"): // a mapping begins
			start, end = 0, 0
			if len(fields) == 6 && (fields[1] == "r-xp" || fields[1] == "r--p") && fields[5] == self {
				_, _ = fmt.Sscanf(fields[0], "%x-%x", &start, &end)
			}
		case fields[0] == "Anonymous:" && end > start && len(fields) > 1 && fields[1] == "0": // pages that were written to are the process's own
			_, _, _ = unix.Syscall(unix.SYS_MADVISE, start, end-start, unix.MADV_DONTNEED)
		}
	}
}
