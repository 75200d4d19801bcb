package oauth

// Flaw says what is wrong with an input, as a stable code. The sentence is in the catalogue of words.
type Flaw string

// The flaws an input can have.
const (
	FlawMissing       Flaw = "missing"
	FlawTooLarge      Flaw = "too_large"      // for anything a token endpoint answers
	FlawNotJSON       Flaw = "not_json"       // not a JSON object
	FlawTrailing      Flaw = "trailing"       // something follows the JSON object
	FlawNotScalar     Flaw = "not_scalar"     // neither text nor number
	FlawProviderError Flaw = "provider_error" // the provider's own error number, which is the detail
	FlawNotSeconds    Flaw = "not_seconds"
	FlawNotTime       Flaw = "not_time"
	FlawNotName       Flaw = "not_name"
	FlawTaken         Flaw = "taken" // another has this name
	FlawBlanks        Flaw = "blanks"
	FlawNotAddress    Flaw = "not_address"
	FlawUserInfo      Flaw = "user_info" // the address holds a user name or a password
	FlawQuery         Flaw = "query"     // the address has a query or a fragment
	FlawNotHTTPS      Flaw = "not_https"
	FlawNotMethod     Flaw = "not_method"
	FlawNotGetPost    Flaw = "not_get_post" // the methods of a token endpoint
	FlawNoSuchClass   Flaw = "no_class"     // the detail is the number that was given it
	FlawNotCodes      Flaw = "not_codes"    // not pairs of number and class
	FlawNotProvider   Flaw = "not_provider" // not a provider file; the detail says where it breaks
)

// FieldError is an input that cannot be accepted: which field, and what is wrong with it. It quotes nothing that may be
// a secret.
type FieldError struct {
	Field  string
	Flaw   Flaw
	Detail string // what some flaws are about
}

func (e *FieldError) Error() string {
	if e.Detail != "" {
		return e.Field + ": " + string(e.Flaw) + ": " + e.Detail
	}
	return e.Field + ": " + string(e.Flaw)
}
