//go:build linux

package testenv_test

import (
	"fmt"
	"net"
	"os"
	"os/user"
	"path/filepath"
	"strings"
	"testing"

	"freshkey/app/testenv"
)

// Another machine's agent is asked over ssh: by a command there, or by its socket, forwarded here.
func TestTokenOfAnotherMachinesAgent(t *testing.T) {
	s := open(t, true)
	s.ready()
	token := s.token()
	ssh := s.sshd()
	out, err := s.Run("ssh", append(ssh, "host", s.app.Binary, "--profile", "test", "token", "work")...)
	if err != nil || strings.TrimSpace(out) != token {
		t.Errorf("%v: %s", err, strings.ReplaceAll(out, token, "TOKEN"))
	}
	here := filepath.Join(s.Dir, "freshkey.sock")
	forward := s.Command("ssh", append(ssh, "-N", "-L", here+":"+s.app.Socket(), "host")...)
	s.must(s.Start(forward))
	s.must(testenv.Eventually("the socket here", func() bool { _, err := os.Stat(here); return err == nil }))
	out, err = s.Run("curl", "-s", "--unix-socket", here, "http://localhost/v1/accounts/work/token")
	if err != nil || !strings.Contains(out, token) {
		t.Errorf("%v: %s", err, strings.ReplaceAll(out, token, "TOKEN"))
	}
}

// sshd starts a server of this user's on loopback, in whose sessions this one's variables are, and returns what ssh needs to reach it.
func (s *scene) sshd() (flags []string) {
	s.t.Helper()
	me, err := user.Current()
	s.must(err)
	_, port, err := net.SplitHostPort(s.freeAddress())
	s.must(err)
	for _, key := range []string{"server", "client"} {
		_, err := s.Run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", filepath.Join(s.Dir, key))
		s.must(err)
	}
	if os.Getuid() == 0 {
		s.must(os.MkdirAll("/run/sshd", 0o755)) // where its child without rights lives
	}
	var variables []string
	for _, entry := range s.Env {
		variables = append(variables, `"`+entry+`"`)
	}
	config := filepath.Join(s.Dir, "sshd_config")
	s.must(os.WriteFile(config, []byte(fmt.Sprintf("Port %s\nListenAddress 127.0.0.1\nHostKey %s\nAuthorizedKeysFile %s\nStrictModes no\nUsePAM no\nPermitRootLogin yes\nPidFile none\nSetEnv %s\n",
		port, filepath.Join(s.Dir, "server"), filepath.Join(s.Dir, "client.pub"), strings.Join(variables, " "))), 0o600))
	s.must(s.Start(s.Command("/usr/sbin/sshd", "-D", "-e", "-f", config)))
	s.must(testenv.Eventually("the ssh server", func() bool {
		conn, err := net.Dial("tcp", "127.0.0.1:"+port)
		if err == nil {
			_ = conn.Close()
		}
		return err == nil
	}))
	return []string{"-F", "none", "-p", port, "-i", filepath.Join(s.Dir, "client"), "-o", "HostName=127.0.0.1", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR", "-l", me.Username}
}
