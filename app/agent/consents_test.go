package agent

import (
	"context"
	"testing"

	"freshkey/app/api"
	"freshkey/app/desktop"
)

// A display may be named and not be there: the window ends, and whoever asked is told at once.
func TestQuestionEndsWithTheWindowThatAloneShowedIt(t *testing.T) {
	var c consents
	alone, _ := c.ask(api.Question{Account: "a", Program: api.Program{Path: "/bin/a"}})
	notice, _ := c.ask(api.Question{Account: "a", Program: api.Program{Path: "/bin/b"}})
	move, _ := c.ask(api.Question{Account: "a", Program: api.Program{Path: "/bin/c"}, Export: "file"})
	c.inWindow(alone)
	c.refuse()
	for _, want := range []struct {
		what   string
		q      *question
		answer api.Answer
	}{{"in the window alone", alone, answerNobody}, {"in a notice too", notice, ""}, {"of a move", move, api.AnswerNo}} {
		if got := want.q.got(); got != want.answer {
			t.Errorf("%s: answered %q, want %q", want.what, got, want.answer)
		}
	}
}

// got is the answer that waits at a question; "" if none does.
func (q *question) got() api.Answer {
	select {
	case answer := <-q.answers:
		return answer
	default:
		return ""
	}
}

// Three programs wait, and a person says to the first that the account is to ask no more: the next dialog would be a question for the same account.
func TestQuestionsThatWaitEndWithTheAskingAndThoseOfSecretsDoNot(t *testing.T) {
	for _, c := range []struct {
		by  string
		end func(t *testing.T, a *Agent)
	}{
		{"the window", func(t *testing.T, a *Agent) {
			no := false
			if _, err := a.Edit(t.Context(), firstID, api.EditRequest{Ask: &no}); err != nil {
				t.Fatal(err)
			}
		}},
		{"a person's edit of the file", func(t *testing.T, a *Agent) {
			before := a.config.get()
			a.askingForTest(t, firstID, false)
			a.applyConfig(before)
		}},
	} {
		bare(t, func(t *testing.T, a *Agent) {
			for _, id := range []string{firstID, secondID} {
				a.addForTest(t, id, id[:1])
				a.askingForTest(t, id, true)
			}
			for _, q := range []struct {
				about api.Question
				want  api.Answer
			}{
				{api.Question{Account: firstID}, api.AnswerOnce},
				{api.Question{Account: firstID, EndsAsking: true}, api.AnswerOnce},
				{api.Question{Account: firstID, Origins: []string{"https://example.com"}}, ""},
				{api.Question{Account: secondID, Export: "file"}, ""},
				{api.Question{Account: secondID}, ""},
			} {
				open, _ := a.consents.ask(q.about)
				defer func() {
					if got := open.got(); got != q.want {
						t.Errorf("%s: %+v: answered %q, want %q", c.by, q.about, got, q.want)
					}
				}()
			}
			c.end(t, a)
		})
	}
}

// askingForTest writes that an account asks, or asks no more, into the settings.
func (a *Agent) askingForTest(t *testing.T, id string, ask bool) {
	t.Helper()
	err := a.config.edit(func(c *config) {
		for n := range c.Accounts {
			if c.Accounts[n].ID == id {
				account := c.Accounts[n].account()
				account.Ask = ask
				c.Accounts[n] = saved(account)
				if ask {
					a.keeper.Put(account)
				}
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}

// It was read as one that asks, which a person ended before its question was open: nobody would answer that.
func TestQuestionThatComesAfterTheEndOfTheAskingIsNotAsked(t *testing.T) {
	bare(t, func(t *testing.T, a *Agent) {
		a.addForTest(t, firstID, "one")
		before := api.Account{ID: firstID, Name: "one", Ask: true}
		visitor := context.WithValue(t.Context(), visitorKey{}, api.Program{PID: 7, Path: "/bin/tool"})
		if err := a.consent(visitor, before); err != nil {
			t.Error(err)
		}
		off := false
		if ended, err := a.mayAsk(visitor, before, &off); ended || err != nil { // else this edit would end it once more, should the account ask again
			t.Errorf("a program has ended it: %v, %v", ended, err)
		}
		if open, allowed := a.consents.now(); len(open)+len(allowed) != 0 {
			t.Errorf("open are %v, allowed %v", open, allowed)
		}
	})
}

// The one who had asked first gave up, and another one who waited for the same was told that a person had said no.
func TestQuestionWhoseAskerHasGoneIsNoRefusal(t *testing.T) {
	bare(t, func(t *testing.T, a *Agent) {
		a.desk = desktop.Open()
		q, _ := a.consents.ask(api.Question{Account: firstID})
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		a.awaitAnswer(gone, q)
		if answer, err := q.wait(t.Context()); err != nil || answer != answerGone {
			t.Errorf("the answer is %q: %v", answer, err)
		}
	})
}

// Who did not look at the screen has not said no.
func TestQuestionThatNobodyAnswersIsNoRefusal(t *testing.T) {
	bare(t, func(t *testing.T, a *Agent) {
		a.desk = desktop.Open()
		q, _ := a.consents.ask(api.Question{Account: firstID})
		a.awaitAnswer(t.Context(), q)
		if answer, err := q.wait(t.Context()); err != nil || answer != answerMissed {
			t.Errorf("%q, %v", answer, err)
		}
		if open, allowed := a.consents.now(); len(open)+len(allowed) != 0 {
			t.Errorf("open are %v, allowed %v", open, allowed)
		}
	})
}
