package command

import (
	"bufio"
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

// readLine reads a line at a terminal. One that is still waited for when its question is over is the next question's.
func (l *cli) readLine(ctx context.Context, file *os.File) (string, error) {
	if l.lines == nil {
		l.lines = bufio.NewReader(file)
	}
	if l.line == nil {
		line := make(chan answer, 1)
		l.line = line
		go func() {
			text, err := l.lines.ReadString('\n')
			line <- answer{text, err}
		}()
	}
	select {
	case a := <-l.line:
		l.line = nil
		return a.text, a.err
	case <-ctx.Done():
		return "", interrupted
	}
}

// asker reads what is typed at a terminal in raw mode. It shows nothing of it, and takes lines of any length, which neither the system nor x/term does.
type asker struct{ keys *bufio.Reader }

// secret reads an answer: a line, or as many as JSON goes on for. An empty line ends it too. io.EOF is Ctrl+C or Ctrl+D.
func (a *asker) secret() (text string, err error) {
	for {
		line, err := a.line()
		if err != nil || line == "" {
			return text, err
		}
		if text = strings.TrimPrefix(text+"\n"+line, "\n"); !goesOn(text) {
			return text, nil
		}
	}
}

// The keys that do something in a line that nobody sees.
const (
	keyCtrlC     = 3
	keyCtrlD     = 4
	keyBackspace = 8
	keyCtrlU     = 21
	keyEscape    = 27
	keyDelete    = 127
)

func (a *asker) line() (string, error) {
	var line []rune
	for len(line) <= maxInput {
		key, _, err := a.keys.ReadRune()
		switch {
		case err != nil:
			return "", err
		case key == keyCtrlC, key == keyCtrlD:
			return "", io.EOF
		case key == '\r', key == '\n':
			return string(line), nil
		case key == keyBackspace, key == keyDelete:
			line = line[:max(0, len(line)-1)]
		case key == keyCtrlU:
			line = line[:0]
		case key == keyEscape: // an arrow or another key that is no letter
			a.skipSequence()
		case key >= ' ' || key == '\t':
			line = append(line, key)
		}
	}
	return "", &oauth.FieldError{Field: "input", Code: oauth.FieldTooLarge}
}

// skipSequence skips what a key sends behind the escape character: "[" or "O", and what comes up to a letter or a tilde.
func (a *asker) skipSequence() {
	if next, err := a.keys.Peek(min(1, a.keys.Buffered())); err != nil || len(next) == 0 || next[0] != '[' && next[0] != 'O' {
		return
	}
	_, _ = a.keys.Discard(1)
	for a.keys.Buffered() > 0 {
		if key, err := a.keys.ReadByte(); err != nil || key >= '@' && key <= '~' {
			return
		}
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
	file, atTerminal := terminal(l.In)
	if l.asker == nil || !atTerminal {
		return
	}
	if before, err := term.MakeRaw(int(file.Fd())); err == nil {
		discardInput(file)
		_ = term.Restore(int(file.Fd()), before)
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
		l.asker = &asker{bufio.NewReader(file)}
	}
	fmt.Fprint(l.Err, l.Words.Text(id))
	secret, err := answered(ctx, l.asker.secret)
	fmt.Fprint(l.Err, "\r\n")
	if errors.Is(err, io.EOF) { // Ctrl+C or Ctrl+D
		err = interrupted
	}
	if strings.Contains(secret, "{") { // whatever comes behind a token answer is no answer to the next question
		discardInput(file)
	}
	return secret, err
}
