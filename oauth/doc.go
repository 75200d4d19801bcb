// Package oauth is the protocol: what is sent to a provider's token endpoint and Open API, and what the answers mean.
//
// Bytes go in and values come out. Nothing here remembers anything or knows a keychain, and a token endpoint gets one request a
// call. The layers above build on it, and imports run one way:
//
//	keeper   the engine: which account is refreshed when, and what an account is
//	journal  what survives a crash: records, intents, sealed answers
//	oauth    the protocol
//
// Where to look:
//
//	provider.go     what differs between providers, as data
//	account.go      an account's settings, and whether they can be used
//	exchange.go     one request to a token endpoint, sent exactly once, its answer read whole (object.go knows where it ends)
//	answer.go       an answer's body turned into a Token, or into the *Error it amounts to
//	error.go        the classes and reasons of failures
//	signin.go       the page a person signs in on, and the address the sign-in ends at
//	mac.go, call.go signed calls of the Open API
//	credentials.go  what a person pastes or pipes in; recognize.go finds it in curl lines and addresses
//	token.go        tokens, and the type that keeps secrets from being printed
//
// Everything exported is safe for use by any goroutine. Functions that need the time take it as an argument. Only the
// standard library is imported.
package oauth
