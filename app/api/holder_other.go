//go:build !linux

package api

// Unreachable is 0: on these systems no session takes an agent's socket along.
func (p Profile) Unreachable() (pid int) { return 0 }

// noted is empty: on these systems the agent has one address, wherever a program runs.
func (p Profile) noted() string { return "" }
