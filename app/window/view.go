package window

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"freshkey/app/api"
	"freshkey/app/words"
	"freshkey/oauth"
)

// model is what the window knows. Only the follower loop touches it.
type model struct {
	known    bool // a snapshot has come
	online   bool // the agent answers
	accounts []api.Account
	selected string          // an account's id
	adding   bool            // the add page is open
	saving   bool            // an account is on its way to the agent
	working  map[string]bool // accounts with a call under way
	note     map[string]note // the last outcome of a click, by account
	problem  *api.Problem    // of the add page
}

// added shows a new account. Its first snapshot may have come before the answer to the request, or comes after it.
func (m *model) added(a api.Account) {
	m.adding, m.selected = false, a.ID
	if !slices.ContainsFunc(m.accounts, func(have api.Account) bool { return have.ID == a.ID }) {
		m.accounts = append(m.accounts, a)
	}
}

// note is the outcome of a click, shown until the next one.
type note struct {
	text string
	bad  bool
}

// view is everything the window shows at one moment, as text.
type view struct {
	Page     string // "loading", "empty", "detail" or "add"
	Banner   string // the agent is gone
	Rows     []rowView
	Selected int // of Rows; -1 for none
	Detail   detailView
	Add      addView
}

type rowView struct{ ID, Icon, Name, Left string }

type detailView struct {
	ID, Icon, Name, State string
	What, Advice          string
	Note                  string
	NoteBad               bool
	CanCopy, CanCopyMAC   bool
	CanRefresh, CanRemove bool
	CanUnlock             bool
	Facts                 [][2]string
}

type addView struct {
	Saving      bool
	Field       string // the input to mend
	What        string
	Unplaceable bool // the problem belongs to no field
}

// decide turns what is known into what is shown.
func decide(w words.Words, m model, now time.Time) view {
	v := view{Selected: -1}
	if !m.known {
		v.Page, v.Banner = "loading", w.Say("window.loading")
		return v
	}
	if !m.online {
		v.Banner = w.Say("window.lost")
	}
	for n, a := range m.accounts {
		v.Rows = append(v.Rows, rowView{a.ID, words.Icon(a, now), a.Name, timeLeft(w, a, now)})
		if a.ID == m.selected {
			v.Selected = n
		}
	}
	switch {
	case m.adding:
		v.Page, v.Add = "add", decideAdd(m)
		v.Selected = -1
	case v.Selected >= 0:
		v.Page, v.Detail = "detail", decideDetail(w, m, m.accounts[v.Selected], now)
	default:
		v.Page = "empty"
	}
	return v
}

func decideDetail(w words.Words, m model, a api.Account, now time.Time) detailView {
	s := w.State(a, now)
	busy := m.working[a.ID] || !m.online
	usable := a.ExpiresAt.After(now) || a.State != oauth.StateSignIn
	next := orDash("")
	if !a.NextRefreshAt.IsZero() {
		next = fmt.Sprintf("%s (%s)", w.Clock(a.NextRefreshAt, now), w.Ahead(a.NextRefreshAt, now))
	}
	last := w.Say("window.never")
	if !a.LastRefreshAt.IsZero() {
		last = w.Clock(a.LastRefreshAt, now)
	}
	until := w.Say("window.no_token")
	if !a.ExpiresAt.IsZero() {
		until = fmt.Sprintf("%s (%s)", w.Clock(a.ExpiresAt, now), timeLeft(w, a, now))
	}
	return detailView{
		ID: a.ID, Icon: words.Icon(a, now), Name: a.Name, State: w.Say("state." + string(a.State)), What: s.What, Advice: s.Advice,
		Note: m.note[a.ID].text, NoteBad: m.note[a.ID].bad,
		CanCopy: !busy && usable, CanCopyMAC: !busy && usable && a.HasMACKey,
		CanRefresh: !busy && a.State != oauth.StateRefreshing && a.State != oauth.StateSignIn, CanRemove: !busy,
		CanUnlock: !busy && words.Unlockable(a),
		Facts: [][2]string{
			{w.Say("window.expires"), until},
			{w.Say("window.next"), next},
			{w.Say("window.last"), last},
			{w.Say("window.chain"), w.Say("window.chain.value", words.Args{Count: a.Generation, Problem: a.Fingerprint})},
			{w.Say("window.scope"), orDash(a.Scope)},
			{w.Say("window.open_id"), orDash(a.OpenID)},
			{w.Say("window.client"), a.ClientID},
			{w.Say("window.provider"), a.Provider},
		},
	}
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}

func decideAdd(m model) addView {
	v := addView{Saving: m.saving}
	if m.problem != nil {
		v.Field, v.What = m.problem.Field, m.problem.Error()
		v.Unplaceable = true
		for _, f := range fields() {
			if f == v.Field {
				v.Unplaceable = false
			}
		}
	}
	return v
}

// fields are the inputs of the add page, in order, by the names the API gives them.
func fields() []string {
	return []string{"name", "client_id", "client_secret", "redirect_uri", "refresh_token", "answer", "token_url"}
}

// fieldOf is where a problem of the API is shown: what was wrong in a pasted answer stands beside the paste.
func fieldOf(p *api.Problem, pasted bool) *api.Problem {
	moved := *p
	switch p.Field {
	case "input", "error", "access_token", "expires_in", "expires_at", "mac_key", "mac_algorithm", "token_type":
		moved.Field = "answer"
	case "refresh_token":
		if pasted {
			moved.Field = "answer"
		}
	}
	return &moved
}

func timeLeft(w words.Words, a api.Account, now time.Time) string {
	switch left := a.ExpiresAt.Sub(now); {
	case a.ExpiresAt.IsZero():
		return w.Say("window.no_token")
	case left <= 0:
		return w.Say("window.expired")
	default:
		return w.Say("window.left", words.Args{Left: w.Span(left)})
	}
}

// nextTick is when the shown times want repainting: each second in the last two minutes, else four times a minute.
func nextTick(accounts []api.Account, now time.Time) time.Duration {
	for _, a := range accounts {
		if left := a.ExpiresAt.Sub(now); left > 0 && left < 2*time.Minute {
			return time.Second
		}
	}
	return 15 * time.Second
}

// describe is the text of a note without what the state says anyway.
func describe(p *api.Problem) string { return strings.TrimSpace(p.What + " " + p.Advice) }
