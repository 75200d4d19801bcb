package program

// Identify names nobody here.
func Identify(pid int) (path string, of int) { return "", pid }
