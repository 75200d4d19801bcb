package agent

import (
	"context"
	"slices"
	"time"

	"freshkey/app/api"
	"freshkey/app/desktop"
	"freshkey/app/program"
	"freshkey/app/words"
	"freshkey/oauth"
	"freshkey/oauth/keeper"
)

// consent asks a person whether the program behind a request may have an account's tokens, if the account is one of those that ask.
// Clicks on tray and window are a person's own. The error is an *api.Problem.
func (a *Agent) consent(ctx context.Context, account api.Account) error {
	if !account.Ask { // nobody has to be looked up then
		return nil
	}
	return a.askPerson(ctx, account, api.Question{})
}

// askPerson asks what a notice may ask too: for a token, or that an account asks no more.
func (a *Agent) askPerson(ctx context.Context, account api.Account, about api.Question) error {
	who, isPerson := a.caller(ctx)
	if isPerson {
		return nil
	}
	about.Account, about.Program = account.ID, who
	for about.EndsAsking || !a.consents.allows(account.ID, who.Path) {
		if err := a.outOfReach(ctx, account, about); err != nil {
			return err
		}
		q, mine := a.consents.ask(about)
		if !a.now(account).Ask { // looked at only once the question is open: those that are open when the asking ends are answered
			if mine {
				a.consents.end(q, api.AnswerOnce)
			}
			return nil
		}
		if !mine || a.raiseQuestion(ctx, q, account) {
			api.Asking(ctx)
		} else {
			q.take(answerNobody)
		}
		if mine {
			a.awaitAnswer(ctx, q)
		}
		switch answer, err := q.wait(ctx); {
		case a.life.Err() != nil: // nobody has said no, and nothing took too long
			return a.words.Problem(keeper.ErrShutdown, account, time.Now())
		case err != nil:
			return err
		case answer == answerNobody:
			return a.nobodyToAsk(account)
		case answer == answerMissed, answer == api.AnswerNo:
			return a.notAllowed(account, about, answer)
		case mine: // nil, unless whoever asked has gone
			return ctx.Err()
		}
	}
	return nil
}

// agreed asks a person, in the window, what is asked nowhere else: whether an account's secrets may go where a program would have them go. A
// notice's answer would not do: whoever is on the session's bus can send one. The error is an *api.Problem.
//
// asking is called once the question stands there.
func (a *Agent) agreed(ctx context.Context, account api.Account, about api.Question, asking func()) error {
	who, isPerson := a.caller(ctx)
	if isPerson {
		return nil
	}
	about.Account, about.Program = account.ID, who
	q, mine := a.consents.ask(about)
	if q == nil {
		return a.worded(api.CodeFailed, "question_open", "problem.question_open", words.Args{Account: account.Name})
	}
	if mine {
		if err := a.OpenWindow(); err != nil {
			q.take(api.AnswerNo)
		} else {
			asking()
		}
		a.watchers.tell()
		a.awaitAnswer(ctx, q)
	}
	answer, err := q.wait(ctx)
	if a.life.Err() != nil {
		return a.words.Problem(keeper.ErrShutdown, account, time.Now())
	}
	if err == nil && answer != api.AnswerOnce && answer != api.AnswerSession {
		id := "problem.not_confirmed"
		if about.Export != "" {
			id = "problem.move_not_agreed"
		}
		err = a.worded(api.CodeFailed, "not_confirmed", id, words.Args{Account: account.Name})
	}
	return err
}

// caller is the program behind a request, unless that is a person's own click, in the tray or the window.
func (a *Agent) caller(ctx context.Context) (who api.Program, isPerson bool) {
	if visitor, ok := ctx.Value(visitorKey{}).(api.Program); ok {
		return visitor, false
	}
	pid, remote := api.Caller(ctx)
	if !remote || a.window.is(pid) {
		return who, true
	}
	path, of := program.Identify(pid)
	return api.Program{PID: of, Path: oauth.Printable(path)}, false // it may be called anything
}

func (a *Agent) notAllowed(account api.Account, q api.Question, answer api.Answer) error {
	id := "problem.not_allowed"
	switch {
	case q.EndsAsking:
		id = "problem.asks_on"
	case answer == answerMissed:
		id = "problem.missed"
	}
	return a.worded(api.CodeFailed, api.ReasonNotAllowed, id, words.Args{Account: account.Name, Name: a.words.Program(q.Program)})
}

// hasWindow reports whether a window could be seen here.
func hasWindow() bool {
	_, err := program.Find(program.Window)
	return err == nil && desktop.HasScreen()
}

// canAsk reports whether a person could be asked here, as raiseQuestion does.
func (a *Agent) canAsk(ctx context.Context) bool {
	if hasWindow() {
		return true
	}
	_, err := a.desk.NoticeServer(ctx)
	return err == nil && a.desk.NoticesHaveChoices()
}

func (a *Agent) nobodyToAsk(account api.Account) error {
	return a.worded(api.CodeFailed, api.ReasonNobodyToAsk, "problem.nobody_to_ask", words.Args{Account: account.Name})
}

// answerMoot answers what a notice asks about accounts that ask no more: a person has just said so, and is not asked again for each of those that wait.
func (a *Agent) answerMoot() {
	open, _ := a.consents.now()
	for _, q := range open {
		if s, err := a.keeper.Account(q.Account); err == nil && !s.Ask && !q.InWindow() {
			a.consents.answer(q.ID, api.AnswerOnce)
		}
	}
}

// Answer answers a question, which only a person in the window may: a program would answer its own.
func (a *Agent) Answer(ctx context.Context, id int, in api.AnswerRequest) error {
	if pid, _ := api.Caller(ctx); !a.window.is(pid) || !slices.Contains(api.Answers(), in.Answer) {
		return &api.Problem{Code: api.CodeUsage, Field: "answer", What: a.words.Text("problem.answer")}
	}
	a.consents.answer(id, in.Answer)
	return nil
}

// Permissions are what was allowed until the agent ends.
func (a *Agent) Permissions() []api.Permission {
	_, allowed := a.consents.now()
	return allowed
}

// Revoke takes back what was allowed of an account, or of all with "".
func (a *Agent) Revoke(account string) {
	a.consents.revoke(account)
	a.watchers.tell()
}
