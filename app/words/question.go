package words

import (
	"strings"

	"freshkey/app/api"
)

// Question is what a person is asked: the sentences, and the label of each answer.
type Question struct {
	Title, Text string
	Answers     map[api.Answer]string
}

// Question words a question about an account.
func (w Catalog) Question(q api.Question, account api.Account) Question {
	args := Args{Account: account.Name, Name: w.Program(q.Program), Path: q.Export, Detail: strings.Join(q.Origins, ", "), Was: strings.Join(account.ConfirmedOrigins, ", ")}
	labels := map[api.Answer]string{}
	for _, answer := range api.Answers() {
		labels[answer] = w.Text("answer." + string(answer))
	}
	about := Question{w.Text("question.title", args), w.Text("question.text", args), labels}
	switch {
	case q.Export != "":
		labels[api.AnswerOnce] = w.Text("export.yes")
		about.Title, about.Text = w.Text("export.title", args), w.Text("export.question", args)
	case len(q.Origins) > 0:
		labels[api.AnswerOnce] = w.Text("endpoint.yes")
		about.Title, about.Text = w.Text("endpoint.title", args), w.Text("endpoint.question", args)+"\n\n"+w.Text("endpoint.program", args)
	case q.EndsAsking:
		labels[api.AnswerOnce] = w.Text("question.ends_asking.yes")
		about.Title, about.Text = w.Text("question.ends_asking.title", args), w.Text("question.ends_asking.text", args)
	}
	return about
}
