package agent

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"freshkey/app/api"
	"freshkey/app/words"
	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

// clockTolerance is how far a clock may be off before signed calls are refused.
const clockTolerance = time.Minute

// Doctor checks what Freshkey needs from the system.
func (a *Agent) Doctor(ctx context.Context) []api.Check {
	checks := []api.Check{a.checkKeychain(ctx)}
	socket := api.Check{Name: a.words.Text("doctor.socket"), OK: true, Result: a.words.Text("doctor.socket.ok", words.Args{Version: a.options.Version})}
	checks = append(checks, a.checkTray(ctx), a.checkClipboard(ctx), a.checkNotices(ctx), socket)
	checks = append(append(checks, a.checkShortcut(ctx)...), a.checkDesktop()...)
	return append(checks, a.checkDoor(), a.checkProxy(), a.checkClock(), a.checkConfig(), a.checkAccounts(), a.checkRelease())
}

// checkConfig reads config.json as it lies there: an edit that cannot be read changes nothing, and nobody sees that it does not.
func (a *Agent) checkConfig() api.Check {
	c := api.Check{Name: a.words.Text("doctor.settings"), OK: true, Result: a.words.Text("doctor.settings.ok")}
	data, err := os.ReadFile(a.config.path)
	if err == nil {
		_, err = parseConfig(data)
	}
	if err != nil && (!errors.Is(err, fs.ErrNotExist) || a.config.isUnread()) {
		args := words.Args{Path: a.config.path, Problem: err.Error()}
		advice := "doctor.settings.advice"
		if a.aside() != "" {
			advice = "doctor.settings.aside"
		}
		c.OK, c.Result, c.Advice = false, a.words.Text("doctor.settings.bad", args), a.words.Text(advice, args)
	}
	if !c.OK {
		return c
	}
	var said []string
	for _, p := range a.badSettings(a.config.get().Settings, api.Settings{}) { // written by hand
		said = append(said, "settings."+p.Field+": "+p.What)
		c.OK, c.Advice = false, api.Join(c.Advice, p.Advice)
	}
	if !c.OK {
		c.Result = api.Join(said...)
	}
	return c
}

// checkAccounts names those that nobody can use just now, or that a person has to see to.
func (a *Agent) checkAccounts() api.Check {
	all, now := a.Snapshot().Accounts, time.Now()
	var useless []string
	for _, one := range all {
		if words.Troubled(*one, now) {
			useless = append(useless, one.Name)
		}
	}
	c := api.Check{Name: a.words.Text("doctor.accounts"), OK: len(useless) == 0, Result: a.words.Text("doctor.accounts.ok", words.Args{PluralCount: len(all)})}
	switch {
	case len(all) == 0 && a.aside() != "": // the settings' own check says why
		c.OK, c.Result = false, a.words.Text("doctor.accounts.unknown")
		return c
	case len(all) == 0:
		c.Result = a.words.Text("doctor.accounts.none")
	}
	if !c.OK {
		if n := len(useless); n > namedInDoctor {
			useless = append(useless[:namedInDoctor], a.words.Text("notice.others", words.Args{PluralCount: n - namedInDoctor}))
		}
		c.Result, c.Advice = a.words.Text("doctor.accounts.bad", words.Args{List: strings.Join(useless, ", ")}), a.words.Text("doctor.accounts.advice")
	}
	return c
}

// namedInDoctor is how many accounts a check names.
const namedInDoctor = 10

func (a *Agent) checkTray(ctx context.Context) api.Check {
	c := api.Check{Name: a.words.Text("doctor.tray"), OK: true, Result: a.words.Text("doctor.tray.ok")}
	switch {
	case a.options.NoTray:
		c.Result = a.words.Text("doctor.tray.off")
	case !a.desk.TrayHost(ctx):
		c.OK, c.Result, c.Advice = false, a.words.Text("doctor.tray.bad"), a.words.Text("doctor.tray.advice")
	}
	return c
}

func (a *Agent) checkNotices(ctx context.Context) api.Check {
	server, err := a.desk.NoticeServer(ctx)
	c := api.Check{Name: a.words.Text("doctor.notices"), OK: true, Result: a.words.Text("doctor.notices.ok", words.Args{Server: server})}
	switch {
	case err != nil && a.options.NoTray: // nobody sits here
		c.Result = a.words.Text("doctor.notices.off")
	case err != nil:
		c.OK, c.Result, c.Advice = false, a.words.Text("doctor.notices.bad"), a.words.Text("doctor.notices.advice")
	case !a.desk.NoticesHaveChoices():
		c.Result = a.words.Text("doctor.notices.plain", words.Args{Server: server})
	}
	return c
}

// checkKeychain makes a round trip of a real record's size.
func (a *Agent) checkKeychain(ctx context.Context) api.Check {
	c := api.Check{Name: a.words.Text("doctor.keychain"), OK: true, Result: a.words.Text("doctor.keychain.ok")}
	noise := make([]byte, 900)
	_, _ = rand.Read(noise)
	const key = "doctor"
	value := hex.EncodeToString(noise)
	err := a.vault.Set(ctx, key, []byte(value))
	if err == nil {
		var back []byte
		if back, err = a.vault.Get(ctx, key); err == nil && string(back) != value {
			err = &keeper.VaultError{Reason: keeper.ReasonKeychain, Err: errors.New("it does not keep what it is given")}
		}
	}
	if err == nil {
		err = a.vault.Delete(ctx, key)
	}
	if err != nil {
		p := a.words.Problem(keeper.AsVaultError(err), api.Account{}, time.Now())
		c.OK, c.Result, c.Advice = false, p.What, p.Advice
	}
	return c
}

// checkClipboard says what becomes of a copied secret. A machine that nobody sits at has no clipboard, and needs none.
func (a *Agent) checkClipboard(ctx context.Context) api.Check {
	c := api.Check{Name: a.words.Text("doctor.clipboard"), OK: true, Result: a.words.Text("doctor.clipboard.ok")}
	switch marks, err := a.desk.MarksSecrets(ctx); {
	case err != nil && a.options.NoTray:
		c.Result = a.words.Text("doctor.clipboard.off")
	case err != nil:
		c.OK, c.Result, c.Advice = false, a.words.Text("doctor.clipboard.bad"), clipboardProblem(err)
	case !marks:
		c.Result, c.Advice = a.words.Text("doctor.clipboard.plain"), a.words.Text("doctor.clipboard.plain.advice")
	}
	return c
}

func (a *Agent) checkDoor() api.Check {
	door := a.Door()
	c := api.Check{Name: a.words.Text("doctor.door"), OK: door.Problem == nil, Result: a.words.Text("doctor.door.ok", words.Args{Address: door.Address})}
	switch {
	case !c.OK:
		c.Result, c.Advice = door.Problem.What, door.Problem.Advice
	case door.Address == "":
		c.Result = a.words.Text("doctor.door.none")
	}
	return c
}

func (a *Agent) checkClock() api.Check {
	c := api.Check{Name: a.words.Text("doctor.clock"), OK: true, Result: a.words.Text("doctor.clock.unknown")}
	skew, known := a.keeper.ClockSkew()
	args := words.Args{Left: a.words.Span(skew)}
	switch {
	case known && skew.Abs() > clockTolerance:
		c.OK, c.Result, c.Advice = false, a.words.Text("doctor.clock.bad", args), a.words.Text("doctor.clock.advice")
	case known:
		c.Result = a.words.Text("doctor.clock.ok", args)
	}
	return c
}

// isSandbox reports whether a token endpoint is a rehearsal's, or may be one because it does not say. Only loopback
// addresses can be, and only they are asked.
func isSandbox(ctx context.Context, tokenURL string) bool {
	u, err := url.Parse(tokenURL)
	if err != nil || u.Scheme != "http" {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	u.Path = sandbox.AboutPath
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return true
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return true
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(io.LimitReader(resp.Body, 100))
	return string(body) == sandbox.About
}
