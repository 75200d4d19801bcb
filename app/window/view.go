package main

import (
	"time"

	"freshkey/app/api"
	"freshkey/app/words"
)

// view is everything the window shows at one moment but the rows of the list, which are decided one by one as they come
// into sight.
type view struct {
	Page     string // "loading", "empty", "detail", or a page's name
	Banner   string // the agent is gone, or another version
	News     bool   // the banner tells of a newer version, and the offer shows it
	Offer    string // the button beside it; "" for none
	Unlocks  bool   // what that does
	Found    string // how many accounts the search leaves
	Accounts []*api.Account
	None     bool   // there is no account to look for
	Empty    string // what stands where there is none
	Selected int    // of Accounts; -1 for none
	Troubled string // the first of them, by id, if it wants a person or is of no use
	Today    todayView
	Detail   detailView
	Add      addView
	Doctor   doctorView
	Stage    stageView
	Settings settingsView
}

// rowView is one account in the list.
type rowView struct{ Icon, Name, State, Left string }

// troubled is the first account of a list, by its id, if it wants a person or is of no use, and is first for that.
func (m *model) troubled(all []*api.Account, now time.Time) string {
	if len(all) > 0 && !m.byName && words.Troubled(*all[0], now) {
		return all[0].ID
	}
	return ""
}

// decide turns what is known into what is shown.
func decide(w words.Catalog, m *model, now time.Time) view {
	v := view{Selected: -1}
	if !m.known {
		v.Page, v.Banner = "loading", w.Text("window.loading")
		return v
	}
	v.Banner, v.Offer, v.Unlocks = decideBanner(w, m)
	if newer := m.snapshot.Status.Newer; v.Banner == "" && newer.Version != "" {
		v.Banner, v.Offer, v.News = w.Text("window.newer", words.Args{Version: newer.Version, AgentVersion: m.snapshot.Status.Version}), w.Text("window.newer.show"), true
	}
	v.Accounts, v.None = m.accounts(now), m.known && len(m.snapshot.Accounts) == 0
	if m.known {
		v.Today = decideToday(w, m.snapshot.Accounts, now)
	}
	for n, a := range v.Accounts {
		if a.ID == m.selected {
			v.Selected = n
		}
	}
	v.Troubled = m.troubled(v.Accounts, now)
	if m.search != "" {
		v.Found = w.Text("window.found", words.Args{PluralCount: len(v.Accounts)})
	}
	v.decidePage(w, m, now)
	return v
}

// decidePage decides what is shown beside the list.
func (v *view) decidePage(w words.Catalog, m *model, now time.Time) {
	selected, ok := m.account()
	switch {
	case m.page == pageAdd:
		v.Page, v.Add = pageAdd, decideAdd(w, m, now)
	case m.page == pageSettings:
		v.Page, v.Settings = pageSettings, decideSettings(w, m, now)
	case m.page == pageDoctor:
		v.Page, v.Doctor = pageDoctor, decideDoctor(w, m, now)
	case m.page == pageRehearsal:
		v.Page, v.Stage = pageRehearsal, decideStage(w, m)
	case m.search != "" && len(v.Accounts) == 0: // whoever looks for another account does not want this one's token
		v.Page = "not found"
	case ok:
		v.Page, v.Detail = "detail", decideDetail(w, m, selected, now)
	default:
		v.Page, v.Empty = "empty", w.Text(map[bool]string{true: "window.unknown", false: "window.empty"}[m.snapshot.Status.SettingsAside != ""])
	}
}

// decideBanner says what is wrong with the agent as a whole, and what a click would do about it.
func decideBanner(w words.Catalog, m *model) (banner, offer string, unlocks bool) {
	switch theirs := m.snapshot.Status.Version; {
	case m.starting:
		return w.Text("window.loading"), "", false
	case m.notStarted != nil:
		return describe(w, m.notStarted), w.Text("window.start"), false
	case !m.online:
		return w.Text("window.lost"), w.Text("window.start"), false
	case m.snapshot.Status.SettingsAside != "":
		return describe(w, w.SettingsAside(m.snapshot.Status.SettingsAside)), "", false
	case m.snapshot.Status.Locked:
		return w.Text("window.locked"), w.Text("tray.unlock_now"), true
	case theirs != "" && m.version != "" && theirs != m.version:
		return w.Text("window.versions", words.Args{Version: m.version, AgentVersion: theirs}), w.Text("window.restart"), false
	case m.other:
		return w.Text("window.other"), "", false
	}
	return "", "", false
}

func decideRow(w words.Catalog, a api.Account, now time.Time) rowView {
	return rowView{words.Icon(a, now), a.Name, w.StateWord(a), timeLeft(w, a, now)}
}

func timeLeft(w words.Catalog, a api.Account, now time.Time) string {
	switch left := a.ExpiresAt.Sub(now); {
	case a.Unread():
		return w.Text("window.unread")
	case a.KeptBack:
		return w.Text("window.kept_back")
	case a.ExpiresAt.IsZero():
		return w.Text("window.no_token")
	case left <= 0:
		return w.Text("window.expired")
	default:
		return w.Text("window.left", words.Args{Left: w.Span(left)})
	}
}

// nextTick is when the shown times want repainting: each second while seconds are shown, else four times a minute.
func nextTick(m *model, now time.Time) time.Duration {
	if m.revealed.until.After(now) {
		return time.Second
	}
	if left := m.aimsUntil().Sub(now); left > 0 {
		return min(left, time.Second)
	}
	for _, a := range m.snapshot.Accounts {
		if left := a.ExpiresAt.Sub(now); left > 0 && left < 2*time.Minute {
			return time.Second
		}
	}
	return 15 * time.Second
}

// describe is a problem as one text.
func describe(w words.Catalog, p *api.Problem) string {
	return api.Join(w.Labelled(p), p.Advice)
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}
