//go:build linux && !amd64

package main

import (
	"os/exec"
	"time"
)

// clock cannot be set here: the way it is done is machine code.
type clock struct{}

func startWithClock(cmd *exec.Cmd, _ time.Duration) (*clock, error) { return &clock{}, cmd.Start() }

func (*clock) set(time.Duration) error { return nil }
func (*clock) close()                  {}
