//go:build linux

package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"

	"freshkey/app/testenv"
)

const notHere = "not here"

// here reports whether a program is installed.
func here(name string) bool {
	_, err := exec.LookPath(name)
	return err == nil
}

// oidcAgent is an oidc-agent that keeps one account fresh.
type oidcAgent struct {
	desktop *testenv.Desktop
	cmd     *exec.Cmd
	socket  string
}

// startOIDCAgent starts one, with an account of a rehearsal provider of its own; nil if that cannot be had.
func startOIDCAgent(d *testenv.Desktop, freshkey string) *oidcAgent {
	if !here("oidc-agent") || !here("oidc-gen") {
		return nil
	}
	provider := &testenv.App{Session: d.Session, Binary: freshkey}
	if provider.StartSandbox("72h", "--dialect", "rfc6749", "--public") != nil { // it writes no secret into the header as RFC 6749 §2.3.1 has it
		return nil
	}
	o := &oidcAgent{desktop: d, socket: filepath.Join(d.Dir, "run", "oidc")}
	o.cmd = d.Command("oidc-agent", "--console", "--socket-path="+o.socket)
	if d.Start(o.cmd) != nil || testenv.Eventually("oidc-agent", func() bool { _, err := os.Stat(o.socket); return err == nil }) != nil {
		return nil
	}
	answer, err := provider.Credentials()
	var chain struct {
		ClientID string `json:"client_id"`
		Refresh  string `json:"refresh_token"`
	}
	password := filepath.Join(d.Dir, "password")
	if err != nil || json.Unmarshal([]byte(answer), &chain) != nil || os.WriteFile(password, []byte("rehearsal\n"), 0o600) != nil {
		return nil
	}
	err = o.run("oidc-gen", "bench", "--iss="+provider.Base, "--client-id="+chain.ClientID, "--client-secret=", "--rt="+chain.Refresh,
		"--scope=openid offline_access", "--redirect-uri=http://localhost:8080", "--pw-file="+password, "--manual", "--prompt=none")
	if err != nil || o.token() != nil {
		return nil
	}
	return o
}

func (o *oidcAgent) token() error { return o.run("oidc-token", "bench") }

func (o *oidcAgent) run(name string, args ...string) error {
	cmd := o.desktop.Command("timeout", append([]string{"20", name}, args...)...)
	if name == "oidc-token" { // which is timed
		cmd = o.desktop.Command(name, args...)
	}
	cmd.Env = append(cmd.Env, "OIDC_SOCK="+o.socket)
	return cmd.Run()
}

// startPeer starts a program that only rests; nil if it is not here.
func startPeer(d *testenv.Desktop, name string, args ...string) *exec.Cmd {
	if !here(name) {
		return nil
	}
	cmd := d.Command(name, args...)
	if d.Start(cmd) != nil {
		return nil
	}
	return cmd
}
