package main

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"freshkey/app/api"
	"freshkey/app/words"
	"freshkey/oauth"
	"freshkey/oauth/journal"
	"freshkey/oauth/keeper"
)

// detailView is an account's page.
type detailView struct {
	ID, Icon, Name, State string
	What, Advice          string
	Note                  string
	NoteBad               bool
	CanCopy, CanCopyMAC   bool
	HasMAC                bool // its tokens sign
	CanRefresh, CanAct    bool
	CanUnlock, CanLogin   bool
	CanConfirm            bool // that its secrets go elsewhere from now on
	CanMend               bool // its settings, which the provider refuses
	CanHold, CanRelease   bool
	Bar                   barView
	Login                 loginView
	Facts                 []fact
	Lineage               lineageView
	Access, MAC           string // revealed for a moment
	RevealLeft            string
}

// fact is a line of what is known. One that can be copied has its whole text.
type fact struct{ Name, Value, Copy string }

// barView is a token's life as shares of it, 0 to 1: what is over, and when the refresh is planned.
type barView struct {
	Shown           bool
	Gone, Refresh   float32
	Issued, Expires string
	Planned         string
}

func decideDetail(w words.Catalog, m *model, a api.Account, now time.Time) detailView {
	s, said := w.State(a, now), m.noteOf(a.ID, now)
	free := !m.working[a.ID] && m.online
	login, under := m.login(a.ID)
	v := detailView{
		ID: a.ID, Icon: words.Icon(a, now), Name: a.Name, State: w.StateName(a, now), What: s.What, Advice: s.Advice,
		Note: said.text, NoteBad: said.bad,
		CanCopy: free && a.CanServe(now), CanCopyMAC: free && a.CanServe(now) && a.HasMACKey,
		HasMAC:     a.HasMACKey || a.TokenType == "" || a.TokenType == "mac",
		CanRefresh: free && a.CanRefresh(now), CanAct: free,
		CanUnlock: free && a.Unlockable(), CanLogin: free && (a.NeedsSignIn() || a.EndsSoon(now)) && (!under || login.Step.Ended()),
		CanConfirm: free && a.EndpointChanged(), CanMend: free && a.State == keeper.StateMisconfigured && !a.EndpointChanged(),
		CanHold: free && !a.OnHold(now) && a.Works(now), CanRelease: free && a.OnHold(now),
		Bar: decideBar(w, a, now), Facts: decideFacts(w, a, now),
	}
	if under {
		v.Login = decideLogin(w, login)
		if v.Login.Paste && v.NoteBad { // beside the field that it is about
			v.Login.Problem, v.Note = v.Note, ""
		}
	}
	if m.lineage.of == a.ID {
		v.Lineage = decideLineage(w, m.lineage.events, a, now)
	}
	if m.revealed.account == a.ID && m.revealed.until.After(now) {
		v.Access, v.MAC = m.revealed.access, m.revealed.mac
		v.RevealLeft = w.Text("window.reveal.left", words.Args{Left: w.Span(m.revealed.until.Sub(now))})
	}
	return v
}

func decideBar(w words.Catalog, a api.Account, now time.Time) barView {
	life := a.ExpiresAt.Sub(a.IssuedAt)
	if a.ExpiresAt.IsZero() || a.IssuedAt.IsZero() || life <= 0 {
		return barView{}
	}
	share := func(t time.Time) float32 { return min(1, max(0, float32(t.Sub(a.IssuedAt))/float32(life))) }
	v := barView{
		Shown: true, Gone: share(now), Refresh: -1,
		Issued:  w.Text("bar.issued", words.Args{Until: w.Clock(a.IssuedAt, now)}),
		Expires: w.Text("bar.expires", words.Args{Until: w.Clock(a.ExpiresAt, now)}),
	}
	if !a.NextRefreshAt.IsZero() && a.NextRefreshAt.Before(a.ExpiresAt) {
		v.Refresh = share(a.NextRefreshAt)
		v.Planned = w.Text("bar.refresh", words.Args{Until: w.Clock(a.NextRefreshAt, now)})
	}
	return v
}

func decideFacts(w words.Catalog, a api.Account, now time.Time) []fact {
	next := orDash("")
	if !a.NextRefreshAt.IsZero() {
		next = fmt.Sprintf("%s (%s): %s", w.Clock(a.NextRefreshAt, now), w.Ahead(a.NextRefreshAt, now), w.Text(words.WhyNext(a)))
	}
	last, chain := w.Text("window.never"), w.Text("window.chain.value", words.Args{Generation: a.Generation, Fingerprint: a.Fingerprint})
	if !a.LastRefreshAt.IsZero() {
		last = fmt.Sprintf("%s: %s", w.Clock(a.LastRefreshAt, now), w.Text("cause."+string(a.Cause)))
	}
	if a.LastRefreshAt.IsZero() && a.Cause.IsPersons() && a.Cause != journal.CauseAdded && !a.IssuedAt.IsZero() {
		last = fmt.Sprintf("%s: %s", w.Clock(a.IssuedAt, now), w.Text("cause."+string(a.Cause)))
	}
	until := w.Text("window.no_token")
	if !a.ExpiresAt.IsZero() {
		until = fmt.Sprintf("%s (%s)", a.ExpiresAt.Local().Format("2006-01-02 15:04:05"), timeLeft(w, a, now))
	}
	if a.Fingerprint == "" {
		chain = orDash("")
	}
	if a.KeptBack {
		until = w.Text("window.kept_back.long")
	}
	if a.Unread() { // it is all there, and not lost
		until, last, chain = w.Text("window.unread.long"), orDash(""), orDash("")
	}
	return []fact{
		{w.Text("window.expires"), until, ""},
		{w.Text("window.next"), next, ""},
		{w.Text("window.last"), last, ""},
		{w.Text("window.chain"), chain, ""},
		{w.Text("window.sign_in_by"), signInBy(w, a, now), ""},
		{w.Text("window.scope"), orDash(scopes(w, a.Scope)), a.Scope},
		{w.Text("window.open_id"), orDash(a.OpenID), a.OpenID},
		{w.Text("window.client"), a.ClientID, a.ClientID},
		{w.Text("window.redirect"), orDash(a.RedirectURI), a.RedirectURI},
		{w.Text("window.provider"), providerAt(a, oauth.BuiltIn().Origins()), ""},
	}
}

// providerAt names an account's provider and, where its secrets go elsewhere than to the built-in one's origins, which servers those are: a
// name alone may stand for a sandbox.
func providerAt(a api.Account, builtIn []string) string {
	all := []string{a.Provider}
	for _, origin := range a.Origins {
		if u, err := url.Parse(origin); err == nil && !slices.Contains(builtIn, origin) && !slices.Contains(all, u.Host) { // which may be its name
			all = append(all, u.Host)
		}
	}
	return strings.Join(all, " · ")
}

// signInBy is when a person is needed at the latest.
func signInBy(w words.Catalog, a api.Account, now time.Time) string {
	if a.SignInBy.IsZero() {
		return orDash("")
	}
	return fmt.Sprintf("%s (%s)", a.SignInBy.Local().Format("2006-01-02 15:04"), w.Ahead(a.SignInBy, now))
}

// scopes puts names to the numbers of a scope.
func scopes(w words.Catalog, scope string) string {
	var all []string
	for id := range strings.FieldsSeq(scope) {
		name := w.Text("scope." + id)
		if name == "scope."+id {
			all = append(all, id)
			continue
		}
		all = append(all, id+" "+name)
	}
	return strings.Join(all, ", ")
}

// loginView is a sign-in on its way.
type loginView struct {
	Text             string
	Bad              bool
	Problem          string // with what was pasted last
	Paste            bool   // the redirected address is wanted
	Confirm          bool
	CanCancel, Again bool
	Address          string // to visit
	CopyAddress      string // what the button says that copies it
	Visit            string // the address where no browser has it
	Code             string // to type there
	Number           int
	CloseText        string
}

func decideLogin(w words.Catalog, l api.Login) loginView {
	v := loginView{Number: l.Number, CloseText: w.Text("window.cancel"), CanCancel: true}
	switch l.Step {
	case api.StepBrowser:
		v.Text, v.Address, v.Paste = w.Text("login.browser"), l.AuthorizeURL, !l.Listening
		if v.Paste {
			v.Text = w.Text("login.paste")
		}
		if l.UserCode != "" {
			v.Text, v.Code = w.Text("login.device", words.Args{Address: l.VisitURL}), l.UserCode
		}
		v.CopyAddress = w.Text("login.copy_address")
		if l.NoBrowser && l.UserCode == "" { // with a code, any device does
			then := map[bool]string{true: "login.no_browser.paste", false: "login.no_browser.waits"}[v.Paste]
			v.Text, v.Visit, v.CopyAddress = api.Join(w.Text("login.no_browser"), w.Text(then)), l.AuthorizeURL, w.Text("login.copy_page")
		}
		if l.Problem != nil {
			v.Text, v.CopyAddress = api.Join(describe(w, l.Problem), w.Text("login.by_hand")), w.Text("login.copy_page")
		}
	case api.StepExchanging:
		v.Text, v.CanCancel = w.Text("login.exchanging"), false
	case api.StepConfirm:
		v.Text, v.Confirm, v.CanCancel = w.ReplaceQuestion(l), true, false
	case api.StepFailed:
		v.Again, v.CloseText = true, w.Text("window.close")
		v.Bad = l.Problem == nil || l.Problem.Reason != api.ReasonAnotherPerson // that the chain was kept is what the person has said
		if l.Problem != nil {
			v.Text = describe(w, l.Problem)
		}
	case api.StepDone:
		v.Text, v.CloseText = w.Text("login.done"), w.Text("window.close")
	}
	return v
}
