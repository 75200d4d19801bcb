package command

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"

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
			return l.notRun(command[0], program.Become(c.Context(), path, withVariables(os.Environ(), t.Variables()), command[1:]...))
		})
	}
	return c
}

// withVariables is an environment with these variables, and no others of their names: of two that are called the same, programs take either.
func withVariables(env []string, all []api.Variable) []string {
	env = slices.DeleteFunc(env, func(entry string) bool {
		name, _, _ := strings.Cut(entry, "=")
		return slices.ContainsFunc(all, func(v api.Variable) bool {
			return name == v.Name || (runtime.GOOS == "windows" && strings.EqualFold(name, v.Name))
		})
	})
	for _, v := range all {
		env = append(env, v.Name+"="+v.Value)
	}
	return env
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
