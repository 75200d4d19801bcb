package oauth

import (
	"strconv"
	"strings"
)

// ErrorCode is how a provider calls an error: a number, or a word as RFC 6749 §5.2 has them. Empty for none.
type ErrorCode string

// longestCode is of a word that may be shown; RFC 6749's own have 22 letters at the most.
const longestCode = 40

// ParseErrorCode takes what stands in the field error. What could be a sentence, or markup, is none.
func ParseErrorCode(text string) ErrorCode {
	if text == "" || text == "0" || len(text) > longestCode {
		return ""
	}
	if number, err := strconv.Atoi(text); err == nil {
		return ErrorCode(strconv.Itoa(number)) // without leading zeros
	}
	if strings.ContainsFunc(text, func(r rune) bool {
		return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.", r)
	}) {
		return ""
	}
	return ErrorCode(text)
}

// NumberCode is a number as an ErrorCode; 0 is none.
func NumberCode(n int) ErrorCode { return ParseErrorCode(strconv.Itoa(n)) }

// Number is the code if it is a number, else 0.
func (c ErrorCode) Number() int {
	n, _ := strconv.Atoi(string(c)) // 0 for a word
	return n
}

// Word is the code if it is a word.
func (c ErrorCode) Word() string {
	if c.Number() != 0 {
		return ""
	}
	return string(c)
}

// standardCodes are RFC 6749 §5.2's words, and two that come from RFC 8628 and from gateways, for a refresh. Every provider has them, unless
// its own table says otherwise, but the built-in one: that one speaks in numbers, and a word is not its own.
func standardCodes() map[ErrorCode]Class {
	return map[ErrorCode]Class{
		"invalid_grant":  Dead,
		"invalid_client": Misconfigured, "unauthorized_client": Misconfigured, "invalid_scope": Misconfigured, "unsupported_grant_type": Misconfigured,
		"temporarily_unavailable": Transient, "slow_down": Transient,
	}
}

func validateCodes(codes map[ErrorCode]Class) error {
	for code, class := range codes {
		if ParseErrorCode(string(code)) != code || code == "" {
			return &FieldError{"codes", FieldNotCodes, string(code)}
		}
		switch class {
		case Dead, Misconfigured, Transient, Uncertain:
		default:
			return &FieldError{"codes", FieldNoSuchClass, string(code)}
		}
	}
	return nil
}
