package oauth

import (
	"encoding/json"
	"errors"
	"strings"
)

// FieldErrorCode says what is wrong with an input, as a stable code. The sentence is in the catalogue of words.
type FieldErrorCode string

// What can be wrong with an input.
const (
	FieldMissing       FieldErrorCode = "missing"
	FieldTooLarge      FieldErrorCode = "too_large"      // for anything a token endpoint answers
	FieldNotJSON       FieldErrorCode = "not_json"       // not a JSON object
	FieldTrailing      FieldErrorCode = "trailing"       // something follows the JSON object
	FieldNotScalar     FieldErrorCode = "not_scalar"     // neither text nor number
	FieldProviderError FieldErrorCode = "provider_error" // the provider's own error number, which is the detail
	FieldNotSeconds    FieldErrorCode = "not_seconds"
	FieldNotTime       FieldErrorCode = "not_time"
	FieldNotName       FieldErrorCode = "not_name"
	FieldTaken         FieldErrorCode = "taken" // another has this name
	FieldBlanks        FieldErrorCode = "blanks"
	FieldNotAddress    FieldErrorCode = "not_address"
	FieldNotASCII      FieldErrorCode = "not_ascii" // the address names a server with letters that look like others
	FieldUserInfo      FieldErrorCode = "user_info" // the address holds a user name or a password
	FieldQuery         FieldErrorCode = "query"     // the address has a query or a fragment
	FieldNotHTTPS      FieldErrorCode = "not_https"
	FieldNotMethod     FieldErrorCode = "not_method"
	FieldNotGetPost    FieldErrorCode = "not_get_post"   // the methods of a token endpoint
	FieldNoSuchClass   FieldErrorCode = "no_class"       // the detail is the number that was given it
	FieldNotOffered    FieldErrorCode = "not_offered"    // the detail, which is none of the words it may be
	FieldNotFilled     FieldErrorCode = "not_filled"     // a place in the provider's addresses, for which the detail is an example
	FieldNotPlace      FieldErrorCode = "not_place"      // what cannot stand in such a place; the detail is an example
	FieldNotAsked      FieldErrorCode = "not_asked"      // no place of the provider's
	FieldOwnParameter  FieldErrorCode = "own_parameter"  // the detail, which Freshkey says itself
	FieldNotDiscovered FieldErrorCode = "not_discovered" // nothing, or nothing of itself, is said at the issuer's addresses
	FieldNotCodes      FieldErrorCode = "not_codes"      // not pairs of number and class
	FieldNotProvider   FieldErrorCode = "not_provider"   // not a provider file; the detail says where it breaks
)

// FieldError is an input that cannot be accepted: which field, and what is wrong with it. It quotes nothing that may be
// a secret.
type FieldError struct {
	Field  string
	Code   FieldErrorCode
	Detail string // what some codes are about
}

func (e *FieldError) Error() string {
	if e.Detail != "" {
		return e.Field + ": " + string(e.Code) + ": " + e.Detail
	}
	return e.Field + ": " + string(e.Code)
}

// jsonFlaw is what is wrong with JSON, without Go's words for it.
func jsonFlaw(err error) string {
	x, isType := errors.AsType[*json.UnmarshalTypeError](err)
	switch {
	case isType && x.Field == "":
		return "it is no JSON object"
	case isType:
		return x.Field + " cannot be a " + x.Value
	}
	return strings.TrimPrefix(err.Error(), "json: ")
}
