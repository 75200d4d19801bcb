//go:build linux

// Bench prints the design's measures on a virtual desktop, of one build or of two side by side: `make bench`. It judges nothing;
// numbers differ by machine, so only those of one run can be compared.
package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"freshkey/app/api"
	"freshkey/app/testenv"
	"freshkey/oauth/keeper"
)

const accounts = 10

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: bench BINARY [BINARY-TO-COMPARE-WITH]")
		os.Exit(2)
	}
	for _, binary := range os.Args[1:] {
		fmt.Println(binary)
		if err := run(binary); err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
			os.Exit(1)
		}
	}
}

// baseline is the start of the smallest Go program, which no command can beat.
func baseline(dir string) (time.Duration, error) {
	source, program := filepath.Join(dir, "line.go"), filepath.Join(dir, "line")
	if err := os.WriteFile(source, []byte("package main\n\nfunc main() { println(1) }\n"), 0o600); err != nil {
		return 0, err
	}
	if out, err := exec.Command("go", "build", "-o", program, source).CombinedOutput(); err != nil {
		return 0, fmt.Errorf("%w: %s", err, out)
	}
	median, _, err := spread(200, func() error { return exec.Command(program).Run() })
	return median, err
}

func run(binary string) error {
	binary, err := filepath.Abs(binary)
	if err != nil {
		return err
	}
	info, err := os.Stat(binary)
	if err != nil {
		return err
	}
	line("the program on the disk", "≤ 20 MB", fmt.Sprintf("%.1f MB", float64(info.Size())/1e6))
	dir, err := os.MkdirTemp("", "fk")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	d, err := testenv.NewDesktop(dir, true)
	if err != nil {
		return err
	}
	defer d.Close()
	app := &testenv.App{Session: d.Session, Binary: binary, Profile: "bench"}
	if err := app.StartSandbox("72h"); err != nil {
		return err
	}
	if err := app.StartAgent(); err != nil {
		return err
	}
	for n := range accounts {
		if err := app.Add(fmt.Sprint("account ", n)); err != nil {
			return err
		}
	}
	for _, measure := range []func(*testenv.Desktop, *testenv.App) error{atRest, command, server, trayClick, firstFrame} {
		if err := measure(d, app); err != nil {
			return err
		}
	}
	return nil
}

func line(what, must, got string) { fmt.Printf("%-58s must %-12s is %s\n", what, must, got) }

// atRest looks at the agent for ten seconds in which nothing happens.
func atRest(_ *testenv.Desktop, app *testenv.App) error {
	time.Sleep(6 * time.Second) // what happens once at the start is over
	ticks, switches := usage(app.PID())
	time.Sleep(10 * time.Second)
	ticksAfter, switchesAfter := usage(app.PID())
	line("agent at rest, 10 accounts: resident memory", "≤ 14 MB", fmt.Sprintf("%.1f MB", float64(status(app.PID(), "VmRSS:"))/1024))
	line("agent at rest, 10 accounts: CPU ticks in 10 s", "0", fmt.Sprint(ticksAfter-ticks))
	line("agent at rest, 10 accounts: context switches in 10 s", "few", fmt.Sprint(switchesAfter-switches))
	return nil
}

// usage is a process's CPU ticks and its threads' voluntary context switches so far.
func usage(pid int) (ticks, switches int) {
	stat, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if f := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:])); len(f) > 13 {
		user, _ := strconv.Atoi(f[11])
		system, _ := strconv.Atoi(f[12])
		ticks = user + system
	}
	threads, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/status", pid))
	for _, t := range threads {
		switches += field(t, "voluntary_ctxt_switches:")
	}
	return ticks, switches
}

func status(pid int, name string) int { return field(fmt.Sprintf("/proc/%d/status", pid), name) }

func field(path, name string) int {
	data, _ := os.ReadFile(path)
	for l := range strings.Lines(string(data)) {
		if f := strings.Fields(l); len(f) > 1 && f[0] == name {
			n, _ := strconv.Atoi(f[1])
			return n
		}
	}
	return 0
}

// spread runs work n times and returns the median and the 99th percentile.
func spread(n int, work func() error) (median, p99 time.Duration, err error) {
	all := make([]time.Duration, n)
	for i := range all {
		start := time.Now()
		if err := work(); err != nil {
			return 0, 0, err
		}
		all[i] = time.Since(start)
	}
	slices.Sort(all)
	return all[n/2], all[n*99/100], nil
}

func command(_ *testenv.Desktop, app *testenv.App) error {
	smallest, err := baseline(app.Dir)
	if err != nil {
		return err
	}
	median, p99, err := spread(200, func() error { _, err := app.Freshkey("token", "account 1"); return err })
	line("freshkey token, whole process, median (p99)", "≤ 2.5 ×", fmt.Sprintf("%.1f × a program of one line: %.1f ms (%.1f ms)", float64(median)/float64(smallest), ms(median), ms(p99)))
	return err
}

func server(_ *testenv.Desktop, app *testenv.App) error {
	client := http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", app.Socket())
	}}}
	median, p99, err := spread(2000, func() error {
		resp, err := client.Get("http://localhost/v1/accounts/account%201/token")
		if err != nil {
			return err
		}
		return resp.Body.Close()
	})
	line("token over the socket, median (p99)", "p99 ≤ 1 ms", fmt.Sprintf("%.2f ms (%.2f ms)", ms(median), ms(p99)))
	return err
}

func trayClick(d *testenv.Desktop, app *testenv.App) error {
	tray, err := d.WaitTray(app.PID())
	if err != nil {
		return err
	}
	worst := time.Duration(0)
	for n := range accounts {
		name := fmt.Sprint("account ", n)
		want, err := app.Freshkey("token", name)
		if err != nil {
			return err
		}
		start := time.Now()
		if err := tray.Click(name, "Copy access token"); err != nil {
			return err
		}
		for got := ""; got != strings.TrimSpace(want); {
			got, _ = d.Clipboard()
		}
		worst = max(worst, time.Since(start))
	}
	line("tray click → clipboard, worst of 10 (with the reader's start)", "≤ 50 ms", fmt.Sprintf("%.0f ms", ms(worst)))
	return nil
}

func firstFrame(d *testenv.Desktop, app *testenv.App) error {
	var times []string
	for range 3 {
		cmd := app.Command(app.Binary, "window", "--profile", app.Profile)
		start := time.Now()
		if err := app.Start(cmd); err != nil {
			return err
		}
		if _, err := d.WaitWindow("Freshkey"); err != nil {
			return err
		}
		times = append(times, fmt.Sprintf("%.0f", ms(time.Since(start))))
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it says that it was killed
	}
	_, err := app.WaitAccount("account 1", "the agent", func(a api.Account) bool { return a.State == keeper.StateFresh })
	line("window: process start → on the screen, software GL", "≤ 700 ms", strings.Join(times, ", ")+" ms")
	return err
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
