//go:build linux

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// spread runs work n times and returns the median and the 99th percentile.
func spread(n int, work func() error) (median, p99 time.Duration, err error) {
	all := make([]time.Duration, n)
	for i := range all {
		if all[i], err = timed(work); err != nil {
			return 0, 0, err
		}
	}
	slices.Sort(all)
	return all[n/2], all[n*99/100], nil
}

// pairs runs a and b in turn, n times each: what else the machine is busy with slows down both. ratio is the median of a/b.
func pairs(n int, a, b func() (time.Duration, error)) (medianA, medianB time.Duration, ratio float64, err error) {
	as, bs, ratios := make([]time.Duration, n), make([]time.Duration, n), make([]float64, n)
	for i := range n {
		if as[i], err = a(); err != nil {
			return 0, 0, 0, err
		}
		if bs[i], err = b(); err != nil {
			return 0, 0, 0, err
		}
		ratios[i] = float64(as[i]) / float64(bs[i])
	}
	slices.Sort(as)
	slices.Sort(bs)
	slices.Sort(ratios)
	return as[n/2], bs[n/2], ratios[n/2], nil
}

// whole is for pairs: all of work counts.
func whole(work func() error) func() (time.Duration, error) {
	return func() (time.Duration, error) { return timed(work) }
}

func timed(work func() error) (time.Duration, error) {
	start := time.Now()
	err := work()
	return time.Since(start), err
}

func ms(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000) }

// use is what a process has used so far.
type use struct {
	ticks    int // of the CPU, 10 ms each
	switches int // voluntary context switches: it was woken
}

func usage(pid int) (u use) {
	stat, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if f := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:])); len(f) > 13 {
		user, _ := strconv.Atoi(f[11])
		system, _ := strconv.Atoi(f[12])
		u.ticks = user + system
	}
	threads, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/status", pid))
	for _, t := range threads {
		u.switches += field(t, "voluntary_ctxt_switches:")
	}
	return u
}

// resident is a process's memory, in MB of 2²⁰ bytes.
func resident(pid int) float64 {
	return float64(field(fmt.Sprintf("/proc/%d/status", pid), "VmRSS:")) / 1024
}

// anonymous is what of that is no page of a file, in MB of 2²⁰ bytes.
func anonymous(pid int) float64 {
	return float64(field(fmt.Sprintf("/proc/%d/status", pid), "RssAnon:")) / 1024
}

// written is how many bytes a process has handed to the system's calls that write.
func written(pid int) int { return field(fmt.Sprintf("/proc/%d/io", pid), "wchar:") }

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
