package agent

import (
	"testing"

	"freshkey/app/api"
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
		var got api.Answer
		select {
		case got = <-want.q.answers:
		default:
		}
		if got != want.answer {
			t.Errorf("%s: answered %q, want %q", want.what, got, want.answer)
		}
	}
}
