// Program manual writes the manual pages and completions that packages carry, into the folder that it is given.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"freshkey/app/command"
	"freshkey/app/words"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "manual:", err)
		os.Exit(1)
	}
}

// run wants the folder, the version, and the date of the source in seconds since 1970.
func run(args []string) error {
	if len(args) != 3 {
		return fmt.Errorf("manual DIR VERSION DATE: %d arguments", len(args))
	}
	seconds, err := strconv.ParseInt(args[2], 10, 64)
	if err != nil {
		return fmt.Errorf("the date: %w", err)
	}
	date := time.Unix(seconds, 0).UTC()
	root := command.Tree(command.Roles{Version: args[1], Words: words.New("en")})
	root.DisableAutoGenTag = true // a date of today
	asCode(root)
	header := &doc.GenManHeader{Section: "1", Date: &date, Source: "Freshkey " + args[1], Manual: "Freshkey"}
	use := root.Use
	root.Use += " [COMMAND]" // of the synopsis; completions have one without
	if err := doc.GenManTree(root, header, args[0]); err != nil {
		return err
	}
	root.Use = use
	if err := flagsAsTyped(args[0]); err != nil {
		return err
	}
	if err := addTopics(filepath.Join(args[0], "freshkey.1")); err != nil {
		return err
	}
	for name, write := range completions(root) {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(args[0], name), b.Bytes(), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// writings are the ways in which flags are written by who generates pages, and those in which people do.
var writings = []struct {
	generated *regexp.Regexp
	typed     string
}{
	{regexp.MustCompile(`(?m)^(.*\\fB--[a-z-]+\\fP)\[=false\]$`), `$1`},
	{regexp.MustCompile(`(?m)^\\fB--([a-z-]+)\\fP\[="[^"]*"\]$`), `\fB--$1\fP[=\fIVALUE\fP]`},
	{regexp.MustCompile(`(?m)^\\fB--([a-z-]+)\\fP=.*$`), `\fB--$1\fP \fIVALUE\fP`},
}

// flagsAsTyped has the pages in a folder show flags as people type them, without the values that they have when nobody does.
func flagsAsTyped(dir string) error {
	pages, err := filepath.Glob(filepath.Join(dir, "*.1"))
	for _, page := range pages {
		text, readErr := os.ReadFile(page)
		for _, w := range writings {
			text = w.generated.ReplaceAll(text, []byte(w.typed))
		}
		err = errors.Join(err, readErr, os.WriteFile(page, text, 0o644))
	}
	return err
}

// asCode has examples be examples in a manual too, where four blanks make them that: what has two is filled like any other text.
func asCode(c *cobra.Command) {
	c.Long = strings.ReplaceAll(c.Long, "\n  ", "\n    ")
	for _, sub := range c.Commands() {
		asCode(sub)
	}
}

// addTopics puts what is about no command into the main page, as sections before the last. Places are those of a session without variables of
// its own.
func addTopics(page string) error {
	text, err := os.ReadFile(page)
	if err != nil {
		return err
	}
	before, after, found := bytes.Cut(text, []byte(".SH SEE ALSO"))
	if !found {
		return fmt.Errorf("%s has no section SEE ALSO", page)
	}
	out := bytes.NewBuffer(bytes.Clone(before))
	at := command.Places{Config: "~/.config/freshkey", State: "~/.local/state/freshkey", Socket: "$XDG_RUNTIME_DIR/freshkey/freshkey.sock"}
	for _, t := range command.Topics(words.New("en"), at) {
		fmt.Fprintf(out, ".SH %s\n%s\n", sections[t.Name], roff(t.Title))
		for _, row := range t.Rows {
			fmt.Fprintf(out, ".TP\n\\fB%s\\fP\n%s\n", roff(row[0]), roff(row[1]))
		}
	}
	out.WriteString(".SH SEE ALSO")
	out.Write(after)
	return os.WriteFile(page, out.Bytes(), 0o644)
}

// sections are what manuals call the topics; see man-pages(7).
var sections = map[string]string{"scripts": "EXAMPLES", "headless": "WITHOUT A SCREEN", "json": "FIELDS OF JSON", "settings": "SETTINGS", "faults": "FAULTS OF THE SANDBOX", "exit-codes": "EXIT STATUS", "environment": "ENVIRONMENT", "files": "FILES", "states": "STATES OF AN ACCOUNT", "reasons": "REASONS OF A STATE"}

// roff writes text as it is to be read. What begins a line here is a letter, a digit, or no sign that roff takes for its own.
func roff(text string) string {
	return strings.NewReplacer(`\`, `\e`, "-", `\-`, "~", `\(ti`).Replace(text)
}

// completions are those of each shell, by the name that the shell looks for.
func completions(root *cobra.Command) map[string]func(io.Writer) error {
	return map[string]func(io.Writer) error{
		"freshkey.bash": func(w io.Writer) error { return root.GenBashCompletionV2(w, true) },
		"_freshkey":     root.GenZshCompletion,
		"freshkey.fish": func(w io.Writer) error { return root.GenFishCompletion(w, true) },
	}
}
