package program

// atTerminal is always true here: the proxy of a Windows session is in the registry, never in its environment.
func atTerminal() bool { return true }
