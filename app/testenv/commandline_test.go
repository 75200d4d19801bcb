//go:build linux

package testenv_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"freshkey/app/api"
	"freshkey/app/testenv"
	"freshkey/app/words"
	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

// The promises of the command line are the scripts in testdata/script; its README says what they are written in. Each is played in every
// language, because scripts must not notice which one a person speaks, and people must.
func TestCommandLineKeepsItsPromisesInEveryLanguage(t *testing.T) {
	if !testenv.Allowed() {
		t.Skip(testenv.LeftOut)
	}
	for _, p := range []play{{"en", "en_US.UTF-8"}, {"zh-Hans", "zh_CN.UTF-8"}} {
		t.Run(p.language, func(t *testing.T) {
			testscript.RunT(oneByOne{t}, testscript.Params{
				Dir: filepath.Join("testdata", "script"), WorkdirRoot: t.TempDir(), Setup: p.setup, Cmds: scriptCommands(), Deadline: time.Now().Add(scriptsTimeout), RequireUniqueNames: true,
			})
		})
	}
}

// scriptsTimeout ends a command that waits for ever, and shows what it waited for; all scripts together take a fraction of it.
const scriptsTimeout = 3 * time.Minute

// oneByOne plays one script after the other, as all tests here do: two desktops at once are slow enough to fail.
type oneByOne struct{ *testing.T }

func (oneByOne) Parallel()     {}
func (oneByOne) Verbose() bool { return testing.Verbose() }
func (o oneByOne) Run(name string, f func(testscript.T)) {
	o.T.Run(name, func(t *testing.T) { f(oneByOne{t}) })
}

// play is how scripts are played: the language that sentences are looked up in, and the session's that has the program speak it.
type play struct{ language, locale string }

// stage is what one script is played on: a home, a bus and a keyring of its own, and neither screen nor tray.
type stage struct {
	app     *testenv.App
	keyring *testenv.FakeKeyring
	catalog words.Catalog
}

type stageKey struct{}

func stageOf(ts *testscript.TestScript) *stage { return ts.Value(stageKey{}).(*stage) }

// setup builds the stage. Its folder's name is short, for the sockets in it.
func (p play) setup(e *testscript.Env) error {
	dir, err := os.MkdirTemp("", "fk")
	if err != nil {
		return err
	}
	e.Defer(func() { os.RemoveAll(dir) })
	session, err := testenv.NewBareSession(dir)
	if err != nil {
		return err
	}
	e.Defer(session.Close)
	keyring, err := session.NewFakeKeyring()
	if err != nil {
		return err
	}
	bin := filepath.Join(dir, "bin")
	if err := errors.Join(os.Mkdir(bin, 0o700), os.Symlink(binary, filepath.Join(bin, "freshkey"))); err != nil {
		return err
	}
	session.Env = append(session.Env, "LC_ALL="+p.locale, "PATH="+bin+":"+os.Getenv("PATH"))
	s := &stage{app: &testenv.App{Session: session, Binary: binary, Profile: "test"}, keyring: keyring, catalog: words.New(p.language)}
	e.Vars = append(e.Vars, session.Env...)
	e.Setenv("PROFILE", s.app.Profile)
	e.Values[stageKey{}] = s
	e.Defer(func() { s.quitAll(filepath.Dir(s.app.Socket())) })
	return nil
}

// quitAll ends every agent, also those that commands have started: they outlive them.
func (s *stage) quitAll(dir string) {
	_ = s.keyring.Break(testenv.KeyringWorks) // one that hangs would keep them
	sockets, _ := filepath.Glob(filepath.Join(dir, "*.sock"))
	for _, socket := range sockets {
		_, _ = api.ClientAt(socket).Quit(context.Background()) // it may have ended
	}
}

// scriptCommands are what scripts know beside the commands of testscript.
func scriptCommands() map[string]func(ts *testscript.TestScript, neg bool, args []string) {
	return map[string]func(ts *testscript.TestScript, neg bool, args []string){
		"freshkey": func(ts *testscript.TestScript, neg bool, args []string) {
			exits(ts, neg, append([]string{"0", "freshkey"}, args...))
		},
		"exits":   exits,
		"says":    says,
		"problem": problem,
		"json":    jsonValue,
		"fields":  fields,
		"let":     let,
		"until":   until,
		"sandbox": startSandbox,
		"fault":   fault,
		"chain":   newChain,
		"agent":   startAgent,
		"account": addAccount,
		"state":   awaitState,
		"keyring": breakKeyring,
	}
}

// wellFormed ends a script that calls a command in a way it does not know. Only what asks a question can be negated.
func wellFormed(ts *testscript.TestScript, ok bool, usage string) {
	if !ok {
		ts.Fatalf("usage: %s", usage)
	}
}

// exits runs a program and wants exactly that exit code. Of Freshkey it is the profile $PROFILE.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	wellFormed(ts, !neg && len(args) > 1, "exits CODE PROGRAM [ARGUMENT…]")
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	name, args := args[1], args[2:]
	if profile := ts.Getenv("PROFILE"); name == "freshkey" && profile != "" {
		args = append([]string{"--profile", profile}, args...)
	}
	if err := ts.Exec(name, args...); exitCode(err) != want {
		ts.Fatalf("exit code %d, want %d: %v", exitCode(err), want, err)
	}
}

// startSandbox puts a sandbox at $BASE; "sandbox off" takes it away.
func startSandbox(ts *testscript.TestScript, neg bool, args []string) {
	wellFormed(ts, !neg, "sandbox [off|FLAG…]")
	s := stageOf(ts)
	if len(args) == 1 && args[0] == "off" {
		ts.Check(s.app.StopSandbox())
		return
	}
	ts.Check(s.app.StartSandbox("72h", args...))
	ts.Setenv("BASE", s.app.Base)
}

// fault makes the sandbox fail the next requests.
func fault(ts *testscript.TestScript, neg bool, args []string) {
	wellFormed(ts, !neg && len(args) == 2, "fault NAME TIMES")
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	ts.Check(stageOf(ts).app.Break(sandbox.Fault(args[0]), n))
}

// newChain prints a new chain of the sandbox's, as "freshkey add" reads it.
func newChain(ts *testscript.TestScript, neg bool, args []string) {
	wellFormed(ts, !neg && len(args) == 0, "chain")
	credentials, err := stageOf(ts).app.Credentials()
	ts.Check(err)
	_, err = ts.Stdout().Write([]byte(credentials))
	ts.Check(err)
}

// startAgent starts one for a machine that nobody sits at; "agent killed" ends it with -9, and one that is stopped does nothing until it continues.
func startAgent(ts *testscript.TestScript, neg bool, args []string) {
	app, happens := stageOf(ts).app, map[string]func() error{}
	happens[""] = func() error { return app.StartAgent("--no-tray") }
	happens["killed"] = app.Kill
	happens["stopped"] = func() error { return syscall.Kill(app.PID(), syscall.SIGSTOP) }
	happens["continued"] = func() error { return syscall.Kill(app.PID(), syscall.SIGCONT) }
	do := happens[strings.Join(args, " ")]
	wellFormed(ts, !neg && do != nil, "agent [killed|stopped|continued]")
	ts.Check(do())
}

// addAccount adds an account of the sandbox's, and waits until its token is fresh.
func addAccount(ts *testscript.TestScript, neg bool, args []string) {
	wellFormed(ts, !neg && len(args) == 1, "account NAME")
	ts.Check(stageOf(ts).app.Add(args[0]))
	awaitState(ts, false, []string{args[0], string(keeper.StateFresh)})
}

// awaitState waits until an account is in a state.
func awaitState(ts *testscript.TestScript, neg bool, args []string) {
	wellFormed(ts, !neg && len(args) == 2, "state NAME STATE")
	_, err := stageOf(ts).app.WaitAccount(args[0], "state "+args[1], func(a api.Account) bool { return string(a.State) == args[1] })
	ts.Check(err)
}

// breakKeyring makes the keyring fail, or heals it.
func breakKeyring(ts *testscript.TestScript, neg bool, args []string) {
	wellFormed(ts, !neg && len(args) == 1, "keyring works|locked|fails|lies|hangs|gone")
	how := testenv.KeyringFault(args[0])
	if args[0] == "works" {
		how = testenv.KeyringWorks
	}
	ts.Check(stageOf(ts).keyring.Break(how))
}

// let keeps what was printed, without the blanks around it, in a variable.
func let(ts *testscript.TestScript, neg bool, args []string) {
	wellFormed(ts, !neg && len(args) == 2, "let NAME stdout|stderr|FILE")
	ts.Setenv(args[0], strings.TrimSpace(ts.ReadFile(args[1])))
}

// until waits until a file that a program in the background writes holds something.
func until(ts *testscript.TestScript, neg bool, args []string) {
	wellFormed(ts, !neg && len(args) == 2, "until FILE PATTERN")
	pattern, err := regexp.Compile(args[1])
	ts.Check(err)
	ts.Check(testenv.Eventually(args[1], func() bool {
		text, _ := os.ReadFile(ts.MkAbs(args[0])) // it may not be there yet
		return pattern.Match(text)
	}))
}
