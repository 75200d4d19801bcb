package agent

import (
	"slices"
	"sync"
	"time"

	"freshkey/app/api"
)

// consents are the questions whether a program may have an account's tokens, and what was allowed until the agent ends.
type consents struct {
	mu      sync.Mutex // guards what follows
	last    int        // number of the last question
	open    []*question
	allowed []api.Permission
}

// question is one that waits for a person.
type question struct {
	api.Question
	answers chan api.Answer // size 1
	ended   chan struct{}
	answer  api.Answer // once ended is closed
	shown   bool       // in the window and nowhere else, because there was no other way; guarded by consents.mu
}

func (c *consents) allows(account, path string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.ContainsFunc(c.allowed, func(p api.Permission) bool { return p.Account == account && p.Path == path })
}

// ask opens a question, unless the same one is open: then it is that, and not mine. What is asked in the window alone is about one request: of two
// for an account at once, the second is not asked, and q is nil.
func (c *consents) ask(about api.Question) (q *question, mine bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if about.InWindow() && slices.ContainsFunc(c.open, func(q *question) bool { return q.InWindow() && q.Account == about.Account }) {
		return nil, false
	}
	for _, q := range c.open {
		if q.Account == about.Account && q.Program.Path == about.Program.Path && q.InWindow() == about.InWindow() && q.EndsAsking == about.EndsAsking {
			return q, false
		}
	}
	c.last++
	about.ID = c.last
	q = &question{Question: about, answers: make(chan api.Answer, 1), ended: make(chan struct{})}
	c.open = append(c.open, q)
	return q, true
}

func (c *consents) answer(id int, answer api.Answer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, q := range c.open {
		if q.ID == id {
			q.take(answer)
		}
	}
}

// inWindow notes that a question stands in the window alone.
func (c *consents) inWindow(q *question) {
	c.mu.Lock()
	defer c.mu.Unlock()
	q.shown = true
}

// refuse ends every question that only the window asks: there is none.
func (c *consents) refuse() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, q := range c.open {
		switch {
		case q.InWindow():
			q.take(api.AnswerNo)
		case q.shown:
			q.take(answerNobody)
		}
	}
}

// end closes a question. What is to be remembered needs a program that can be told from others.
func (c *consents) end(q *question, answer api.Answer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.open = slices.DeleteFunc(c.open, func(o *question) bool { return o == q })
	if answer == api.AnswerSession && q.Program.Path != "" && !q.InWindow() {
		c.allowed = append(c.allowed, api.Permission{Account: q.Account, Path: q.Program.Path, Since: time.Now().Round(0)})
	}
	q.answer = answer
	close(q.ended)
}

func (c *consents) revoke(account string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.allowed = slices.DeleteFunc(c.allowed, func(p api.Permission) bool { return account == "" || p.Account == account })
}

func (c *consents) now() (open []api.Question, allowed []api.Permission) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, q := range c.open {
		open = append(open, q.Question)
	}
	return open, append([]api.Permission{}, c.allowed...)
}
