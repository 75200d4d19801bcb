package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"freshkey/app/words"
	"freshkey/oauth"
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

// asker asks at a terminal.
type asker struct {
	terminal *term.Terminal
	screen   *screen
}

// screen is where a terminal shows what it has to.
type screen struct {
	io.Reader
	out    io.Writer
	silent bool // nothing is shown
}

func (s *screen) Write(p []byte) (int, error) {
	if s.silent {
		return len(p), nil
	}
	return s.out.Write(p)
}

func newAsker(in io.Reader, out io.Writer) *asker {
	s := &screen{Reader: in, out: out}
	return &asker{term.NewTerminal(s, ""), s}
}

// secret reads an answer: a line, or as many as JSON goes on for. An empty line ends it too.
func (a *asker) secret(prompt string) (text string, err error) {
	defer func() { a.screen.silent = false }()
	for {
		line, err := a.terminal.ReadPassword(prompt)
		if err != nil || line == "" {
			return text, err
		}
		if text = strings.TrimPrefix(text+"\n"+line, "\n"); !goesOn(text) {
			return text, nil
		}
		a.screen.silent = true // no line feed for each line of a paste
	}
}

// goesOn reports whether a text is the beginning of JSON, with or without the prefix that Xiaomi puts before it.
func goesOn(text string) bool {
	text = strings.TrimPrefix(strings.TrimSpace(text), oauth.BuiltIn().Prefix)
	var raw json.RawMessage
	return strings.HasPrefix(strings.TrimSpace(text), "{") && errors.Is(json.NewDecoder(strings.NewReader(text)).Decode(&raw), io.ErrUnexpectedEOF)
}

// discardTyped takes away what was typed or pasted behind the answer to a hidden question, after which the command has failed: the shell would show it,
// and take it for a command.
func (l *cli) discardTyped() {
	if l.typed == nil {
		return
	}
	if before, err := term.MakeRaw(int(l.typed.Fd())); err == nil {
		discardInput(l.typed)
		_ = term.Restore(int(l.typed.Fd()), before)
	}
}

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
		l.asker = newAsker(file, l.Err)
	}
	secret, err := answered(ctx, func() (string, error) { return l.asker.secret(l.Words.Text(id)) })
	if errors.Is(err, io.EOF) { // Ctrl+C or Ctrl+D
		err = interrupted
	}
	if l.typed = file; strings.Contains(secret, "{") { // whatever comes behind a token answer is no answer to the next question
		discardInput(file)
	}
	if err != nil {
		fmt.Fprint(l.Err, "\r\n")
	}
	return secret, err
}
