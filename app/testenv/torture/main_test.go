//go:build linux

package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"freshkey/app/testenv"
	"freshkey/oauth/sandbox"
)

// binary is the built program.
var binary string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	path, done, err := testenv.Binary()
	if err != nil {
		panic(err)
	}
	defer done()
	binary = path
	return m.Run()
}

// needsBinary leaves a test out where FRESHKEY_E2E=0 says so.
func needsBinary(t *testing.T) {
	t.Helper()
	if !testenv.Allowed() {
		t.Skip(testenv.LeftOut)
	}
}

func TestNoChainIsLost(t *testing.T) {
	needsBinary(t)
	report, err := torture(options{binary: binary, runs: 300, seed: 20, maxBroken: 5})
	t.Log("\n" + report.String())
	if err != nil || report.Lost > 0 || report.Lies > 0 || len(report.Broken) > 0 {
		t.Error(err)
	}
}

// mutant is a build without one of the promises.
type mutant struct {
	file   string
	edits  []string // what is there, what stands there instead, …
	stress plan     // what happens in every run; a time that is not zero is the earliest of a span
	said   string   // part of what the harness then says, where it can say only one thing
}

// press has a plan stress one promise, at moments that differ from run to run.
func (m mutant) press(p *plan) {
	random := p.delay // up to 12 ms
	*p = m.stress
	p.callers = 1
	if p.act == bring { // the provider's fault is for what is brought
		p.callers = 0
	}
	for _, at := range []*time.Duration{&p.killAt, &p.actAt, &p.backAt} {
		if *at > 0 {
			*at += 5 * random
		}
	}
}

// mutants is one for each promise that a build can drop. The harness must see each of them fail, or it proves nothing.
func mutants() map[string]mutant {
	return map[string]mutant{
		"without the seal": {file: "oauth/keeper/refresh.go", edits: []string{
			"\tk.seal(a, in, reply, with.consent(open, reply))\n", "",
		}, stress: plan{slow: 100 * time.Millisecond, kill: true, killAt: 2 * inFlight, since: delivered}, said: "LOST"},
		"without the intent": {file: "oauth/keeper/refresh.go", edits: []string{
			"\tif err := k.save(ctx, a.id, next); err != nil {\n\t\treturn r, k.failVault(a, err)\n\t}\n", "",
			"if err := k.seals.Sending(a.id, in); err != nil {", "if err := error(nil); err != nil {", // the file says it too
		}, stress: plan{delay: 200 * time.Millisecond, kill: true, killAt: time.Millisecond, since: received}, said: "LIE"},
		"without the doubt": {file: "oauth/keeper/refresh.go", edits: []string{
			"\tif x.Class == oauth.Uncertain {\n\t\tx.Sent", "\tif false {\n\t\tx.Sent",
		}, stress: plan{fault: sandbox.Drop}, said: ""},
		"used before stored": {file: "oauth/keeper/vault.go", edits: []string{
			"\terr := k.save(ctx, a.id, r)\n", "\tk.learn(a, func(f *facts) { f.record, f.stored, f.dirty, f.refreshing = r, nameOf(r.Grant), false, false })\n\terr := k.save(ctx, a.id, r)\n",
		}, stress: plan{slow: 100 * time.Millisecond, since: received}},
		"an older record overtakes": {file: "oauth/journal/record.go", edits: []string{
			"return r.Grant.Generation > mine.Grant.Generation", "return true",
		}, stress: plan{fault: sandbox.Unavailable, delay: 20 * time.Millisecond, restore: true, back: 1, backAt: time.Millisecond}},
		"cut off by quitting": {file: "oauth/exchange.go", edits: []string{
			"context.WithCancel(context.WithoutCancel(ctx))", "context.WithCancel(ctx)",
		}, stress: plan{delay: 200 * time.Millisecond, act: quit, actAt: time.Millisecond, since: received}, said: "LOST"},
		"over a shared transport": {file: "oauth/exchange.go", edits: []string{
			"\ttransport := x.transport()\n\tdefer transport.CloseIdleConnections()\n", "\ttransport := shared\n",
			"DisableKeepAlives:      true", "DisableKeepAlives: false",
			"(whole && parseAnswer(p, r.Body).whole)", "(whole && false)", // read to its end a connection can be used again
			"\tif !a.phase.CompareAndSwap(phaseConnecting, phaseWritten) {", "\ta.phase.Store(phaseWritten)\n\tif false {", // or a second connection gets nothing written
			"// phases of a request", "var shared = Exchange{}.transport()\n\n// phases of a request",
		}, stress: plan{fault: sandbox.Drop}},
		"without the chain behind a brought one": {file: "oauth/journal/brought.go", edits: []string{
			"\tdefault:\n\t\tr.Previous = &old\n", "\tdefault:\n\t\tr.Previous = nil\n",
		}, stress: plan{fault: sandbox.Drop, act: bring, agree: true}, said: "LOST"},
		"without the previous generation": {file: "oauth/journal/succession.go", edits: []string{
			"Spent: spent, Previous: &previous,", "Spent: spent,",
		}, stress: plan{fault: sandbox.Rollback}, said: "LOST"},
	}
}

func TestHarnessSeesEachBrokenPromise(t *testing.T) {
	needsBinary(t)
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	for name, m := range mutants() {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			source, err := os.ReadFile(filepath.Join(root, m.file))
			if err != nil {
				t.Fatal(err)
			}
			text := string(source)
			for n := 0; n < len(m.edits); n += 2 {
				if strings.Count(text, m.edits[n]) != 1 {
					t.Fatalf("%s no longer holds exactly once: %s", m.file, m.edits[n])
				}
				text = strings.Replace(text, m.edits[n], m.edits[n+1], 1)
			}
			flawed, overlay, flawedBinary := filepath.Join(dir, "flawed.go"), filepath.Join(dir, "overlay.json"), filepath.Join(dir, "freshkey")
			list, err := json.Marshal(map[string]any{"Replace": map[string]string{filepath.Join(root, m.file): flawed}})
			if err != nil {
				t.Fatal(err)
			}
			for path, content := range map[string]string{flawed: text, overlay: string(list)} {
				if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			build := exec.Command("go", "build", "-overlay", overlay, "-o", flawedBinary, ".")
			build.Dir = root
			if out, err := build.CombinedOutput(); err != nil {
				t.Fatalf("%v %s", err, out)
			}
			report, err := torture(options{binary: flawedBinary, runs: 600, seed: 3, maxBroken: 1, stress: m.press})
			if err != nil {
				t.Fatal(err)
			}
			if len(report.Broken) == 0 || !strings.Contains(strings.Join(report.Broken, "\n"), m.said) {
				t.Errorf("%d runs saw nothing: %s", report.Runs, report)
			} else {
				t.Logf("seen after %d runs: %s", report.Runs, report.Broken[0])
			}
		})
	}
}
