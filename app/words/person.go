package words

import "freshkey/app/api"

// ReplaceQuestion asks whether a sign-in may put another person's token chain in an account's place, or what may be another person's.
func (w Catalog) ReplaceQuestion(l api.Login) string {
	kind := "login.confirm."
	if l.Brought {
		kind = "login.brought.confirm."
	}
	who := between(l.Had, l.Got)
	if l.Brought && l.Had == l.Got && l.Had != "" {
		who = "same"
	}
	return w.Text(kind+who, Args{Had: l.Had, Got: l.Got})
}

// AnotherPerson says of a sign-in that did not replace the account's token chain who was kept, who came, and what to do.
func (w Catalog) AnotherPerson(account string, l api.Login) *api.Problem {
	id, args := "login.other."+between(l.Had, l.Got), Args{Account: account, Had: l.Had, Got: l.Got}
	if l.Brought {
		id = "login.brought.kept"
	}
	return &api.Problem{Code: api.CodeFailed, Reason: api.ReasonAnotherPerson, What: w.Text(id, args), Advice: w.Text(id+".advice", args)}
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
