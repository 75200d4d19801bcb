//go:build linux

package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"

	"freshkey/app/api"
	"freshkey/app/testenv"
)

// resting is a program of which nothing is wanted just now; pid is 0 if it is not here.
type resting struct {
	name   string
	pid    int
	before use
	woken  int // the seconds of a minute in which it was
}

// atRest looks at the agent, and at what else rests beside it, for the same ten seconds, and the same minute, in which nothing happens.
func (s *stage) atRest() error {
	all := []*resting{{name: "Freshkey", pid: s.app.PID()}, {name: "Fyne tray"}, {name: "KeePassXC"}, {name: "oidc-agent"}}
	for n, cmd := range []*exec.Cmd{startPeer(s.Desktop, s.fyne), startPeer(s.Desktop, "keepassxc")} {
		if cmd != nil {
			all[n+1].pid = cmd.Process.Pid
			defer func() {
				_ = cmd.Process.Kill()
				_ = cmd.Wait() // it says that it was killed
			}()
		}
	}
	if s.oidc != nil {
		all[3].pid = s.oidc.cmd.Process.Pid
	}
	time.Sleep(8 * time.Second) // what happens once at the start is over
	for _, r := range all {
		r.before = usage(r.pid)
	}
	time.Sleep(10 * time.Second)
	own, beside := each(all, func(r *resting) string { return fmt.Sprintf("%.1f MB", resident(r.pid)) })
	row("agent at rest, 10 accounts: resident memory", "≤ 14 MB", own, beside)
	own, beside = each(all, func(r *resting) string { return fmt.Sprint(usage(r.pid).ticks - r.before.ticks) })
	row("  CPU ticks in 10 s", "0", own, beside)
	watchMinute(all)
	own, beside = each(all, func(r *resting) string { return fmt.Sprint(r.woken) })
	row("  seconds of a minute in which it was woken", "≤ 1", own, beside)
	return nil
}

// watchMinute counts the seconds of one in which a program was woken: it has done something, and has waited again.
func watchMinute(all []*resting) {
	for range 60 {
		for _, r := range all {
			r.before = usage(r.pid)
		}
		time.Sleep(time.Second)
		for _, r := range all {
			if usage(r.pid).switches > r.before.switches {
				r.woken++
			}
		}
	}
}

// each says something of the first, and of the others with their names.
func each(all []*resting, say func(*resting) string) (own, beside string) {
	var others []string
	for _, r := range all[1:] {
		what := notHere
		if r.pid != 0 {
			what = say(r)
		}
		others = append(others, r.name+" "+what)
	}
	return say(all[0]), strings.Join(others, ", ")
}

// token is a whole process, beside other whole processes.
func (s *stage) token() error {
	own := func() error { return s.app.Command(s.freshkey, "--profile", "bench", "token", "account 1").Run() }
	_, err := s.RunInput("a secret", "secret-tool", "store", "--label", "bench", "service", "bench")
	if err != nil {
		return err
	}
	peers := []struct {
		name, must string
		work       func() error
	}{
		{"a Go program of one line", "≤ 2.5 ×", func() error { return s.Command(s.line).Run() }},
		{"secret-tool lookup", "", func() error { return s.Command("secret-tool", "lookup", "service", "bench").Run() }},
		{"oidc-token", "", nil},
	}
	if s.oidc != nil {
		peers[2].work = s.oidc.token
	}
	for _, p := range peers {
		if p.work == nil {
			row("freshkey token, whole process", p.must, "", p.name+" "+notHere)
			continue
		}
		median, other, ratio, err := pairs(200, whole(own), whole(p.work))
		if err != nil {
			return err
		}
		row("freshkey token, whole process", p.must, fmt.Sprintf("%s, %.1f ×", ms(median), ratio), p.name+" "+ms(other))
	}
	return nil
}

func (s *stage) server() error {
	median, p99, err := asked(s.app.Socket(), "account%201", 2000)
	row("token over the socket, median (p99)", "p99 ≤ 1 ms", fmt.Sprintf("%.2f ms (%.2f ms)", median.Seconds()*1e3, p99.Seconds()*1e3), "")
	return err
}

// asked asks an agent for a token n times, over one connection.
func asked(socket, account string, n int) (median, p99 time.Duration, err error) {
	client := http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", socket)
	}}}
	defer client.CloseIdleConnections()
	return spread(n, func() error {
		resp, err := client.Get("http://localhost/v1/accounts/" + account + "/token?min_valid=0")
		if err != nil {
			return err
		}
		return resp.Body.Close()
	})
}

func (s *stage) trayClick() error {
	tray, err := s.WaitTray(s.app.PID())
	if err != nil {
		return err
	}
	worst := time.Duration(0)
	for n := range accounts {
		name := fmt.Sprint("account ", n)
		want, err := s.app.Freshkey("token", name)
		if err != nil {
			return err
		}
		start := time.Now()
		if err := tray.Click(name, "Copy access token"); err != nil {
			return err
		}
		for got := ""; got != strings.TrimSpace(want); {
			got, _ = s.Clipboard()
		}
		worst = max(worst, time.Since(start))
	}
	row("tray click → clipboard, worst of 10", "≤ 50 ms", ms(worst)+", reader's start within", "")
	return nil
}

// firstFrame is from the wish for a window until the desktop shows it, with what looks for it. Each is closed before the next comes.
func (s *stage) firstFrame() error {
	client := api.ClientAt(s.app.Socket())
	own, other, ratio, err := pairs(7,
		s.shown("Freshkey", func() error { return client.OpenWindow(context.Background()) }),
		s.shown("Hello Fyne", func() error { return s.Start(s.Command(s.fyne, "window")) }))
	row("window: process start → on the screen, software GL", "≤ 700 ms", fmt.Sprintf("%s, %.1f ×", ms(own), ratio), "Fyne hello window "+ms(other))
	return err
}

// windowAtRest looks at windows that are in sight while nothing happens, for the same ten seconds. Each is drawn by the processor.
func (s *stage) windowAtRest() error {
	all := []*resting{{name: "Freshkey"}, {name: "Fyne hello window"}}
	client := api.ClientAt(s.app.Socket())
	for n, w := range []struct {
		title string
		open  func() error
	}{
		{"Freshkey", func() error { return client.OpenWindow(context.Background()) }},
		{"Hello Fyne", func() error { return s.Start(s.Command(s.fyne, "window")) }},
	} {
		if err := w.open(); err != nil {
			return err
		}
		id, err := s.WaitWindow(w.title)
		if err != nil {
			return err
		}
		pid, err := s.WindowProcess(id)
		if err != nil {
			return err
		}
		if all[n].pid, err = strconv.Atoi(pid); err != nil {
			return err
		}
		defer func() { _ = syscall.Kill(all[n].pid, syscall.SIGKILL) }()
	}
	time.Sleep(5 * time.Second) // what happens once at the start is over
	for _, r := range all {
		r.before = usage(r.pid)
	}
	time.Sleep(10 * time.Second)
	own, beside := each(all, func(r *resting) string { return fmt.Sprint(usage(r.pid).ticks - r.before.ticks) })
	row("window in sight, nothing happens: CPU ticks in 10 s", "few", own, beside)
	return nil
}

func (s *stage) shown(title string, open func() error) func() (time.Duration, error) {
	return func() (time.Duration, error) {
		start := time.Now()
		if err := open(); err != nil {
			return 0, err
		}
		id, err := s.WaitWindow(title)
		took := time.Since(start)
		if err != nil {
			return 0, err
		}
		pid, err := s.Run("xdotool", "getwindowpid", id)
		if err != nil {
			return 0, err
		}
		if n, err := strconv.Atoi(strings.TrimSpace(pid)); err == nil && n > 1 {
			_ = syscall.Kill(n, syscall.SIGKILL)
		}
		return took, testenv.Eventually(title+" to be gone", func() bool {
			_, err := s.Run("xdotool", "search", "--onlyvisible", "--name", "^"+title+"$")
			return err != nil
		})
	}
}
