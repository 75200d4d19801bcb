//go:build linux

// Torture tries to make the built binary lose a chain: `make torture N=10000 SEED=1`.
//
// Each run starts the real program over a keyring and a provider that can fail, refreshes, and lets one or more things go
// wrong at random moments: kill -9, connection resets, broken answers, a keyring that is locked, hung, failing, lying,
// gone or forgetful, two agents at once, callers in parallel, a wall clock that jumps. Afterwards the chain the provider
// takes must be the one that is kept, unless the answer itself never arrived. Runs follow from their seed; what the machine's timing adds does not.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"freshkey/oauth/sandbox"
)

func main() {
	n := flag.Int("n", 300, "how many runs")
	seed := flag.Uint64("seed", 1, "where the randomness starts")
	binary := flag.String("binary", "build/freshkey", "the program to torture")
	verbose := flag.Bool("v", false, "print each run")
	only := flag.String("faults", "", "let only these faults of the provider happen, in every run; separated by commas")
	flag.Parse()
	o := options{binary: *binary, runs: *n, seed: *seed, verbose: *verbose, maxBroken: 20}
	if *only != "" {
		for name := range strings.SplitSeq(*only, ",") {
			o.only = append(o.only, sandbox.Fault(name))
		}
	}
	report, err := torture(o)
	fmt.Println(report)
	if err != nil {
		fmt.Fprintln(os.Stderr, "torture:", err)
		os.Exit(1)
	}
	if report.Lost > 0 || report.Lies > 0 || len(report.Broken) > 0 {
		os.Exit(1)
	}
}

// options is one torture session.
type options struct {
	binary    string
	runs      int
	seed      uint64
	only      []sandbox.Fault // none means all
	maxBroken int             // so many broken promises end a session
	stress    func(*plan)     // changes what was drawn, to press on one promise; nil leaves it
	verbose   bool
}

// torture shares the runs out over the processors.
func torture(o options) (Report, error) {
	binary, err := filepath.Abs(o.binary)
	if err != nil {
		return Report{}, err
	}
	start := time.Now()
	total := Report{Seed: o.seed, Faults: map[string]int{}}
	var mu sync.Mutex // guards total and failed
	var failed error
	var workers sync.WaitGroup
	count := min(runtime.NumCPU()+1, o.runs) // one more: many runs wait for a pause to end
	for w := range count {
		workers.Go(func() {
			c, err := newWorker(binary)
			if err == nil {
				defer c.close()
				for run := w; run < o.runs && err == nil && len(c.report.Broken) < o.maxBroken; run += count {
					err = c.run(o, run)
				}
			}
			mu.Lock()
			defer mu.Unlock()
			if c != nil {
				total.add(c.report)
			}
			if failed == nil {
				failed = err
			}
		})
	}
	workers.Wait()
	total.Took = time.Since(start)
	return total, failed
}
