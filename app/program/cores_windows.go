package program

// HideCores does nothing: Windows writes no dumps of a program that did not ask for them.
func HideCores() {}
