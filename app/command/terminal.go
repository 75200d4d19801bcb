package command

import (
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

// hidden asks a person at the terminal the question id stands for, and reads the answer without echo.
func (l *cli) hidden(file *os.File, id string) (string, error) {
	fmt.Fprint(l.Err, l.Words.Text(id))
	secret, err := term.ReadPassword(int(file.Fd()))
	fmt.Fprintln(l.Err)
	return string(secret), err
}
