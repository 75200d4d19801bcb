//go:build linux

package testenv_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"freshkey/app/api"
	"freshkey/app/testenv"
	"freshkey/oauth"
	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

// checked makes the call that what was copied is for, and reports whether the provider takes it.
func (s *scene) checked(resp *http.Response, err error) bool {
	s.t.Helper()
	s.must(err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	s.must(err)
	return strings.Contains(string(body), `"code":0`)
}

func TestEachCopiedFormIsTakenByTheProvider(t *testing.T) {
	s := open(t, true)
	s.ready()
	copied := func(form string) string {
		_, err := s.app.Freshkey("copy", "work", form)
		s.must(err)
		text, err := s.Clipboard()
		s.must(err)
		return text
	}
	profile := func(token string) *url.URL {
		u, err := url.Parse(s.app.Base + "/user/profile?" + url.Values{"clientId": {sandbox.DefaultClientID}, "token": {token}}.Encode())
		s.must(err)
		return u
	}
	get := func(u *url.URL, header string) bool {
		req, err := http.NewRequest(http.MethodGet, u.String(), nil)
		s.must(err)
		req.Header.Set("Authorization", header)
		return s.checked(http.DefaultClient.Do(req))
	}
	access, key := copied("access-token"), copied("mac-key")
	if !s.checked(http.Get(profile(access).String())) {
		t.Error("the access token is refused")
	}
	token := oauth.Token{Access: oauth.Secret(access), MACKey: oauth.Secret(key)}
	if !get(profile(access), oauth.MACHeader(token, oauth.Nonce(time.Now()), "GET", profile(access))) {
		t.Error("the MAC key is refused")
	}
	if get(profile(access), oauth.MACHeader(oauth.Token{Access: token.Access, MACKey: "wrong"}, oauth.Nonce(time.Now()), "GET", profile(access))) {
		t.Error("the checker takes anything")
	}
	if !get(profile(access), strings.TrimPrefix(copied("header"), "Authorization: ")) {
		t.Error("the header is refused")
	}
	if out, err := s.Run("sh", "-c", copied("curl")); err != nil || !strings.Contains(out, `"code":0`) {
		t.Errorf("the curl line is refused: %v %s", err, out)
	}
	if out, err := s.Run("sh", "-c", copied("env")+"\nprintf %s \"$MAC_KEY\""); err != nil || out != key {
		t.Errorf("env: %v", err)
	}
	client := api.ClientAt(s.app.Socket())
	for address, elsewhere := range map[string]bool{profile(access).String(): false, "https://example.com/": true} {
		if done, err := client.CopyCall(t.Context(), "work", api.FormHeader, api.Call{URL: address}); err != nil || done.Elsewhere != elsewhere {
			t.Errorf("%s: %+v, %v", address, done, err)
		}
	}
	var object api.Token
	if err := json.Unmarshal([]byte(copied("json")), &object); err != nil || object.AccessToken != access {
		t.Errorf("json: %v", err)
	}
}

// Whoever pasted a token into a test plan is told that it is old, also by an agent that was killed and started anew, and whatever scripts fetch
// meanwhile.
func TestAPersonsCopyIsSaidToBeOld(t *testing.T) {
	s := open(t, true)
	s.ready()
	_, err := s.app.Freshkey("copy", "work")
	s.must(err)
	s.must(testenv.Eventually("the copy to be on the disk", func() bool {
		data, err := os.ReadFile(filepath.Join(s.Dir, "home", ".local", "state", "freshkey", "profiles", "test", "handed.json"))
		return err == nil && strings.Contains(string(data), "copied")
	}))
	s.must(s.app.Kill())
	s.must(s.app.StartAgent())
	s.waitState("work", keeper.StateFresh)
	_, err = s.app.Freshkey("refresh", "work")
	s.must(err)
	_ = s.token()
	if a, err := s.app.Account("work"); err != nil || a.CopySupersededAt.IsZero() || !a.SupersededAt.IsZero() {
		t.Errorf("copy old since %v, last since %v, %v", a.CopySupersededAt, a.SupersededAt, err)
	}
	tray, err := s.WaitTray(s.app.PID())
	s.must(err)
	s.must(testenv.Eventually("the tray to say so", func() bool {
		menu, err := tray.Menu()
		return err == nil && len(menu) > 0 && strings.Contains(menu[0].Label, "what was copied is old since ")
	}))
	out, err := s.app.Freshkey("list")
	s.must(err)
	if !strings.Contains(out, "what was copied is old since ") {
		t.Errorf("the list: %s", out)
	}
	_, err = s.app.Freshkey("copy", "work")
	s.must(err)
	if out, err = s.app.Freshkey("list"); err != nil || strings.Contains(out, " old") {
		t.Errorf("after another copy: %s %v", out, err)
	}
}

// Whoever has many accounts finds the one they copied from last first in the tray, also after a restart, and others in a sub-menu.
func TestLastCopiedAccountIsFirstInTheTray(t *testing.T) { onEachPanel(t, lastCopiedIsFirst) }

func lastCopiedIsFirst(s *scene) {
	s.must(s.app.StartAgent())
	for n := range 12 {
		s.must(s.app.Add(fmt.Sprintf("rig %02d", n+1)))
	}
	if out, err := s.app.Freshkey("copy", "--last"); exitCode(err) != 2 {
		s.t.Errorf("nothing was copied yet: %v %s", err, out)
	}
	_, err := s.app.Freshkey("copy", "rig 10")
	s.must(err)
	for range 2 {
		tray, err := s.WaitTray(s.app.PID())
		s.must(err)
		s.must(testenv.Eventually("the last one to be first", func() bool {
			menu, err := tray.Menu()
			return err == nil && len(menu) > 1 && strings.HasPrefix(menu[0].Label, "rig 10") && menu[1].Parent == "" && menu[1].Label == "Copy access token" && menu[1].Enabled
		}))
		s.must(tray.Click("", "Copy access token"))
		s.waitNotice("Copied: access token of rig 10")
		s.must(tray.Click("rig 12", "Copy access token")) // two levels down
		s.waitNotice("Copied: access token of rig 12")
		_, err = s.app.Freshkey("copy", "rig 10")
		s.must(err)
		s.must(s.app.Quit())
		s.must(s.app.StartAgent())
	}
	out, err := s.app.Freshkey("copy", "--last", "json")
	s.waitNotice("Copied: token as JSON of rig 10")
	if token := s.tokenOf("rig 10"); err != nil || !strings.Contains(out, "rig 10") || token == "" {
		s.t.Errorf("%s %v", out, err)
	}
	if got, err := s.Clipboard(); err != nil || !strings.Contains(got, s.tokenOf("rig 10")) {
		s.t.Errorf("the clipboard holds another's: %v", err)
	}
	_, err = s.WaitTray(s.app.PID())
	s.must(err)
	s.must(s.Settled()) // a panel draws an icon some time after it knows of it
	s.must(s.OpenTrayMenu())
	s.picture("tray-many")
}

func (s *scene) tokenOf(name string) string {
	s.t.Helper()
	out, err := s.app.Freshkey("token", name)
	s.must(err)
	return strings.TrimSpace(out)
}

// Another text lay in the clipboard, and the tray went on counting down to when it would be emptied.
func TestTheTrayCountsDownOnlyForItsOwnCopy(t *testing.T) {
	s := open(t, true)
	s.ready()
	_, err := s.app.Freshkey("copy", "work")
	s.must(err)
	tray, err := s.WaitTray(s.app.PID())
	s.must(err)
	says := func(what string, is func(testenv.MenuItem) bool) {
		t.Helper()
		s.must(testenv.Eventually(what, func() bool {
			menu, err := tray.Menu()
			return err == nil && slices.ContainsFunc(menu, is)
		}))
	}
	says("the tray to count down", func(i testenv.MenuItem) bool {
		return strings.HasPrefix(i.Label, "Keep in the clipboard (emptied in ") && i.Enabled
	})
	s.must(s.SetClipboard("another text"))
	says("it to end", func(i testenv.MenuItem) bool { return i.Label == "Keep in the clipboard" && !i.Enabled })
}
