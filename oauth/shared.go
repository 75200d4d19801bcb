package oauth

import (
	"encoding/json"
	"reflect"
)

// Shared are providers in one copy each: of thousands of accounts most have the same. The zero value has none. Not safe for several goroutines.
type Shared struct{ byText map[string]*Provider }

// One is a provider that equals p: the one that was there first, or p. Nobody changes it.
func (s *Shared) One(p Provider) *Provider {
	text, _ := json.Marshal(p)                                                         // strings and numbers always marshal
	if found := s.byText[string(text)]; found != nil && reflect.DeepEqual(*found, p) { // in the text an empty list is like none, which it is not
		return found
	}
	if s.byText == nil {
		s.byText = map[string]*Provider{}
	}
	s.byText[string(text)] = &p
	return &p
}
