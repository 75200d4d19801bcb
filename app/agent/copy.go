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
)

func say(account string) words.Args { return words.Args{Account: account, Name: account} }

// Copy puts a token that works long enough into the clipboard, in one of its forms. It returns without error only when
// the clipboard was seen to hold it.
func (a *Agent) Copy(ctx context.Context, ref string, form api.Form, minValid time.Duration) (api.Copied, error) {
	account, err := a.find(ref)
	if err != nil {
		return api.Copied{}, err
	}
	t, err := a.Token(ctx, account.ID, minValid)
	if err != nil {
		return api.Copied{}, err
	}
	text, err := a.render(t, form, account)
	if err != nil {
		return api.Copied{}, err
	}
	if err := a.desk.Copy(ctx, text); err != nil {
		args := say(account.Name)
		args.Problem = strings.TrimPrefix(err.Error(), desktop.ErrNoClipboard.Error()+": ")
		return api.Copied{}, &api.Problem{
			Code: api.CodeFailed, What: a.words.Say("problem.no_clipboard", args), Advice: a.words.Say("problem.no_clipboard.advice", args),
		}
	}
	a.log.Info("copied", "account", account.ID, "form", form)
	return api.Copied{Form: form, Account: account.Name, ExpiresAt: t.ExpiresAt}, nil
}

func (a *Agent) render(t api.Token, form api.Form, account api.Account) (string, error) {
	args := say(account.Name)
	switch form {
	case api.FormAccessToken:
		return t.AccessToken, nil
	case api.FormMACKey:
		if t.MACKey == "" {
			args.Problem = t.TokenType
			return "", &api.Problem{Code: api.CodeUsage, What: a.words.Say("problem.no_mac_key", args), Advice: a.words.Say("problem.no_mac_key.advice", args)}
		}
		return t.MACKey, nil
	case api.FormJSON:
		data, err := json.MarshalIndent(t, "", "  ")
		return string(data), err
	case api.FormEnv:
		return t.Env(), nil
	}
	args.Problem = string(form)
	return "", &api.Problem{Code: api.CodeUsage, Field: "form", What: a.words.Say("problem.form", args), Advice: a.words.Say("problem.form.advice")}
}

// copyClicked is a copy from the tray: the answer is a notice, since there is no window to show it in.
func (a *Agent) copyClicked(ctx context.Context, id string, form api.Form) {
	account, err := a.find(id)
	if err == nil {
		_, err = a.copyAndSay(ctx, account, form)
	}
	if err != nil {
		a.sayProblem(ctx, a.words.Say("notice.not_copied", say(account.Name)), err)
	}
}

func (a *Agent) copyAndSay(ctx context.Context, account api.Account, form api.Form) (api.Copied, error) {
	done, err := a.Copy(ctx, account.ID, form, defaultValidity)
	if err != nil {
		return done, err
	}
	now := time.Now()
	args := say(account.Name)
	args.What = a.words.Say("form." + string(form))
	args.Until, args.Left = a.words.Clock(done.ExpiresAt, now), a.words.Span(done.ExpiresAt.Sub(now))
	a.report("notice", a.desk.Notify(ctx, desktop.Notice{
		Key: "copied", Title: a.words.Say("notice.copied", args), Body: a.words.Say("notice.copied.body", args),
	}, nil))
	return done, nil
}

// refreshClicked is a refresh from the tray. Success shows in the icon; a failure is said, unless the state it led to has
// a notice of its own.
func (a *Agent) refreshClicked(ctx context.Context, id string) {
	account, err := a.Refresh(ctx, id)
	if now := time.Now(); err != nil && alertFor(a.now(account), now, now) == "" {
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
	a.report("notice", a.desk.Notify(ctx, desktop.Notice{Key: "click", Title: title, Body: body, Action: a.words.Say("notice.open")}, a.openClicked))
}

func (a *Agent) openClicked() { a.start(func(context.Context) { a.report("window", a.OpenWindow()) }) }

func (a *Agent) configProblem(err error) error {
	return &api.Problem{Code: api.CodeFailed, What: a.words.Say("problem.config", words.Args{Problem: fmt.Sprint(err)})}
}
