package command

import (
	"context"
	"fmt"
	"io"
	"os"

	"golang.org/x/term"

	"freshkey/app/words"
)

// terminal is the terminal that a reader is; false if a person can't be asked there.
func terminal(in io.Reader) (*os.File, bool) {
	file, isFile := in.(*os.File)
	return file, isFile && term.IsTerminal(int(file.Fd()))
}

// seen reports whether somebody reads what is printed, at a terminal.
func (l *cli) seen() bool {
	file, isFile := l.Out.(*os.File)
	return isFile && term.IsTerminal(int(file.Fd()))
}

// tell says something to the person; standard output is for what scripts take.
func (l *cli) tell(id string, a words.Args) { fmt.Fprintln(l.Err, l.Words.Text(id, a)) }

// hidden asks a person at the terminal the question id stands for, and reads the answer without echo. The terminal echoes again however that ends.
func (l *cli) hidden(file *os.File, id string) (string, error) {
	terminal := int(file.Fd())
	before, err := term.GetState(terminal)
	if err != nil {
		return "", err
	}
	ctx, stop := interruptible(context.Background())
	defer stop()
	fmt.Fprint(l.Err, l.Words.Text(id))
	secret, err := answered(ctx, func() (string, error) {
		secret, err := term.ReadPassword(terminal)
		return string(secret), err
	})
	if ctx.Err() != nil {
		_ = term.Restore(terminal, before)
	}
	fmt.Fprintln(l.Err)
	return secret, err
}
