package words

import "freshkey/app/api"

// ReplaceQuestion asks whether a sign-in may put another person's token chain in an account's place. had and got are the
// openIds of both; one that is not known is empty.
func (w Catalog) ReplaceQuestion(had, got string) string {
	return w.Text("login.confirm."+between(had, got), Args{Had: had, Got: got})
}

// AnotherPerson says of a sign-in that did not replace the account's token chain who was kept, who came, and what to do. had and got are as in
// ReplaceQuestion.
func (w Catalog) AnotherPerson(account, had, got string) *api.Problem {
	id, args := "login.other."+between(had, got), Args{Account: account, Had: had, Got: got}
	return &api.Problem{Code: api.CodeFailed, Reason: "another_person", What: w.Text(id, args), Advice: w.Text(id+".advice", args)}
}

// between is which of two people is known; it ends the id of a sentence about them.
func between(had, got string) string {
	switch {
	case had == "" && got == "":
		return "unknown"
	case got == "":
		return "unnamed"
	case had == "":
		return "unowned"
	}
	return "both"
}
