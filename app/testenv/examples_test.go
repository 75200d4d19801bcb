//go:build linux

package testenv_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// What the examples show is what happens. The program is on the PATH under its name, as for whoever installed it.
func TestEachExampleRuns(t *testing.T) {
	s := open(t, true)
	s.ready()
	examples, err := filepath.Abs("../../assets/examples")
	s.must(err)
	bin := filepath.Join(s.Dir, "bin")
	s.must(os.MkdirAll(bin, 0o700))
	wrapper := "#!/bin/sh\nexec '" + s.app.Binary + "' --profile test \"$@\"\n"
	s.must(os.WriteFile(filepath.Join(bin, "freshkey"), []byte(wrapper), 0o700))
	token := s.token()
	profile := s.app.Base + "/user/profile?clientId=2882303761517000001&token=" + token
	s.must(os.WriteFile(filepath.Join(s.Dir, "body"), []byte("{}"), 0o600))
	for name, c := range map[string]struct{ script, says string }{
		"shell":       {`"$EXAMPLES"/shell.sh work "$PROFILE"`, `"result":"ok"`},
		"shell bare":  {`"$EXAMPLES"/shell.sh work "$BASE/user/profile"`, `"result":"ok"`},
		"shell fails": {`"$EXAMPLES"/shell.sh nosuch "$PROFILE"; printf "code %s" $?`, "code 7"},
		"pytest":      {`CLIENT_ID=2882303761517000001 API="$BASE" /usr/bin/python3 -m pytest -q -p no:cacheprovider "$EXAMPLES"/pytest`, "1 passed"},
		"go":          {`cd "$EXAMPLES"/go && go run main.go "$SOCKET"`, "work fresh"},
		"sign":        {`curl -sgH "$(freshkey sign work GET "$PROFILE")" "$PROFILE"`, `"result":"ok"`},
		"sign curl":   {`URL="$BASE/user/profile"; freshkey sign work GET "$URL" --curl | curl -s --config -`, `"result":"ok"`},
		"call":        {`freshkey call work POST "$BASE/nowhere" --data < body; freshkey call work "$PROFILE"`, `"result":"ok"`},
		"exec":        {`freshkey exec work -- sh -c 'printf "%s" "$ACCESS_TOKEN"'`, token},
		"eval":        {`env=$(freshkey token work --env) && eval "$env"; printf "%s" "$ACCESS_TOKEN"`, token},
		"dotenv":      {`freshkey token work --env=dotenv > .env; grep -c "^ACCESS_TOKEN=$TOKEN$" .env`, "1"},
		"json":        {`left=$(freshkey token work --json | jq -r .expires_in) && [ "$left" -gt 0 ] && echo some left`, "some left"},
		"socket":      {`curl -s --unix-socket "$SOCKET" http://localhost/v1/accounts/work/token`, token},
		"git":         {`printf 'protocol=https\nhost=gitlab.com\n\n' | GIT_TERMINAL_PROMPT=0 git -c credential.helper= -c 'credential.https://gitlab.com.helper=!freshkey git-credential work' credential fill`, "password=" + token},
		"no git":      {`printf 'protocol=http\nhost=gitlab.com\n\n' | freshkey git-credential work get; printf %s $?`, "2"},
	} {
		t.Run(name, func(t *testing.T) {
			cmd := s.Command("sh", "-c", c.script)
			cmd.Dir = s.Dir
			cmd.Env = append(cmd.Env, "PATH="+bin+":"+os.Getenv("PATH"), "EXAMPLES="+examples, "BASE="+s.app.Base, "PROFILE="+profile, "SOCKET="+s.app.Socket(), "TOKEN="+token,
				"GOCACHE="+goEnv(t, "GOCACHE"), "GOMODCACHE="+goEnv(t, "GOMODCACHE"), "PYTHONDONTWRITEBYTECODE=1", "GIT_CONFIG_GLOBAL=/dev/null")
			out, err := cmd.CombinedOutput()
			if err != nil || !strings.Contains(string(out), c.says) {
				t.Errorf("%v: %s", err, strings.ReplaceAll(string(out), token, "TOKEN"))
			}
		})
	}
}

// goEnv is a setting of the go command, which has another home here.
func goEnv(t *testing.T, name string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "env", name).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}
