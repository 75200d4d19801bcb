package command

import (
	"github.com/spf13/cobra"

	"freshkey/app/api"
	"freshkey/app/words"
)

// bring puts a chain that a person has won elsewhere in the place of an account's. What else they say of how they sign in contradicts that.
func (l *cli) bring(c *cobra.Command, name string, replace bool, otherwise ...bool) error {
	if count(otherwise...) > 0 {
		return l.usageError(c, "usage.one_of", words.Args{List: "--token-answer, --code-url, --no-browser, --device"})
	}
	text, err := l.readAnswer()
	if err != nil {
		return err
	}
	return l.withProvider(c.Context(), func(client *api.Client) error {
		return l.signIn(c.Context(), client, name, api.LoginRequest{Address: text, Elsewhere: true}, true, replace, false)
	})
}

// readAnswer is a token answer from standard input, or one that holds the refresh token that came in its place. A person at a terminal is asked
// for the latter, without echo.
func (l *cli) readAnswer() (text string, err error) {
	if file, atTerminal := terminal(l.In); atTerminal {
		text, err = l.hidden(file, "ask.token_answer")
	} else {
		text, err = l.piped("usage.no_answer")
	}
	if err != nil {
		return "", err
	}
	answer := api.AsAnswer(text)
	if answer == "" {
		return "", l.usage("usage.not_answer", words.Args{})
	}
	return answer, nil
}
