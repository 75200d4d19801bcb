package desktop

import (
	"context"
	"errors"
	"net/url"
	"os/exec"
	"time"
)

// ErrNoBrowser is a desktop on which nothing opens web addresses.
var ErrNoBrowser = errors.New("no browser could be opened")

// openerPatience is how long an opener may take to fail; one that still runs then is a browser that works.
const openerPatience = 3 * time.Second

// Browse opens a web address in the person's browser. The error never names the address.
func (d *Desktop) Browse(ctx context.Context, address string) error {
	u, err := url.Parse(address)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" {
		return ErrNoBrowser
	}
	return browse(ctx, u.String())
}

// tryOpener runs a program that opens an address, and reports whether it did.
func tryOpener(ctx context.Context, program string, args ...string) bool {
	cmd := exec.Command(program, args...) // a browser outlives the click
	if cmd.Start() != nil {
		return false
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	timer := time.NewTimer(openerPatience)
	defer timer.Stop()
	select {
	case err := <-ended:
		return err == nil
	case <-timer.C:
	case <-ctx.Done():
	}
	return true
}
