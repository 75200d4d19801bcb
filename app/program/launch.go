package program

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"time"

	"freshkey/app/api"
)

// ErrNotStarted is an agent that did not answer after its start; its log says why.
var ErrNotStarted = errors.New("agent did not start")

// ErrOccupied is an agent that has the profile and is not to be reached: it is ending, once it has seen through what it has sent, or somebody has
// stopped it.
var ErrOccupied = errors.New("another agent has the profile, and does not answer")

// How long an agent may take to answer after its start, and to end after it was asked to.
const (
	startPatience = 20 * time.Second
	endPatience   = 2 * time.Minute
	pollInterval  = 10 * time.Millisecond

	// An agent that holds the profile and that nobody can reach is asked to end if it was that twice, this long apart: one that starts
	// has no socket yet either.
	unreachablePatience = 3 * time.Second
)

// Launch starts a profile's agent from the program at path, which outlives this process, and waits until it answers. If two
// launch at once, the profile's lock lets one agent live and both find it. ErrNotStarted if there is none in the end.
func Launch(ctx context.Context, path string, p api.Profile, client *api.Client) error {
	ctx, cancel := context.WithTimeout(ctx, startPatience)
	defer cancel()
	ended, err := startAgent(path, p)
	if err != nil {
		return ErrNotStarted
	}
	unreachable := stranded{profile: p, since: time.Now()}
	for {
		if answers(ctx, client) {
			return nil
		}
		select {
		case err := <-ended:
			if err != nil {
				return ErrNotStarted
			}
			ended = nil // another agent has the profile: one that was quicker, or one that is about to end
		case <-ctx.Done():
			if ended == nil {
				return ErrOccupied
			}
			return ErrNotStarted
		case <-time.After(pollInterval):
			if ended == nil {
				unreachable.ask()
			}
			if ended == nil && free(p) {
				if ended, err = startAgent(path, p); err != nil {
					return ErrNotStarted
				}
			}
		}
	}
}

// answers asks an agent for a sign of life. A look that gets stuck, as the first one at a pipe may, does not use up the patience.
func answers(ctx context.Context, client *api.Client) bool {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	_, err := client.Status(ctx)
	return err == nil
}

// startAgent starts a profile's agent; what it returns tells how that ended.
func startAgent(path string, p api.Profile) (<-chan error, error) {
	cmd := outliving(path, append([]string{"--background"}, p.Args()...)...)
	cmd.Env = forAgent(os.Environ())
	ended := make(chan error, 1)
	err := cmd.Start()
	if err == nil {
		go func() { ended <- cmd.Wait() }()
	}
	return ended, err
}

// stranded is an agent that holds a profile and cannot be reached: its session has ended, and its socket went with it.
type stranded struct {
	profile api.Profile
	pid     int
	since   time.Time // when it was looked for last
}

// ask looks for it now and then, and asks one that it finds twice to end. It sees through what it has sent first.
func (s *stranded) ask() {
	if time.Since(s.since) < unreachablePatience {
		return
	}
	pid := s.profile.Unreachable()
	if pid != 0 && pid == s.pid {
		askToEnd(pid)
	}
	s.pid, s.since = pid, time.Now()
}

// free reports whether no agent has the profile.
func free(p api.Profile) bool {
	release, err := p.Lock()
	if err == nil {
		release()
	}
	return err == nil
}

// Start starts a program that outlives this process.
func Start(path string, args ...string) error {
	cmd := outliving(path, args...)
	if err := cmd.Start(); err != nil {
		return err
	}
	return cmd.Process.Release()
}

func outliving(path string, args ...string) *exec.Cmd {
	cmd := exec.Command(path, args...)
	cmd.SysProcAttr = detached()
	return cmd
}

// AwaitEnd waits until a profile's agent has let go of its lock: what it had sent is seen through by then.
func AwaitEnd(ctx context.Context, p api.Profile) error {
	ctx, cancel := context.WithTimeout(ctx, endPatience)
	defer cancel()
	for {
		release, err := p.Lock()
		if err == nil {
			release()
			return nil
		}
		if !errors.Is(err, api.ErrRunning) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pollInterval):
		}
	}
}
