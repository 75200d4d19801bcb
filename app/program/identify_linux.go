package program

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// Identify names the program behind a process: the process itself, or, since our own commands let nobody look into them, whoever
// started one, and be it with a time limit. Both are as the kernel tells; a program that wants to pass for another one of the same user can.
func Identify(pid int) (path string, of int) {
	for range maxAncestors {
		if pid <= 1 {
			break
		}
		path, err := os.Readlink(fmt.Sprintf("/proc/%d/exe", pid))
		parent, name := parentOf(pid)
		limits := path == timeLimit && parent > 1
		switch {
		case err == nil && baseName(path) != Freshkey && !limits:
			return path, pid
		case !limits && name != Freshkey && baseName(name) != Freshkey:
			return "", pid
		}
		pid = parent
	}
	return "", pid
}

// timeLimit is the program that ends another one which takes too long. To allow a token to it would be to allow it to all.
const timeLimit = "/usr/bin/timeout"

// maxAncestors is how far up is looked: a command of ours, started by one of ours, is the most there is, either of them with a time limit.
const maxAncestors = 5

func baseName(path string) string {
	path = strings.TrimSuffix(path, " (deleted)")
	return path[strings.LastIndexByte(path, '/')+1:]
}

// parentOf reads /proc/PID/stat, "4711 (freshkey) S 4242 …", whose name may hold anything.
func parentOf(pid int) (parent int, name string) {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, ""
	}
	open, end := bytes.IndexByte(data, '('), bytes.LastIndexByte(data, ')')
	if open < 0 || end < open {
		return 0, ""
	}
	name = string(data[open+1 : end])
	if f := strings.Fields(string(data[end+1:])); len(f) > 1 {
		parent, _ = strconv.Atoi(f[1])
	}
	return parent, name
}
