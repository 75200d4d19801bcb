package program

// Harden does nothing yet on Windows: there a process may be read by whatever else the person runs. Windows writes no dumps of a
// program that did not ask for them.
func Harden() {}
