// Program manual writes the manual pages and completions that packages carry, into the folder that it is given.
package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
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
	header := &doc.GenManHeader{Section: "1", Date: &date, Source: "Freshkey " + args[1], Manual: "Freshkey"}
	if err := doc.GenManTree(root, header, args[0]); err != nil {
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

// completions are those of each shell, by the name that the shell looks for.
func completions(root *cobra.Command) map[string]func(io.Writer) error {
	return map[string]func(io.Writer) error{
		"freshkey.bash": func(w io.Writer) error { return root.GenBashCompletionV2(w, true) },
		"_freshkey":     root.GenZshCompletion,
		"freshkey.fish": func(w io.Writer) error { return root.GenFishCompletion(w, true) },
	}
}
