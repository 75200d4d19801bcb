//go:build linux && amd64

package main

import (
	"context"
	"testing"
	"time"
)

// A jump that does not reach the program would make every run with one look good.
func TestTheProgramSeesItsClockJump(t *testing.T) {
	needsBinary(t)
	c, err := newWorker(binary)
	if err != nil {
		t.Fatal(err)
	}
	defer c.close()
	for _, jump := range []time.Duration{30 * time.Hour, -30 * time.Hour, 0} {
		c.setClock(jump)
		account, err := c.client.Refresh(context.Background(), c.account.ID)
		if err != nil {
			t.Fatal(err)
		}
		seen := time.Until(account.IssuedAt) // which is when it was read, by that clock
		if (seen - jump).Abs() > time.Minute {
			t.Errorf("a clock %v ahead is seen as %v ahead", jump, seen)
		}
	}
}
