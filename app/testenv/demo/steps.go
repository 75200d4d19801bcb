//go:build linux

package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"freshkey/app/api"
	"freshkey/app/testenv"
	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

func (s *show) startProvider() (string, error) {
	err := s.app.StartSandbox("40s")
	return s.app.Base, err
}

func (s *show) startAgent() (string, error) {
	var err error
	if s.notices, _, err = s.Notices(); err != nil {
		return "", err
	}
	if err = s.app.StartAgent(); err != nil {
		return "", err
	}
	if s.pictures == "" && !s.HasTray() {
		return fmt.Sprintf("process %d; this desktop shows no tray icons, so the command line takes the clicks", s.app.PID()), nil
	}
	if s.tray, err = s.WaitTray(s.app.PID()); err != nil {
		return "", err
	}
	return fmt.Sprintf("process %d, icon registered", s.app.PID()), nil
}

func (s *show) add() (string, error) {
	if err := s.app.Add(account); err != nil {
		return "", err
	}
	a, err := s.app.WaitAccount(account, "the account to be fresh", func(a api.Account) bool { return a.State == keeper.StateFresh })
	return fmt.Sprintf("generation %d, refresh token #%s", a.Generation, a.Fingerprint), err
}

func (s *show) refreshed() (string, error) {
	a, err := s.app.WaitAccount(account, "a refresh in the background", func(a api.Account) bool { return a.Generation >= 2 && a.State == keeper.StateFresh })
	return fmt.Sprintf("generation %d, refresh token #%s, works until %s", a.Generation, a.Fingerprint, a.ExpiresAt.Local().Format("15:04:05")), err
}

// copied clicks a line of the tray's menu and reads the clipboard with another program.
func (s *show) copied(line string, form api.Form) (string, error) {
	if s.tray == nil {
		if _, err := s.app.Freshkey("copy", account, string(form)); err != nil {
			return "", err
		}
		return s.Clipboard()
	}
	if err := s.tray.Click("", line); err != nil {
		return "", err
	}
	if _, err := testenv.WaitNotice(s.notices, "Copied"); err != nil {
		return "", err
	}
	return s.Clipboard()
}

func (s *show) copyAccess() (string, error) {
	token, err := s.copied("Copy access token", api.FormAccessToken)
	if err != nil {
		return "", err
	}
	u := s.app.Base + "/user/profile?" + url.Values{"clientId": {sandbox.DefaultClientID}, "token": {token}}.Encode()
	resp, err := http.Get(u)
	if err != nil {
		return "", errors.New("the provider does not answer")
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || !strings.Contains(string(body), `"result":"ok"`) {
		return "", errors.New("the provider does not take what was in the clipboard")
	}
	return "the provider takes it" + s.picture("copied"), nil
}

func (s *show) copyMAC() (string, error) {
	key, err := s.copied("Copy MAC key", api.FormMACKey)
	if err == nil && len(key) != 27 {
		err = fmt.Errorf("%d characters in the clipboard, a MAC key has 27", len(key))
	}
	return "27 characters in the clipboard", err
}

func (s *show) trayMenu() (string, error) {
	if s.tray == nil {
		return "none on this desktop", nil
	}
	menu, err := s.tray.Menu()
	if err != nil {
		return "", err
	}
	var labels []string
	for _, m := range menu {
		labels = append(labels, m.Label)
	}
	if s.pictures != "" {
		if err := s.OpenTrayMenu(); err != nil {
			return "", err
		}
		defer s.Keys("Escape")
	}
	return strings.Join(labels, " | ") + s.picture("tray-menu"), nil
}

func (s *show) window() (string, error) {
	if _, err := s.app.Freshkey(); err != nil {
		return "", err
	}
	if os.Getenv("WAYLAND_DISPLAY") != "" && s.pictures == "" {
		return "open it from the tray: other programs can't see windows on Wayland", nil
	}
	id, err := s.WaitWindow("Freshkey")
	if err != nil {
		return "", err
	}
	if s.pictures != "" {
		if err := s.Settled(); err != nil {
			return "", err
		}
	}
	return "window " + id + s.picture("window"), nil
}

func (s *show) notice() (string, error) {
	if err := s.app.Break(sandbox.Settings, 1); err != nil {
		return "", err
	}
	if s.tray == nil {
		_, _ = s.app.Freshkey("refresh", account) // the notice says that it failed
	} else if err := s.tray.Click("", "Refresh now"); err != nil {
		return "", err
	}
	n, err := testenv.WaitNotice(s.notices, "refuses the settings")
	if err != nil {
		return "", err
	}
	if s.pictures != "" {
		if err := s.Settled(); err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("%q%s", n.Title, s.picture("notification")), nil
}

func (s *show) healed() (string, error) {
	start := time.Now()
	a, err := s.app.WaitAccount(account, "the account to be fresh again", func(a api.Account) bool { return a.State == keeper.StateFresh })
	return fmt.Sprintf("after %d s, generation %d", int(time.Since(start).Seconds()), a.Generation), err
}

func (s *show) sentOnce() (string, error) {
	c, err := s.app.Counts()
	if err != nil {
		return "", err
	}
	for fingerprint, times := range c.Presented {
		if times > 1 {
			return "", fmt.Errorf("refresh token #%s was presented %d times", fingerprint, times)
		}
	}
	return fmt.Sprintf("%d requests, %d refreshes, %d reuses", c.Hits, c.Refreshes, c.Reuses), nil
}
