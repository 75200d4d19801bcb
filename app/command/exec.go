package command

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"

	"github.com/spf13/cobra"

	"freshkey/app/api"
	"freshkey/app/program"
	"freshkey/app/words"
)

func (l *cli) exec() *cobra.Command {
	c := &cobra.Command{Use: "exec NAME -- COMMAND …", Short: "help.exec", Long: "help.exec.long", Args: l.arguments(2, -1)}
	c.Flags().SetInterspersed(false) // what follows the name is the command's
	minValid := l.validity(c)
	c.RunE = func(c *cobra.Command, args []string) error {
		d, err := minValid()
		if err != nil {
			return err
		}
		name, command := args[0], args[1:]
		if command[0] == "--" {
			command = command[1:]
		}
		if len(command) == 0 {
			return l.usageError(c, "usage.exec", words.Args{})
		}
		path, err := exec.LookPath(command[0]) // before a token is asked for
		if err != nil {
			return l.notRun(command[0], err)
		}
		return l.withAgent(c.Context(), func(client *api.Client) error {
			t, err := client.Token(c.Context(), name, d)
			if err != nil {
				return err
			}
			env := os.Environ()
			for _, v := range t.Variables() {
				env = append(env, v.Name+"="+v.Value)
			}
			return l.notRun(command[0], program.Become(c.Context(), path, env, command[1:]...))
		})
	}
	return c
}

// notRun is why a command did not run; a command that ran and failed has said so itself.
func (l *cli) notRun(name string, err error) error {
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return exited(exit.ExitCode())
	}
	if err == nil {
		return nil
	}
	id, code := "cli.exec.failed", exited(126)
	if errors.Is(err, exec.ErrNotFound) || errors.Is(err, fs.ErrNotExist) {
		id, code = "cli.exec.missing", exited(127)
	}
	l.say(&api.Problem{What: l.Words.Text(id, words.Args{Argument: name})})
	return code
}

// exited is another program's exit code, which is ours then. Whatever there is to be said was said.
type exited int

func (exited) Error() string { return "" }
