package agent

import (
	"context"
	"os"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"time"

	"freshkey/app/api"
	"freshkey/app/desktop"
	"freshkey/app/program"
	"freshkey/app/words"
	"freshkey/oauth"
)

// SetSettings stores the person's settings and lives by them at once.
func (a *Agent) SetSettings(s api.Settings) error {
	if a.config.isUnread() { // before anything of the system's is changed for it
		return a.configProblem(errUnread)
	}
	if err := a.checkSettings(s); err != nil {
		return err
	}
	if keys, err := desktop.ParseKeys(s.Shortcut); err == nil {
		s.Shortcut = keys.String() // in one way of writing: another one is no news
	}
	before := a.config.get().Settings
	if before.StartAtLogin != s.StartAtLogin || (s.StartAtLogin && before.StartHidden != s.StartHidden) {
		if err := a.setAutostart(s); err != nil {
			a.log.Warn("start at login", "error", err)
			return &api.Problem{Code: api.CodeFailed, Field: "start_at_login", What: a.words.Text("settings.autostart"), Advice: a.words.Text("settings.autostart.advice")}
		}
	}
	if err := a.config.edit(func(c *config) { c.Settings = s }); err != nil {
		return a.configProblem(err)
	}
	a.words.SetLanguage(s.Language)
	a.keeper.Reconsider() // other deadlines
	a.awaitIdleness()
	a.watchers.tell()
	return nil
}

// badSettings are what cannot be taken of settings that have few values, or are lengths of time. One that was written by hand keeps nobody from all
// else.
func (a *Agent) badSettings(s, had api.Settings) (bad []*api.Problem) {
	for _, c := range []struct{ field, text, had string }{
		{"min_valid", s.MinValid, had.MinValid}, {"clear_clipboard", s.ClearClipboard, had.ClearClipboard}, {"lock.after", s.Lock.After, had.Lock.After},
	} {
		if d, err := api.ParseValidity(c.text); c.text != "" && c.text != c.had && (err != nil || d > 24*time.Hour) {
			bad = append(bad, &api.Problem{Code: api.CodeUsage, Field: c.field, What: a.words.Text("settings.length"), Advice: a.words.Text("settings.length.advice")})
		}
	}
	for _, c := range []struct {
		field, chosen, had string
		known              []string
	}{{"theme", s.Theme, had.Theme, api.Themes()}, {"language", s.Language, had.Language, api.Languages()}} {
		if c.chosen != "" && c.chosen != c.had && !slices.Contains(c.known, c.chosen) {
			args := words.Args{Argument: c.chosen, List: strings.Join(c.known, ", ")}
			bad = append(bad, &api.Problem{Code: api.CodeUsage, Field: c.field, What: a.words.Text("settings.unknown", args), Advice: a.words.Text("settings.unknown.advice", args)})
		}
	}
	if s.ShareLeft != 0 && s.ShareLeft != s.Share() && s.ShareLeft != had.ShareLeft {
		bad = append(bad, &api.Problem{Code: api.CodeUsage, Field: "share_left", What: a.words.Text("settings.share.bad"), Advice: a.words.Text("settings.share.bad.advice")})
	}
	return bad
}

// checkSettings reports what cannot be taken of settings, as a *api.Problem.
func (a *Agent) checkSettings(s api.Settings) error {
	had := a.config.get().Settings
	if bad := a.badSettings(s, had); len(bad) > 0 {
		return bad[0]
	}
	if s.Proxy != "" && s.Proxy != api.NoProxy {
		if _, err := api.ParseProxy(s.Proxy); err != nil {
			return &api.Problem{Code: api.CodeUsage, Field: "proxy", What: a.words.Text("settings.proxy.bad"), Advice: a.words.Text("settings.proxy.advice")}
		}
	}
	if s.Shortcut != "" && s.Shortcut != had.Shortcut { // one that was written by hand keeps nobody from all else
		if _, err := desktop.ParseKeys(s.Shortcut); err != nil {
			return &api.Problem{Code: api.CodeUsage, Field: "shortcut", What: a.words.Text("settings.shortcut.bad"), Advice: a.words.Text("settings.shortcut.bad.advice")}
		}
	}
	return nil
}

func (a *Agent) setAutostart(s api.Settings) error {
	self, err := autostarted()
	if err != nil {
		return err
	}
	args := a.options.Profile.Args()
	if s.StartHidden {
		args = append(args, "--background")
	}
	return a.desk.SetAutostart(s.StartAtLogin, a.options.Profile.Name(), self, args)
}

// autostarted is the program that a login starts. On Windows that is the window's: the other one would open a console.
func autostarted() (string, error) {
	if runtime.GOOS == "windows" {
		if path, err := program.Find(program.Window); err == nil {
			return path, nil
		}
	}
	return os.Executable()
}

// SetProviders stores the person's own providers. Accounts that were added with one follow its changes; of one that is
// removed they keep what they have.
func (a *Agent) SetProviders(ctx context.Context, all []oauth.Provider) error {
	all, err := a.discovered(ctx, all) // before anybody has to wait
	if err != nil {
		return a.words.Problem(err, api.Account{}, time.Now())
	}
	a.editing.Lock()
	defer a.editing.Unlock()
	seen := map[string]bool{api.FoldName(oauth.BuiltInName): true}
	for _, p := range all {
		if err := oauth.CheckProvider(p); err != nil || p.Name == "" || seen[api.FoldName(p.Name)] {
			switch {
			case err != nil:
			case p.Name == "":
				err = &oauth.FieldError{Field: "name", Code: oauth.FieldMissing}
			default:
				err = &oauth.FieldError{Field: "name", Code: oauth.FieldTaken}
			}
			return a.words.Problem(err, api.Account{}, time.Now())
		}
		seen[api.FoldName(p.Name)] = true
	}
	var followers []oauth.Account
	err = a.config.edit(func(c *config) {
		for n, s := range c.Accounts {
			if next, changed := successor(*s.provider, c.Providers, all); changed {
				c.Accounts[n].provider = &next
				followers = append(followers, c.Accounts[n].account())
			}
		}
		c.Providers = all
	})
	if err != nil {
		return a.configProblem(err)
	}
	for _, account := range followers {
		a.keeper.Put(account)
	}
	a.watchers.tell()
	return nil
}

// discovered are providers with what their issuers say of themselves.
func (a *Agent) discovered(ctx context.Context, all []oauth.Provider) (found []oauth.Provider, err error) {
	for _, p := range all {
		stored := slices.ContainsFunc(a.config.get().Providers, func(o oauth.Provider) bool { return reflect.DeepEqual(o, p) })
		if len(p.Asks) == 0 && !stored { // else it is not known yet whom to ask, or it was asked before
			if p, err = a.exchange().Discovered(ctx, p); err != nil {
				return nil, err
			}
		}
		found = append(found, p)
	}
	return found, nil
}

// successor is what became of p, if p was among the providers before as it is, and one of that name still is.
func successor(p oauth.Provider, before, after []oauth.Provider) (next oauth.Provider, changed bool) {
	same := func(o oauth.Provider) bool { return reflect.DeepEqual(o, p) }
	n := slices.IndexFunc(after, func(o oauth.Provider) bool { return o.Name == p.Name })
	if n < 0 || same(after[n]) || !slices.ContainsFunc(before, same) {
		return p, false
	}
	return after[n], true
}

// skewWarning says how far off the clock is.
func (a *Agent) skewWarning(skew time.Duration) string {
	return api.Join(a.words.Text("doctor.clock.bad", words.Args{Left: a.words.Span(skew)}), a.words.Text("doctor.clock.advice"))
}
