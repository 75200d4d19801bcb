package agent

import (
	"errors"
	"log/slog"
	"os/exec"
	"sync"

	"freshkey/app/api"
	"freshkey/app/desktop"
	"freshkey/app/program"
	"freshkey/app/words"
)

// windowProcess is the window as the agent sees it: a program that may be there or not.
type windowProcess struct {
	args   []string
	log    *slog.Logger
	ended  func() // in whatever way
	failed func() // it ended with an error

	mu      sync.Mutex // guards what follows
	running *exec.Cmd
	closing bool
}

// open starts the window, or tells that it runs.
func (w *windowProcess) open() (running bool, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.running != nil || w.closing {
		return true, nil
	}
	path, err := program.Find(program.Window)
	if err != nil {
		return false, err
	}
	cmd := exec.Command(path, append([]string{"--attached"}, w.args...)...)
	if err := cmd.Start(); err != nil {
		return false, err
	}
	w.running = cmd
	go w.wait(cmd)
	return false, nil
}

// is reports whether a process is the window.
func (w *windowProcess) is(pid int) bool {
	return pid != 0 && pid == w.pid()
}

// pid is the window's process; 0 if there is none.
func (w *windowProcess) pid() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.running == nil {
		return 0
	}
	return w.running.Process.Pid
}

func (w *windowProcess) wait(cmd *exec.Cmd) {
	err := cmd.Wait()
	w.mu.Lock()
	w.running = nil
	closing := w.closing
	w.mu.Unlock()
	w.ended()
	if err != nil && !closing {
		w.log.Warn("the window ended", "error", err)
		if code := cmd.ProcessState.ExitCode(); code > 0 { // killed by a signal is somebody's wish
			w.failed()
		}
	}
}

// close ends the window with the agent.
func (w *windowProcess) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closing = true
	if w.running != nil {
		_ = w.running.Process.Kill() // it holds nothing that could be lost
	}
}

// OpenWindow opens the window, or brings it to the front.
func (a *Agent) OpenWindow() error {
	if !desktop.HasScreen() {
		return a.worded(api.CodeFailed, "no_screen", "problem.no_screen", words.Args{})
	}
	running, err := a.window.open()
	if running {
		a.raise.Add(1)
	}
	a.watchers.tell() // also a window that another agent has opened, and that gives way now
	if errors.Is(err, program.ErrNotInstalled) {
		return a.words.NoWindow()
	}
	return err
}
