//go:build linux

package testenv_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"freshkey/app/api"
	"freshkey/app/testenv"
	"freshkey/oauth/keeper"
)

// The token is in the environment of that command alone, and its end is ours.
func TestCommandRunsWithTheTokenInItsEnvironment(t *testing.T) {
	s := open(t, true)
	s.ready()
	token := s.token()
	out, err := s.app.Freshkey("exec", "work", "--", "sh", "-c", `printf %s "$ACCESS_TOKEN $MAC_ALGORITHM $1"; exit 42`, "sh", "--json")
	if exitCode(err) != 42 || out != token+" HmacSHA1 --json" {
		t.Errorf("exit code %d: %q", exitCode(err), out)
	}
	out, err = s.Run("env", "ACCESS_TOKEN=planted", s.app.Binary, "--profile", "test", "exec", "work", "--", "sh", "-c", "tr '\\0' '\\n' < /proc/$$/environ | grep ^ACCESS_TOKEN=")
	if err != nil || out != "ACCESS_TOKEN="+token+"\n" { // of two of a name, programs take either
		t.Errorf("beside another account's token: %q %v", out, err)
	}
	for _, wrong := range []struct {
		code int
		args []string
	}{
		{127, []string{"exec", "work", "--", "no-such-program"}},
		{2, []string{"exec", "work"}},
		{2, []string{"exec", "work", "--"}},
		{7, []string{"exec", "nobody", "--", "true"}},
	} {
		if out, err := s.app.Freshkey(wrong.args...); exitCode(err) != wrong.code || strings.Contains(out, token) {
			t.Errorf("%v: exit code %d, want %d: %s", wrong.args, exitCode(err), wrong.code, out)
		}
	}
	file := filepath.Join(s.Dir, "env")
	env, err := s.app.Freshkey("token", "work", "--env=dotenv")
	s.must(err)
	s.must(os.WriteFile(file, []byte(env), 0o600))
	if out, err := s.Run("sh", "-c", `. "$1"; printf %s "$ACCESS_TOKEN"`, "sh", file); err != nil || out != token {
		t.Errorf("dotenv: %q %v", out, err)
	}
	if out, err := s.app.Freshkey("token", "work", "--env=powershell"); err != nil || !strings.HasPrefix(out, "$env:ACCESS_TOKEN = '"+token+"'\n") {
		t.Errorf("powershell: %q %v", out, err)
	}
	if out, err := s.app.Freshkey("token", "work", "--env", "--json"); exitCode(err) != 2 || strings.Contains(out, token) {
		t.Errorf("two forms at once: exit code %d", exitCode(err))
	}
	if _, err := s.app.Freshkey("token", "work", "--env=csh"); exitCode(err) != 2 {
		t.Errorf("a shell that is none of them: exit code %d", exitCode(err))
	}
}

func TestEventsSayEachChangeOnce(t *testing.T) {
	s := open(t, true)
	s.ready()
	follow := s.Command(s.app.Binary, "--profile", "test", "events", "--json")
	lines, err := follow.StdoutPipe()
	s.must(err)
	s.must(s.Start(follow))
	read := bufio.NewScanner(lines)
	next := func() (a api.Account) {
		t.Helper()
		if !read.Scan() {
			t.Fatalf("the events ended: %v", read.Err())
		}
		s.must(json.Unmarshal(read.Bytes(), &a))
		return a
	}
	if first := next(); first.Name != "work" || first.Generation != 1 {
		t.Errorf("%+v", first)
	}
	s.must(s.app.Break("slow", 1)) // so that nobody misses what is in between
	_, err = s.app.Freshkey("refresh", "work")
	s.must(err)
	seen := map[string]bool{}
	for a := next(); ; a = next() {
		seen[string(a.State)] = true
		if a.Generation == 2 && a.State == "fresh" {
			break
		}
	}
	if !seen["refreshing"] || len(seen) != 2 {
		t.Errorf("states %v", seen)
	}
	s.must(s.app.Quit())
	if read.Scan() {
		t.Errorf("after the agent: %s", read.Text())
	}
	if err := follow.Wait(); exitCode(err) != 5 {
		t.Errorf("exit code %d when the agent goes", exitCode(err))
	}
}

// bash completes the names of the accounts, of an agent that runs; it starts none.
func TestShellCompletesAccountNames(t *testing.T) {
	s := open(t, true)
	s.ready()
	out, err := s.app.Freshkey("__complete", "token", "")
	if err != nil || !strings.Contains(out, "work\n") {
		t.Errorf("%s %v", out, err)
	}
	if out, err := s.app.Freshkey("__complete", ""); err != nil || strings.Contains(out, "\thelp.") || !strings.Contains(out, "refresh") {
		t.Errorf("%s %v", out, err)
	}
	script, err := s.app.Freshkey("completion", "bash")
	s.must(err)
	file := filepath.Join(s.Dir, "completion.bash")
	s.must(os.WriteFile(file, []byte(script), 0o600))
	line := `. "$1"; COMP_WORDS=(freshkey --profile test token ""); COMP_CWORD=4; COMP_LINE="freshkey --profile test token "; COMP_POINT=${#COMP_LINE}
		__freshkey_init_completion() { words=("${COMP_WORDS[@]}"); cword=$COMP_CWORD; cur=""; }; _get_comp_words_by_ref() { __freshkey_init_completion; }
		PATH="$2:$PATH"; __start_freshkey; printf '%s\n' "${COMPREPLY[@]}"`
	if out, err := s.Run("bash", "-c", line, "bash", file, filepath.Dir(s.app.Binary)); err != nil || strings.TrimSpace(out) != "work" {
		t.Errorf("bash completes %q, %v", out, err)
	}
	s.must(s.app.Quit())
	if out, err := s.app.Freshkey("__complete", "token", ""); err != nil || strings.Contains(out, "work") {
		t.Errorf("without an agent: %s %v", out, err)
	}
	s.must(testenv.Eventually("no agent", func() bool { _, err := api.ClientAt(s.app.Socket()).Accounts(t.Context()); return err != nil }))
}

// Where nobody looks there is no icon, and nothing that the doctor would complain of.
func TestAgentWithoutATrayServesScripts(t *testing.T) {
	s := open(t, true)
	s.must(s.Start(s.Command(s.app.Binary, "--profile", "test", "--background", "--no-tray")))
	client := api.ClientAt(s.app.Socket())
	s.must(testenv.Eventually("the agent", func() bool { _, err := client.Accounts(t.Context()); return err == nil }))
	s.must(s.app.Add("work"))
	s.waitState("work", keeper.StateFresh)
	if out, err := s.app.Freshkey("doctor"); err != nil || !strings.Contains(out, "--no-tray") {
		t.Errorf("doctor: %v %s", err, out)
	}
	status, err := client.Status(t.Context())
	s.must(err)
	if out, _ := s.Run("pgrep", "-f", binary+"-window"); status.Tray || strings.TrimSpace(out) != "" {
		t.Errorf("an icon: %v, windows: %s", status.Tray, out)
	}
	if s.token() == "" {
		t.Error("no token")
	}
	_, err = s.app.Freshkey("quit")
	s.must(err)
}

// Whoever copied a token before a rotation is told that it is old, and anybody can ask whether one still counts.
func TestTokenThatWasReplacedIsSaidToBeOld(t *testing.T) {
	s := open(t, true)
	s.ready()
	token := s.token()
	check := func(token string, code int, says string) {
		t.Helper()
		out, err := s.app.FreshkeyInput(token+"\n", "check")
		if exitCode(err) != code || !strings.Contains(out, says) || strings.Contains(out, token) {
			t.Errorf("exit code %d, want %d: %s", exitCode(err), code, out)
		}
	}
	check(token, 0, "work's, generation 1")
	if a, err := s.app.Account("work"); err != nil || !a.SupersededAt.IsZero() {
		t.Errorf("old at once: %v %v", a.SupersededAt, err)
	}
	_, err := s.app.Freshkey("refresh", "work")
	s.must(err)
	check(token, 1, "another took its place")
	check("planted", 1, "none of these accounts")
	if out, err := s.app.Freshkey("list"); err != nil || !strings.Contains(out, "old since") {
		t.Errorf("%s %v", out, err)
	}
	next := s.token()
	check(next, 0, "work's, generation 2")
	if a, err := s.app.Account("work"); err != nil || !a.SupersededAt.IsZero() {
		t.Errorf("a new one was handed out: %v %v", a.SupersededAt, err)
	}
	s.must(s.app.Kill())
	s.must(s.app.StartAgent())
	s.waitState("work", keeper.StateFresh)
	check(token, 1, "another took its place")
	check(next, 0, "work's, generation 2")
	_, err = s.app.Freshkey("lock") // the tokens are out of memory
	s.must(err)
	check(token, 1, "another took its place")
	check(next, 0, "work's, generation 2")
	if a, err := s.app.Account("work"); err != nil || !a.SupersededAt.IsZero() {
		t.Errorf("old by a lock: %v %v", a.SupersededAt, err)
	}
	if _, err := s.app.Freshkey("check", "planted"); exitCode(err) != 2 {
		t.Errorf("as an argument: exit code %d", exitCode(err))
	}
}
