package command

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"freshkey/app/api"
	"freshkey/app/atomicfile"
	"freshkey/app/transfer"
	"freshkey/app/words"
	"freshkey/oauth"
)

// mostTries is how often an export begins anew because the account was refreshed meanwhile.
const mostTries = 3

func (l *cli) export() *cobra.Command {
	c := &cobra.Command{Use: "export NAME --move FILE", Short: "help.export", Long: "help.export.long", Args: l.arguments(1, 1)}
	path := c.Flags().String("move", "", "help.export_move")
	c.RunE = func(c *cobra.Command, args []string) error {
		if *path == "" {
			return l.usageError(c, "usage.export", words.Args{})
		}
		begun, err := l.exportBegun(*path)
		if err != nil {
			return err
		}
		passphrase, err := l.passphrase(true)
		if err != nil {
			return err
		}
		e := export{l, *path, args[0], passphrase}
		return l.withAgent(c.Context(), func(client *api.Client) error { return e.run(c.Context(), client, begun) })
	}
	return c
}

// exportBegun is what an export that was interrupted has left in the file's place, if anything. Another file is not written over.
func (l *cli) exportBegun(path string) ([]byte, error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, l.usage("problem.move_file", words.Args{Path: path, Problem: err.Error()})
	}
	if _, err := transfer.Parse(data); err != nil {
		return nil, l.usage("problem.move_exists", words.Args{Path: path})
	}
	return data, nil
}

// export is one move of an account out of here.
type export struct {
	*cli
	path, name, passphrase string
}

// run goes on where an earlier one was interrupted, or begins. At each step the file is on the disk before the next one is taken.
func (e export) run(ctx context.Context, client *api.Client, file []byte) (err error) {
	if file != nil {
		file, err = e.goOn(ctx, client, file)
	}
	for tries := 0; err == nil && file == nil; tries++ {
		if file, err = e.begin(ctx, client); tries+1 < mostTries && hasReason(err, "moved_on") {
			err = nil // refreshed meanwhile
		}
	}
	if err == nil {
		err = client.FinishExport(ctx, e.name, api.ExportRequest{Passphrase: e.passphrase, File: file})
	}
	if err == nil {
		e.tell("cli.exported", words.Args{Account: e.name, Path: e.path})
	}
	return err
}

// goOn finishes a file that was begun; nil if nothing has left by it.
func (e export) goOn(ctx context.Context, client *api.Client, file []byte) ([]byte, error) {
	begun, err := transfer.Parse(file)
	if err != nil || begun.Release != "" { // it is whole already
		return file, err
	}
	file, err = e.letGo(ctx, client, file)
	if hasReason(err, "moved_on") {
		return nil, nil
	}
	return file, err
}

// begin writes a file, and finishes it.
func (e export) begin(ctx context.Context, client *api.Client) ([]byte, error) {
	e.tell("cli.export.waiting", words.Args{Account: e.name})
	sealed, err := client.Export(ctx, e.name, api.ExportRequest{Passphrase: e.passphrase})
	if err != nil {
		return nil, err
	}
	if err := e.write(sealed.File); err != nil {
		return nil, err
	}
	return e.letGo(ctx, client, sealed.File)
}

func (e export) letGo(ctx context.Context, client *api.Client, file []byte) ([]byte, error) {
	whole, err := client.LetGo(ctx, e.name, api.ExportRequest{Passphrase: e.passphrase, File: file})
	if err != nil {
		return nil, err
	}
	return whole.File, e.write(whole.File)
}

// write puts the file on the disk, and reads it back.
func (e export) write(file []byte) error {
	err := atomicfile.Write(e.path, file, 0o600)
	if err == nil {
		var back []byte
		if back, err = os.ReadFile(e.path); err == nil && !bytes.Equal(back, file) {
			err = errors.New("what was written is not what is read back")
		}
	}
	if err != nil {
		return &api.Problem{Code: api.CodeFailed, Reason: "move_file", What: e.Words.Text("problem.move_not_written", words.Args{Path: e.path, Problem: err.Error()}), Advice: e.Words.Text("problem.move_not_written.advice")}
	}
	return nil
}

func hasReason(err error, reason oauth.Reason) bool {
	p, ok := errors.AsType[*api.Problem](err)
	return ok && p.Reason == reason
}

// passphrase is the first line of standard input; a person at a terminal is asked, without echo, and for a new one twice.
func (l *cli) passphrase(anew bool) (string, error) {
	file, atTerminal := terminal(l.In)
	if !atTerminal {
		text, err := readPiped(l.In)
		text, _, _ = strings.Cut(text, "\n")
		text = strings.TrimSuffix(text, "\r")
		if err == nil && anew && !transfer.LongEnough(text) {
			err = l.usage("problem.passphrase", words.Args{})
		}
		return text, err
	}
	first, err := l.hidden(file, "ask.passphrase")
	switch {
	case err != nil || !anew:
		return first, err
	case !transfer.LongEnough(first):
		return "", l.usage("problem.passphrase", words.Args{})
	}
	again, err := l.hidden(file, "ask.passphrase_again")
	if err == nil && again != first {
		err = l.usage("problem.passphrases", words.Args{})
	}
	return first, err
}
