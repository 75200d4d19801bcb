package main

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"freshkey/app/api"
	"freshkey/app/words"
	"freshkey/oauth"
	"freshkey/oauth/keeper"
)

// Pages beside the accounts' own.
const (
	pageAccounts  = ""
	pageAdd       = "add"
	pageSettings  = "settings"
	pageDoctor    = "doctor"
	pageRehearsal = "rehearsal"
)

// model is what the window knows. Only the follower loop and Fyne's own goroutine touch it.
type model struct {
	known    bool // a snapshot has come
	online   bool // the agent answers
	other    bool // there is another window
	snapshot api.Snapshot

	version    string       // of this program
	starting   bool         // a click brings the agent back
	notStarted *api.Problem // why the last such click did not

	page     string
	selected string // an account's id
	search   string
	byName   bool                    // else the most urgent come first
	pointed  time.Time               // when a row was last pointed at
	rows     []*api.Account          // as the list shows them
	working  map[string]bool         // accounts with a call under way
	before   map[string]*api.Account // those that are being refreshed, as they were before
	note     map[string]note         // the last outcome of a click, by account
	lineage  lineage
	revealed reveal

	form      addForm
	providers []oauth.Provider // that accounts can be added with, as the agent said last
	tested    string           // what came of trying the form's provider out

	saving   bool         // an account is on its way to the agent
	problem  *api.Problem // of the add page or the settings
	refused  *api.Problem // of the settings, for when they are opened next
	checks   []api.Check
	checked  time.Time // when
	checking bool
}

// adopt takes what an agent says now in the place of what was said before.
func (m *model) adopt(s api.Snapshot) {
	m.forgetOvercome(s.Accounts)
	m.rememberRefreshing(s.Accounts)
	if m.problem != nil && m.problem.Code == api.CodeNoAgent { // here it is
		m.problem = nil
	}
	if s.Status.Locked && !m.snapshot.Status.Locked {
		m.revealed = reveal{}
		maps.DeleteFunc(m.note, func(_ string, n note) bool { return !n.bad }) // a token that was copied is gone, and nobody looks for what else went well
	}
	m.known, m.online, m.snapshot, m.starting, m.notStarted = true, true, s, false, nil
}

// lineage is the history of the selected account, as of a generation and state.
type lineage struct {
	of     string
	events []keeper.Event
}

// reveal is what a person asked to see, for a few seconds.
type reveal struct {
	account     string
	access, mac string
	until       time.Time
}

// accounts are those the search leaves, in the chosen order.
func (m *model) accounts(now time.Time) []*api.Account {
	var all []*api.Account
	wanted, builtIn := strings.ToLower(strings.TrimSpace(m.search)), oauth.BuiltIn().Origins()
	for _, a := range m.snapshot.Accounts {
		if wanted == "" || found(a, wanted, builtIn) {
			all = append(all, a)
		}
	}
	if !m.byName { // the snapshot is ordered by name already, and the sort is a stable one
		slices.SortStableFunc(all, func(a, b *api.Account) int { return words.CompareUrgency(m.asBefore(a), m.asBefore(b), now) })
	}
	if now.Before(m.aimsUntil()) {
		m.keepPlaces(all)
	}
	return all
}

// aimFor is how long rows keep their places after one was pointed at: whoever is about to click would meet another account, and copy its token.
const aimFor = 5 * time.Second

func (m *model) aimsUntil() time.Time { return m.pointed.Add(aimFor) }

// keepPlaces orders accounts as the list shows them; those that it does not show come last.
func (m *model) keepPlaces(all []*api.Account) {
	place := map[string]int{}
	for n, a := range m.rows {
		place[a.ID] = n - len(m.rows) // below zero, which is that of all others
	}
	slices.SortStableFunc(all, func(a, b *api.Account) int { return cmp.Compare(place[a.ID], place[b.ID]) })
}

// asBefore is an account as it was before the refresh that is under way: a row that changed its place for the moment that takes would do so under
// the pointer.
func (m *model) asBefore(a *api.Account) *api.Account {
	if before := m.before[a.ID]; before != nil {
		return before
	}
	return a
}

// rememberRefreshing keeps what accounts were that are being refreshed in the snapshot that comes next.
func (m *model) rememberRefreshing(next []*api.Account) {
	before := map[string]*api.Account{}
	for _, a := range next {
		if a.State == keeper.StateRefreshing {
			if was := accountOf(m.snapshot.Accounts, a.ID); was.State != "" { // of one that was not there nothing is known
				before[a.ID] = m.asBefore(&was)
			}
		}
	}
	m.before = before
}

// leastOfOpenID is how many letters of an openId a search has to begin with: any two or three stand somewhere in the random ones of most accounts.
const leastOfOpenID = 4

// found reports whether an account is one that a search, in small letters, is after: by what is read on its page, or by the beginning of its openId.
func found(a *api.Account, wanted string, builtIn []string) bool {
	openID := len(wanted) >= leastOfOpenID && strings.HasPrefix(strings.ToLower(a.OpenID), wanted)
	return openID || strings.Contains(strings.ToLower(a.Name+"\n"+a.ClientID+"\n"+providerAt(*a, builtIn)), wanted)
}

// selectAccount selects one where none is. A window that opens does so at an account that needs a person or is of no use just now, else where it
// was the last time.
func (m *model) selectAccount(opens bool, now time.Time) {
	all := m.accounts(now)
	switch _, there := m.account(); {
	case len(all) > 0 && (!there || opens && words.Troubled(*all[0], now)):
		m.selected = all[0].ID
	case !there:
		m.selected = ""
	}
}

// showTrouble selects the account that needs a person most, for whoever comes by a notice; nothing is taken away from who is at another page.
func (m *model) showTrouble(now time.Time) {
	all := m.snapshot.Accounts
	if m.page != pageAccounts || !slices.ContainsFunc(all, func(a *api.Account) bool { return words.Troubled(*a, now) }) {
		return
	}
	if a, ok := m.account(); !ok || !words.Troubled(a, now) || len(m.accounts(now)) == 0 {
		m.search = ""
		m.selectAccount(!ok || !words.Troubled(a, now), now)
	}
}

// selectQuestion selects an account whose sign-in has just come to a question: whoever came back from the browser is asked on its page. before are
// the sign-ins as they were. What a command asks at its terminal moves nothing here.
func (m *model) selectQuestion(before []api.Login) {
	for _, l := range m.snapshot.Logins {
		asked := slices.ContainsFunc(before, func(o api.Login) bool {
			return o.Account == l.Account && o.Number == l.Number && o.Step == api.StepConfirm
		})
		if l.Step == api.StepConfirm && !asked && !l.Elsewhere && (m.page != pageAccounts || m.selected != l.Account || len(m.accounts(time.Now())) == 0) {
			m.page, m.selected, m.search = pageAccounts, l.Account, ""
		}
	}
}

// account is the selected one.
func (m *model) account() (api.Account, bool) {
	n := slices.IndexFunc(m.snapshot.Accounts, func(a *api.Account) bool { return a.ID == m.selected })
	if n < 0 {
		return api.Account{}, false
	}
	return *m.snapshot.Accounts[n], true
}

// login is an account's sign-in, if one is under way or has just failed. A command's is no matter of the window's.
func (m *model) login(account string) (api.Login, bool) {
	n := slices.IndexFunc(m.snapshot.Logins, func(l api.Login) bool { return l.Account == account && !l.Elsewhere })
	if n < 0 {
		return api.Login{}, false
	}
	return m.snapshot.Logins[n], true
}

// added shows a new account. Its first snapshot may have come before the answer to the request, or comes after it.
func (m *model) added(a api.Account) {
	m.page, m.selected, m.search = pageAccounts, a.ID, ""
	m.form = addForm{}
	if !slices.ContainsFunc(m.snapshot.Accounts, func(have *api.Account) bool { return have.ID == a.ID }) {
		m.snapshot.Accounts = append(m.snapshot.Accounts, &a)
	}
}
