package api

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Shell is a way to write variables down.
type Shell string

// The shells that Exports writes for.
const (
	ShellPOSIX      Shell = "sh" // and fish, which reads the same
	ShellFish       Shell = "fish"
	ShellPowerShell Shell = "powershell"
	ShellDotenv     Shell = "dotenv" // NAME=value, as docker --env-file takes it
)

// Shells lists them.
func Shells() []Shell { return []Shell{ShellPOSIX, ShellFish, ShellPowerShell, ShellDotenv} }

// Variable is a variable of an environment.
type Variable struct{ Name, Value string }

// Variables are what a program finds of a token in its environment.
func (t Token) Variables() []Variable {
	return []Variable{
		{"ACCESS_TOKEN", t.AccessToken},
		{"TOKEN_TYPE", t.TokenType},
		{"MAC_KEY", t.MACKey},
		{"MAC_ALGORITHM", t.MACAlgorithm},
		{"EXPIRES_AT", t.ExpiresAt.Format(time.RFC3339)},
		{"OPEN_ID", t.OpenID},
	}
}

// quote writes a value so that POSIX shells and fish read the same: fish takes a backslash within single quotes for a mark of its own.
var quote = strings.NewReplacer("'", `'"'"'`, `\`, `'"\\"'`)

// quotePowerShell doubles what PowerShell takes for a single quote, typographic ones included.
var quotePowerShell = strings.NewReplacer("'", "''", "‘", "‘‘", "’", "’’", "‚", "‚‚", "‛", "‛‛")

// Env is the token as lines for a shell: export NAME='value'.
func (t Token) Env() string { return t.Exports(ShellPOSIX) }

// Fits reports whether a form can write the token down: a line of dotenv holds no line break.
func (t Token) Fits(shell Shell) bool {
	return shell != ShellDotenv || !slices.ContainsFunc(t.Variables(), func(v Variable) bool { return strings.ContainsAny(v.Value, "\n\r") })
}

// Exports is the token as lines that set variables. Where the form has no way to write a line break, which no real token has, it becomes a blank.
func (t Token) Exports(shell Shell) string {
	var b strings.Builder
	for _, v := range t.Variables() {
		switch shell {
		case ShellPowerShell:
			fmt.Fprintf(&b, "$env:%s = '%s'\n", v.Name, quotePowerShell.Replace(v.Value))
		case ShellDotenv:
			fmt.Fprintf(&b, "%s=%s\n", v.Name, strings.NewReplacer("\n", " ", "\r", " ").Replace(v.Value))
		default:
			fmt.Fprintf(&b, "export %s='%s'\n", v.Name, quote.Replace(v.Value))
		}
	}
	return b.String()
}
