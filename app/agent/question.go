package agent

import (
	"context"
	"fmt"
	"time"

	"freshkey/app/api"
	"freshkey/app/desktop"
)

// questionPatience is how long a question waits for a person; then the answer is no.
const questionPatience = time.Minute

// The answers that no person gives. Each is a no.
const (
	answerNobody api.Answer = "nobody" // the question can be shown to nobody; it comes at once
	answerMissed api.Answer = "missed" // nobody answered in time
	answerGone   api.Answer = "gone"   // whoever asked has gone, or the agent ends
)

// wait waits until a question is answered.
func (q *question) wait(ctx context.Context) (api.Answer, error) {
	select {
	case <-q.ended:
		return q.answer, nil
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// raiseQuestion shows a notice that can be answered, or else the window. It reports whether there is either.
func (a *Agent) raiseQuestion(ctx context.Context, q *question, account api.Account) bool {
	a.watchers.tell()
	said := a.words.Question(q.Question, account)
	var choices []string
	for _, answer := range q.Answers() {
		choices = append(choices, said.Answers[answer])
	}
	notice := desktop.Notice{Key: q.key(), Title: said.Title, Body: said.Text, Urgent: true}
	if hasWindow() { // which asks too
		notice.Action = a.words.Text("notice.open")
	}
	if err := a.desk.Ask(ctx, notice, choices, func(n int) { a.clickedQuestion(q, n) }); err == nil {
		return true
	}
	if !hasWindow() {
		return false
	}
	a.consents.inWindow(q)
	a.showWindow(ctx)
	return true
}

// clickedQuestion is a click on a question's notice: a choice, or for a closer look.
func (a *Agent) clickedQuestion(q *question, n int) {
	if n == desktop.Opened {
		a.openClicked()
		return
	}
	q.take(q.Answers()[n])
}

// awaitAnswer ends a question: with its answer, or without, if nobody answers or whoever asked has gone.
func (a *Agent) awaitAnswer(ctx context.Context, q *question) {
	patience := time.NewTimer(questionPatience)
	defer patience.Stop()
	answer := answerGone // who waits for the same asks anew
	select {
	case answer = <-q.answers:
	case <-patience.C:
		answer = answerMissed
	case <-ctx.Done():
	case <-a.life.Done():
	}
	a.consents.end(q, answer)
	_, err := a.desk.ClearNotice(context.WithoutCancel(ctx), q.key())
	a.report("notice", err)
	a.log.Info("asked", "account", q.Account, "program", q.Program.Path, "answer", answer)
	a.watchers.tell()
}

func (q *question) key() string { return fmt.Sprintf("question %d", q.ID) }

// take hands an answer over; a second one is not wanted.
func (q *question) take(answer api.Answer) {
	select {
	case q.answers <- answer:
	default:
	}
}
