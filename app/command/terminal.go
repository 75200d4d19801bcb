package command

import (
	"context"
	"errors"
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

// hidden asks a person at the terminal the question id stands for, and reads the answer without echo, which is off before the question is there to
// be answered. Ctrl+C comes as a key then. The terminal is what it was before, however that ends.
func (l *cli) hidden(file *os.File, id string) (string, error) {
	before, err := term.MakeRaw(int(file.Fd()))
	if err != nil {
		return "", err
	}
	defer func() { _ = term.Restore(int(file.Fd()), before) }()
	ctx, stop := interruptible(context.Background())
	defer stop()
	if l.asker == nil { // one for all questions: it may have read the next answer already
		l.asker = term.NewTerminal(struct {
			io.Reader
			io.Writer
		}{file, l.Err}, "")
	}
	secret, err := answered(ctx, func() (string, error) { return l.asker.ReadPassword(l.Words.Text(id)) })
	if errors.Is(err, io.EOF) { // Ctrl+C or Ctrl+D
		err = interrupted
	}
	if err != nil {
		fmt.Fprint(l.Err, "\r\n")
	}
	return secret, err
}
