package oauth

import (
	"maps"
	"net/url"
	"slices"
)

// Names are what a provider calls parameters of requests and fields of answers, where that is not what RFC 6749 calls them. The keys
// are the standard's.
type Names map[string]string

// standardNames can be called otherwise.
var standardNames = []string{
	"client_id", "client_secret", "redirect_uri", "scope", "code", "refresh_token", "access_token", "token_type", "expires_in",
	"refresh_token_expires_in", "openId", "error", "device_code", "user_code", "verification_uri", "verification_uri_complete",
}

// fixedNames are what Freshkey says itself and nobody calls otherwise.
var fixedNames = []string{
	"response_type", "state", "code_challenge", "code_challenge_method", "grant_type", "code_verifier", "token", "token_type_hint", "iss",
}

func (n Names) validate() error {
	taken := map[string]bool{}
	for _, standard := range slices.Sorted(maps.Keys(n)) {
		theirs := n[standard]
		switch _, renamed := n[theirs]; {
		case !slices.Contains(standardNames, standard):
			return &FieldError{"names", FieldNotOffered, standard}
		case theirs == "", taken[theirs], slices.Contains(fixedNames, theirs), slices.Contains(standardNames, theirs) && !renamed:
			return &FieldError{"names", FieldNotOffered, theirs}
		}
		taken[theirs] = true
	}
	return nil
}

// request is a form with the parameters called as the provider calls them.
func (n Names) request(form url.Values) url.Values {
	if len(n) == 0 {
		return form
	}
	called := url.Values{}
	for name, values := range form {
		called[n.theirs(name)] = values
	}
	return called
}

// theirs is what the provider calls a standard name.
func (n Names) theirs(standard string) string {
	if name, renamed := n[standard]; renamed {
		return name
	}
	return standard
}

// standard is the standard's name for what a field of an answer is called; empty for a standard's name that means something else here.
func (n Names) standard(theirs string) string {
	for standard, name := range n {
		if name == theirs {
			return standard
		}
	}
	if _, renamed := n[theirs]; renamed {
		return ""
	}
	return theirs
}

// taken reports whether something that Freshkey says itself goes by a name.
func (n Names) taken(name string) bool {
	for _, theirs := range n {
		if theirs == name {
			return true
		}
	}
	return false
}
