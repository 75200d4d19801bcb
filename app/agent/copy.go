package agent

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"freshkey/app/api"
	"freshkey/app/desktop"
	"freshkey/app/words"
	"freshkey/oauth"
)

func say(account string) words.Args { return words.Args{Account: account, Name: account} }

// Copy puts a token that works long enough into the clipboard, in one of its forms. It returns without error only when
// the clipboard was seen to hold it.
func (a *Agent) Copy(ctx context.Context, ref string, form api.Form, minValid time.Duration, call api.Call) (api.CopyResult, error) {
	account, err := a.find(ref)
	if err != nil {
		return api.CopyResult{}, err
	}
	args := say(account.Name)
	switch {
	case !form.Known(): // before a refresh is spent on it
		args.Argument = string(form)
		return api.CopyResult{}, a.copyProblem(api.CodeUsage, "problem.form", args)
	case form == api.FormMACKey && !account.HasMACKey && account.TokenType != "":
		args.TokenType = account.TokenType
		return api.CopyResult{}, a.copyProblem(api.CodeUsage, "problem.no_mac_key", args)
	}
	if err := a.consent(ctx, account); err != nil {
		return api.CopyResult{}, a.tokenProblem(ctx, err, account)
	}
	t, err := a.keeper.Access(ctx, account.ID, minValid)
	if err != nil {
		return api.CopyResult{}, a.tokenProblem(ctx, err, account)
	}
	text, elsewhere, err := a.render(ctx, t, form, account, call)
	if err != nil {
		return api.CopyResult{}, a.requestProblem(err, account)
	}
	if err := a.putIntoClipboard(ctx, text); err != nil {
		args.Problem = clipboardProblem(err)
		return api.CopyResult{}, a.copyProblem(api.CodeFailed, "problem.no_clipboard", args)
	}
	a.start(a.sayUnmarked)
	a.report("last copied", a.last.note(account.ID))
	a.handedOut(account.ID, t, toPerson)
	a.watchers.tell() // of that one being the last
	a.log.Info("copied", "account", account.ID, "form", form)
	once := account.HasMACKey && (form == api.FormHeader || form == api.FormCurl)
	return api.CopyResult{Form: form, Account: account.Name, ExpiresAt: t.Expires, Once: once, Elsewhere: elsewhere}, nil
}

// clipboardProblem is what is missing.
func clipboardProblem(err error) string {
	return strings.TrimPrefix(err.Error(), desktop.ErrNoClipboard.Error()+": ")
}

// sayUnmarked tells that clipboard managers keep what is copied here: once, not with each login, because it is how this desktop is. Where it
// marked copies in between it is news again.
func (a *Agent) sayUnmarked(ctx context.Context) {
	if a.unmarked.Load() {
		return
	}
	marks, err := a.desk.MarksSecrets(ctx)
	if err != nil {
		return
	}
	a.unmarked.Store(!marks)
	news, err := a.told.unmarked(desktopName(), !marks)
	a.report("what was told", err)
	if !news {
		return
	}
	err = a.desk.Notify(ctx, desktop.Notice{
		Key: "unmarked", Title: a.words.Text("doctor.clipboard.plain"), Body: a.words.Text("doctor.clipboard.plain.advice"),
	}, nil)
	a.report("notice", err)
	if err != nil { // the next agent says it
		_, err = a.told.unmarked(desktopName(), false)
		a.report("what was told", err)
	}
}

func (a *Agent) copyProblem(code api.Code, id string, args words.Args) error {
	return a.worded(code, "", id, args)
}

// worded is a problem with the sentences that an id stands for.
func (a *Agent) worded(code api.Code, reason oauth.Reason, id string, args words.Args) *api.Problem {
	return &api.Problem{Code: code, Reason: reason, What: a.words.Text(id, args), Advice: a.words.Text(id+".advice", args)}
}

// putIntoClipboard copies, and has the clipboard emptied when the settings say so, if the copy still lies there.
func (a *Agent) putIntoClipboard(ctx context.Context, text string) error {
	defer a.watchers.tell()
	return a.clearing.copied(func() error { return a.desk.Copy(ctx, text) }, a.config.get().Settings.ClearAfter(), func() {
		a.report("clear clipboard", a.desk.ClearClipboard(context.WithoutCancel(a.life)))
		a.watchers.tell()
	})
}

// keepClicked leaves in the clipboard what was copied.
func (a *Agent) keepClicked() {
	a.clearing.keep()
	a.watchers.tell()
}

// render writes a token in one of its forms. Of a call it reports whether that leads to no address of the provider's API.
func (a *Agent) render(ctx context.Context, t oauth.Token, form api.Form, account api.Account, call api.Call) (text string, elsewhere bool, err error) {
	switch form {
	case api.FormMACKey:
		return t.MACKey.Reveal(), false, nil
	case api.FormJSON:
		data, err := json.MarshalIndent(tokenToAPI(t), "", "  ")
		return string(data), false, err
	case api.FormEnv:
		return tokenToAPI(t).Env(), false, nil
	case api.FormHeader, api.FormCurl:
		s, err := a.authorize(ctx, t, account, call)
		return signedCall(s, form), s.Elsewhere, err
	}
	return t.Access.Reveal(), false, nil
}

// signedCall is a call that is authorised now: the header alone, or a line for a shell. Without an address it is the one that tells whose
// the token is.
func signedCall(s api.Signature, form api.Form) string {
	if form == api.FormHeader {
		return s.Header
	}
	line := "curl -gs" // -g: brackets in an address are no patterns
	if s.Method != "GET" {
		line += " -X " + s.Method
	}
	return fmt.Sprintf("%s -H '%s' '%s'", line, s.Header, strings.ReplaceAll(s.URL, "'", "%27"))
}

// copyClicked is a copy from the tray.
func (a *Agent) copyClicked(ctx context.Context, id string, form api.Form) {
	_, err := a.CopyAndSay(ctx, id, form, defaultValidity, api.Call{})
	a.report("copy", err)
}

// CopyAndSay copies where there is no window to show the answer in: it is a notice.
func (a *Agent) CopyAndSay(ctx context.Context, ref string, form api.Form, minValid time.Duration, call api.Call) (api.CopyResult, error) {
	done, err := a.Copy(ctx, ref, form, minValid, call)
	if err != nil {
		account, _ := a.find(ref)
		a.sayProblem(ctx, a.words.Text("notice.not_copied", say(account.Name)), err)
		return done, err
	}
	a.report("notice", a.desk.Notify(ctx, desktop.Notice{
		Key: noticeCopied, Title: a.words.Copied("notice.copied", done, time.Now()), Body: a.words.Copied("notice.copied.body", done, time.Now()),
	}, nil))
	return done, nil
}

// refreshClicked is a refresh from the tray. Success shows in the icon; a failure is said, unless the state it led to has
// a notice of its own.
func (a *Agent) refreshClicked(ctx context.Context, id string) {
	account, err := a.Refresh(ctx, id)
	if now := time.Now(); err != nil && alertFor(a.now(account), now, time.Time{}, now) == "" {
		a.sayProblem(ctx, account.Name, err)
	}
}

// unlockClicked is the tray's way to Unlock. A person who dismissed the prompt knows that already.
func (a *Agent) unlockClicked(ctx context.Context) { a.report("unlock", a.Unlock(ctx)) }

func (a *Agent) sayProblem(ctx context.Context, title string, err error) {
	body := err.Error()
	if p, ok := errors.AsType[*api.Problem](err); ok {
		body = p.Error()
	}
	a.report("notice", a.desk.Notify(ctx, desktop.Notice{Key: "click", Title: title, Body: body, Action: a.words.Text("notice.open")}, a.openClicked))
}

func (a *Agent) openClicked() { a.start(a.showWindow) }

// showWindow opens the window, or tells why it can't be.
func (a *Agent) showWindow(ctx context.Context) {
	err := a.OpenWindow()
	if err == nil {
		return
	}
	a.log.Warn("window", "error", err)
	a.report("notice", a.desk.Notify(ctx, desktop.Notice{Key: "window", Title: a.words.Text("notice.no_window"), Body: err.Error(), Urgent: true}, nil))
}

func (a *Agent) configProblem(err error) error {
	if errors.Is(err, errUnread) {
		return a.words.SettingsAside(a.aside())
	}
	return &api.Problem{Code: api.CodeFailed, What: a.words.Text("problem.config", words.Args{Problem: fmt.Sprint(err)})}
}

// noticeCopied is the key of the notice of what was copied.
const noticeCopied = "copied"
