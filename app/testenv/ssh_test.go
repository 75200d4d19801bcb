//go:build linux

package testenv_test

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"freshkey/app/testenv"
)

// Another machine's agent is asked over ssh: by a command there, or by its socket, forwarded as the examples say.
func TestTokenOfAnotherMachinesAgent(t *testing.T) {
	s := open(t, true)
	s.ready()
	token := s.token()
	ssh := s.sshd()
	out, err := s.Run("ssh", append(ssh, "host", s.app.Binary, "--profile", "test", "token", "work")...)
	if err != nil || strings.TrimSpace(out) != token {
		t.Errorf("%v: %s", err, strings.ReplaceAll(out, token, "TOKEN"))
	}
	lines := regexp.MustCompile(`(?m)^ssh -N .*$`).FindAllString(document(t, "assets/examples/README.md"), -1)
	if len(lines) != 2 || !strings.Contains(lines[0], " -L ") || !strings.Contains(lines[1], " -R ") {
		t.Fatalf("the examples forward a socket here and one there: %q", lines)
	}
	s.namedSSH(ssh)
	run := filepath.Dir(filepath.Dir(s.app.Socket()))
	s.must(os.Symlink(s.app.Socket(), filepath.Join(run, "freshkey", "freshkey.sock"))) // as the usual profile's is called
	s.leftover(filepath.Join(run, "host.sock"))
	for n, socket := range []string{"host.sock", "here.sock"} {
		s.must(s.Start(s.Command("sh", "-c", "exec "+lines[n])))
		s.must(testenv.Eventually("a token at "+socket, func() bool {
			out, err := s.Run("curl", "-s", "--unix-socket", filepath.Join(run, socket), "http://localhost/v1/accounts/work/token")
			return err == nil && strings.Contains(out, token)
		}))
	}
}

// namedSSH puts an ssh on the PATH that knows where host is, as a person's own settings would say it.
func (s *scene) namedSSH(flags []string) {
	s.t.Helper()
	path, err := exec.LookPath("ssh")
	s.must(err)
	bin := filepath.Join(s.Dir, "bin")
	s.must(os.MkdirAll(bin, 0o700))
	script := "#!/bin/sh\nexec '" + path + "' '" + strings.Join(flags, "' '") + "' \"$@\"\n"
	s.must(os.WriteFile(filepath.Join(bin, "ssh"), []byte(script), 0o700))
	s.Env = append(s.Env, "PATH="+bin+":"+os.Getenv("PATH"))
}

// leftover is a socket on which nobody listens, like that of a connection that has ended.
func (s *scene) leftover(path string) {
	s.t.Helper()
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	s.must(err)
	l.SetUnlinkOnClose(false)
	s.must(l.Close())
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
