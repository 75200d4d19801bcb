//go:build linux

package testenv

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"

	"freshkey/app/api"
	"freshkey/oauth/sandbox"
)

// App is Freshkey's binary on a stage, on one profile, with a sandbox of its own.
type App struct {
	*Session
	Binary  string
	Profile string
	Base    string // the sandbox's address
	agent   *exec.Cmd
	box     *exec.Cmd
}

// sandboxAddress is found whatever the language of the sentence around it.
var sandboxAddress = regexp.MustCompile(`http://[0-9.]+:[0-9]+`)

// StartSandbox runs "freshkey sandbox" with tokens of that lifetime, and whatever else its flags say.
func (a *App) StartSandbox(expires string, flags ...string) error {
	a.box = a.Command(a.Binary, append([]string{"sandbox", "--expires", expires}, flags...)...)
	out, err := a.box.StdoutPipe()
	if err != nil {
		return err
	}
	if err := a.Start(a.box); err != nil {
		return err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return fmt.Errorf("the sandbox said nothing: %w%s", err, a.Log())
	}
	if a.Base = sandboxAddress.FindString(line); a.Base == "" {
		return fmt.Errorf("no address in %q", line)
	}
	return nil
}

// StopSandbox ends the provider: from then on nobody answers at its address.
func (a *App) StopSandbox() error {
	err := a.box.Process.Kill()
	_ = a.box.Wait() // it says that it was killed
	return err
}

// Break makes the sandbox fail the next n token requests.
func (a *App) Break(fault sandbox.Fault, n int) error {
	_, err := a.post("/sandbox/fault?" + url.Values{"name": {string(fault)}, "times": {strconv.Itoa(n)}}.Encode())
	return err
}

// Counts is what the sandbox saw.
func (a *App) Counts() (c sandbox.Counts, err error) {
	resp, err := http.Get(a.Base + "/sandbox/counts")
	if err != nil {
		return c, err
	}
	defer resp.Body.Close()
	return c, json.NewDecoder(resp.Body).Decode(&c)
}

func (a *App) post(path string) ([]byte, error) {
	resp, err := http.Post(a.Base+path, "", nil)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	var body bytes.Buffer
	_, err = body.ReadFrom(resp.Body)
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the sandbox says %s", body.String())
	}
	return body.Bytes(), err
}

// Credentials is a new chain of the sandbox's, as JSON for "freshkey add".
func (a *App) Credentials() (string, error) {
	body, err := a.post("/sandbox/chain")
	return string(body), err
}

// Freshkey runs a command on the profile.
func (a *App) Freshkey(args ...string) (string, error) { return a.FreshkeyInput("", args...) }

// FreshkeyInput runs a command with something on standard input.
func (a *App) FreshkeyInput(input string, args ...string) (string, error) {
	if a.Profile != "" {
		args = append([]string{"--profile", a.Profile}, args...)
	}
	return a.RunInput(input, a.Binary, args...)
}

// Add adds an account of the sandbox's.
func (a *App) Add(name string) error {
	credentials, err := a.Credentials()
	if err != nil {
		return err
	}
	return a.AddWith(name, credentials)
}

// AddWith adds an account with what stands in credentials.
func (a *App) AddWith(name, credentials string) error {
	_, err := a.FreshkeyInput(credentials, "add", name, "--token-url", a.Base+"/oauth2/token", "--authorize-url", a.Base+"/oauth2/authorize", "--api-url", a.Base)
	return err
}

// StartAgent starts the agent, with whatever else its flags say, and waits until it answers. It asks over the socket, since a command that
// finds nobody there, which is so after a kill, would start an agent of its own.
func (a *App) StartAgent(flags ...string) error {
	args := append([]string{"--background"}, flags...)
	if a.Profile != "" {
		args = append([]string{"--profile", a.Profile}, args...)
	}
	a.agent = a.Command(a.Binary, args...)
	if err := a.Start(a.agent); err != nil {
		return err
	}
	return Eventually("the agent to answer", func() bool {
		_, err := api.ClientAt(a.Socket()).Accounts(context.Background())
		return err == nil
	})
}

// Socket is where the agent listens.
func (a *App) Socket() string {
	runtimeDir := ""
	for _, e := range a.Env {
		if dir, ok := strings.CutPrefix(e, "XDG_RUNTIME_DIR="); ok {
			runtimeDir = dir // the last one counts
		}
	}
	name := "freshkey.sock"
	if a.Profile != "" {
		name = "freshkey-" + a.Profile + ".sock"
	}
	return filepath.Join(runtimeDir, "freshkey", name)
}

// PID is the agent's process.
func (a *App) PID() int { return a.agent.Process.Pid }

// Kill ends the agent with -9 and waits for its end.
func (a *App) Kill() error {
	if err := syscall.Kill(a.PID(), syscall.SIGKILL); err != nil {
		return err
	}
	_ = a.agent.Wait() // it says that it was killed
	return nil
}

// Quit ends the agent the polite way.
func (a *App) Quit() error {
	_, err := a.Freshkey("quit")
	_ = a.agent.Wait()
	return err
}

// Account is one account as "list --json" shows it.
func (a *App) Account(name string) (api.Account, error) {
	out, err := a.Freshkey("list", "--json")
	if err != nil {
		return api.Account{}, err
	}
	var all []api.Account
	if err := json.Unmarshal([]byte(out), &all); err != nil {
		return api.Account{}, err
	}
	for _, account := range all {
		if account.Name == name {
			return account, nil
		}
	}
	return api.Account{}, fmt.Errorf("no account %q in %s", name, out)
}

// WaitAccount waits until an account is as done wants it.
func (a *App) WaitAccount(name, what string, done func(api.Account) bool) (last api.Account, err error) {
	err = Eventually(what, func() bool {
		if account, err := a.Account(name); err == nil {
			last = account
		}
		return done(last)
	})
	if err != nil {
		err = fmt.Errorf("%w; it is %s (%s %s), generation %d", err, last.State, last.Reason, last.Detail, last.Generation)
	}
	return last, err
}
