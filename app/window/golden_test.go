package main

import (
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"freshkey/app/api"
	"freshkey/app/words"
	"freshkey/oauth"
	"freshkey/oauth/keeper"
)

// scene is a state of the window worth looking at.
type scene struct {
	name string
	set  func(m *model)
	open func(w *Window) // a dialog; nil for none
}

func nothing(*model) {}

// desktopChecks are the doctor's on a desktop without a tray.
func desktopChecks(w words.Catalog) []api.Check {
	ok := func(name, id string, args ...words.Args) api.Check {
		return api.Check{Name: w.Text("doctor." + name), OK: true, Result: w.Text("doctor."+id, args...)}
	}
	return []api.Check{
		ok("keychain", "keychain.ok"),
		{Name: w.Text("doctor.tray"), Result: w.Text("doctor.tray.bad"), Advice: w.Text("doctor.tray.advice")},
		ok("clipboard", "clipboard.ok"), ok("notices", "notices.ok", words.Args{Server: "gnome-shell"}), ok("socket", "socket.ok", words.Args{Version: "1.0.0"}),
		ok("shortcut", "shortcut.none.offered"), ok("session", "session.wayland"), ok("window", "window.ok", words.Args{Path: "/usr/bin/freshkey-window"}),
		ok("power", "power.both", words.Args{Name: "systemd-logind", Server: "NetworkManager"}),
		ok("door", "door.none"), ok("proxy", "proxy.none", words.Args{Address: "account.xiaomi.com"}), ok("clock", "clock.ok", words.Args{Left: w.Span(time.Second)}),
	}
}

func endpointChanged(m *model) {
	a := m.snapshot.Accounts[0]
	a.State, a.Reason, a.Detail, a.NextRefreshAt = keeper.StateMisconfigured, keeper.ReasonEndpointChanged, "https://login.example", time.Time{}
	a.Origins, a.ConfirmedOrigins = []string{"https://login.example"}, []string{"https://account.xiaomi.com", "https://open.account.xiaomi.com"}
}

// scenes are all that a person can come across, in the language of w.
func scenes(w words.Catalog) []scene {
	all := []scene{
		{"loading", func(m *model) { m.known = false }, nil},
		{"dialog-copy-as", nothing, (*Window).openCopyAs},
		{"dialog-edit", nothing, (*Window).openEdit},
		{"dialog-bring", nothing, (*Window).openBring},
		{"dialog-remove", nothing, (*Window).askRemove},
		{"dialog-more", nothing, (*Window).openMore},
		{"dialog-menu", nothing, (*Window).openMenu},
		{"dialog-close", func(m *model) { m.page, m.form.text = pageAdd, map[string]string{"name": "work"} }, (*Window).askClose},
		{"dialog-hold", nothing, (*Window).openHold},
		{"dialog-remove-revoke", func(m *model) { m.snapshot.Accounts[0].Revocable = true }, (*Window).askRemove},
		{"dialog-provider", func(m *model) { m.page = pageSettings }, func(w *Window) {
			w.editProvider(oauth.Provider{Name: "sso", TokenURL: "https://sso.example.com/token"}, 0)
		}},
		{"dialog-provider-remove", func(m *model) { m.page = pageSettings }, func(w *Window) { w.removeProvider(oauth.Provider{Name: "sso"}, 0) }},
		{"revealed", func(m *model) {
			m.revealed = reveal{"a", "V3_example-of-an-access-token", "example-of-a-mac-key", noon.Add(9 * time.Second)}
		}, nil},
		{"copied", func(m *model) {
			m.note["a"] = note{text: w.Text("window.copied", words.Args{What: w.Text("form.access-token"), Until: w.Clock(noon.Add(40*time.Hour), noon), Left: w.Span(40 * time.Hour)})}
		}, nil},
		{"empty", func(m *model) { m.snapshot.Accounts = nil }, nil},
		{"accounts-unknown", func(m *model) {
			m.snapshot.Accounts, m.snapshot.Status.SettingsAside = nil, "/home/me/.config/freshkey/config.json.broken-1"
		}, nil},
		{"agent-gone", func(m *model) { m.online = false }, nil},
		{"not-found", nothing, func(w *Window) { w.widgets.search.SetText("nobody") }},
		{"another-window", func(m *model) { m.other = true }, nil},
		{"add-paste", func(m *model) {
			m.page = pageAdd
			m.form.text = map[string]string{"name": "work", "answer": `{"client_id":"28823","client_secret":"s","refresh_token":"r","access_token":"a","expires_in":259200}`}
		}, nil},
		{"add-fields-mistake", func(m *model) {
			m.page, m.form.way = pageAdd, wayFields
			m.problem = w.FieldProblem(&oauth.FieldError{Field: "client_id", Code: oauth.FieldMissing})
		}, nil},
		{"another-version", func(m *model) { m.version, m.snapshot.Status.Version = "1.1.0", "1.0.0" }, nil},
		{"newer-version", func(m *model) {
			m.snapshot.Status = api.Status{Version: "1.0.0", Newer: api.Release{Version: "1.1.0", Page: "https://example.com/"}}
		}, nil},
		{"add-preset", preset(oauth.Provider{
			Name: "example", Title: "Example Cloud", Documentation: "https://docs.example.com/oauth", Read: "2026-11-29", AuthorizeURL: "https://id.example.com/authorize",
			TokenURL: "https://id.example.com/token", DeviceURL: "https://id.example.com/device", RedirectURI: "http://127.0.0.1:8765/callback",
		}), nil},
		{"add-preset-asks", preset(oauth.Provider{
			Name: "example", Title: "Example Identity", Asks: map[string]string{"domain": "your-org.example.com"}, Issuer: "https://{domain}", AuthMethod: oauth.AuthNone,
		}), nil},
		{"add-tested", func(m *model) {
			preset(oauth.Provider{Name: "example", Title: "Example Cloud", AuthorizeURL: "https://id.example.com/authorize", TokenURL: "https://id.example.com/token"})(m)
			m.tested = describeTest(api.Check{Steps: []api.Check{{Name: w.Text("test.reach"), OK: true}, {Name: w.Text("test.client"), Result: w.Text("test.client.refused", words.Args{ErrorCode: "invalid_client"})}}})
		}, nil},
		{"dialog-choose-provider", func(m *model) {
			m.page = pageAdd
			m.providers = []oauth.Provider{oauth.BuiltIn(), {Name: "github", Title: "GitHub App", TokenURL: "https://github.com/login/oauth/access_token"}}
		}, (*Window).chooseProvider},
		{"dialog-claims", nothing, func(w *Window) {
			w.showClaims("work", []byte(`{"iss":"https://id.example.com","sub":"4711","exp":1772000000}`))
		}},
		{"sign-in-device", func(m *model) {
			m.snapshot.Accounts[0].TokenType = "bearer"
			m.snapshot.Logins = []api.Login{{
				Account: "a", Step: api.StepBrowser, Listening: true, UserCode: "WDJB-MJHT", VisitURL: "https://id.example.com/device", AuthorizeURL: "https://id.example.com/device?user_code=WDJB-MJHT",
			}}
		}, nil},
		{"chain-ends-soon", func(m *model) {
			m.snapshot.Accounts[0].SignInBy, m.snapshot.Accounts[0].SignInSoon = noon.Add(50*time.Hour), noon.Add(-time.Hour)
		}, nil},
		{"add-sign-in", func(m *model) { m.page, m.form.way = pageAdd, waySignIn }, nil},
		{"sign-in-paste", func(m *model) {
			m.snapshot.Logins = []api.Login{{Account: "a", Step: api.StepBrowser, AuthorizeURL: "https://example.com/"}}
		}, nil},
		{"sign-in-no-browser", func(m *model) {
			m.snapshot.Logins = []api.Login{{Account: "a", Step: api.StepBrowser, AuthorizeURL: "https://example.com/authorize?client_id=2882303761517000001&state=S", Listening: true, NoBrowser: true}}
		}, nil},
		{"sign-in-port", func(m *model) {
			const address = "127.0.0.1:8765"
			p := &api.Problem{What: w.Text("login.port", words.Args{Address: address}), Advice: w.Text("login.port.advice")}
			m.snapshot.Logins = []api.Login{{Account: "a", Step: api.StepBrowser, AuthorizeURL: "https://example.com/authorize?client_id=2882303761517000001&state=S", Problem: p}}
		}, nil},
		{"endpoint-changed", endpointChanged, nil},
		{"dialog-endpoint", endpointChanged, (*Window).askConfirm},
		{"dialog-question", nothing, func(w *Window) {
			w.questionDialog(api.Question{ID: 1, Account: "a", Program: api.Program{PID: 4711, Path: "/usr/bin/python3.11"}}, api.Account{Name: "work"}).dialog.Show()
		}},
		{"dialog-question-endpoint", endpointChanged, func(w *Window) {
			q := api.Question{ID: 1, Account: "a", Program: api.Program{PID: 4711, Path: "/usr/bin/bash"}, Origins: []string{"https://elsewhere.example.com"}}
			w.questionDialog(q, api.Account{Name: "work", ConfirmedOrigins: []string{"https://account.xiaomi.com"}}).dialog.Show()
		}},
		{"dialog-question-export", nothing, askExport},
		{"sign-in-other", func(m *model) {
			m.snapshot.Logins = []api.Login{{Account: "a", Step: api.StepConfirm, Had: "2.0:/abc==", Got: "2.0:/xyz=="}}
		}, nil},
		{"sign-in-failed", func(m *model) {
			m.snapshot.Logins = []api.Login{{Account: "a", Step: api.StepFailed, Problem: w.LoginProblem(&oauth.Error{Class: oauth.Dead, Reason: oauth.ReasonCodeRefused})}}
		}, nil},
		{"settings", func(m *model) {
			m.page = pageSettings
			m.snapshot.Status.Releases, m.snapshot.Settings.Shortcut = true, "Ctrl+Alt+C"
			m.snapshot.Providers = []oauth.Provider{{Name: "sso", TokenURL: "https://sso.example.com/token"}}
			m.snapshot.Permissions = []api.Permission{{Account: "a", Path: "/usr/bin/python3.11", Since: noon}}
			m.snapshot.Door = api.Door{Address: "127.0.0.1:17465", Keys: []api.DoorKey{{Name: "postman", Accounts: []string{"a"}, UsedAt: noon}}}
		}, nil},
		{"doctor", func(m *model) {
			m.page = pageDoctor
			m.checks = desktopChecks(w)
		}, nil},
		{"lineage-held", func(m *model) {
			a := m.snapshot.Accounts[0]
			a.State, a.HeldUntil, a.NextRefreshAt = keeper.StateHeld, noon.Add(20*time.Hour), noon.Add(20*time.Hour)
			m.lineage.events = append(m.lineage.events, keeper.Event{
				At: noon.Add(-30 * time.Hour), Cause: keeper.CauseHold, State: keeper.StateHeld, Generation: 6, Fingerprint: "12345675", HeldUntil: a.HeldUntil,
			})
		}, nil},
		{"rehearsal", func(m *model) { m.page = pageRehearsal }, nil},
		{"rehearsal-stage", func(m *model) { m.page, m.snapshot.Status.Profile = pageRehearsal, "rehearsal" }, nil},
		{"one", func(m *model) { m.snapshot.Accounts = m.snapshot.Accounts[:1] }, nil},
		{"twelve", many(12), nil},
		{"thousand", many(1000), nil},
	}
	for state, reason := range states() {
		all = append(all, scene{"state-" + string(state), func(m *model) {
			a := m.snapshot.Accounts[0]
			a.State, a.Reason, a.SentAt = state, reason, noon.Add(-time.Minute)
			switch state {
			case keeper.StateFresh, keeper.StateRefreshing:
			case keeper.StateHeld:
				a.HeldUntil = noon.Add(5 * time.Hour)
				a.NextRefreshAt = a.HeldUntil
			case keeper.StateSignIn:
				a.NextRefreshAt = time.Time{}
			default:
				a.NextRefreshAt = noon.Add(20 * time.Minute)
			}
		}, nil})
	}
	return all
}

func TestEverySceneIsPaintedAsItIsDecided(t *testing.T) {
	for _, s := range scenes(words.New("en")) {
		t.Run(s.name, func(t *testing.T) {
			a := test.NewTempApp(t)
			w := stage(t, a, words.New("en"), s)
			w.fyne.Resize(fyne.NewSize(940, 640))
			test.AssertRendersToMarkup(t, s.name+".xml", w.fyne.Canvas())
		})
	}
}

// A window cannot be smaller than its content: at a text scale of 160 %, 1280×720 pixels are 800×450 units.
func TestEverySceneFitsASmallScreen(t *testing.T) {
	for _, language := range []string{"en", "zh-Hans"} {
		for _, s := range scenes(words.New(language)) {
			w := stage(t, test.NewTempApp(t), words.New(language), s)
			least := w.fyne.Content().MinSize()
			if top := w.fyne.Canvas().Overlays().Top(); top != nil {
				least = least.Max(top.MinSize())
			}
			if least.Width > 780 || least.Height > 430 {
				t.Errorf("%s (%s) needs %v", s.name, language, least)
			}
		}
	}
}
