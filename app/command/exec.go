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
	c := &cobra.Command{Use: "exec [--min-valid D] [--wait D] NAME -- COMMAND …", Short: "help.exec", Long: "help.exec.long", Args: l.arguments(2, -1), DisableFlagsInUseLine: true}
	c.Flags().SetInterspersed(false) // what follows the name is the command's
	demanded := l.demands(c)
	c.RunE = func(c *cobra.Command, args []string) error {
		name := args[0]
		command, err := l.commandAfter(c, args[1:])
		if err != nil {
			return err
		}
		d, err := demanded()
		if err != nil {
			return err
		}
		path, err := exec.LookPath(command[0]) // before a token is asked for
		if err != nil {
			return l.notRun(command[0], err)
		}
		return l.withProvider(c.Context(), func(client *api.Client) error {
			t, err := l.awaitToken(c.Context(), client, name, d)
			if err != nil {
				return err
			}
			return l.notRun(command[0], program.Become(c.Context(), path, withVariables(os.Environ(), t.Variables()), command[1:]...))
		})
	}
	return c
}

// commandAfter is the command that follows an account's name. Flags between the two are ours, up to the "--" that has to end them then.
func (l *cli) commandAfter(c *cobra.Command, args []string) ([]string, error) {
	if end := slices.Index(args, "--"); end >= 0 && strings.HasPrefix(args[0], "-") {
		if err := c.Flags().Parse(args[:end]); err != nil {
			return nil, l.flagProblem(c, err)
		}
		if c.Flags().NArg() > 0 {
			return nil, l.usageError(c, "usage.exec", words.Args{})
		}
		args = args[end+1:]
	}
	if len(args) == 0 || strings.HasPrefix(args[0], "-") {
		return nil, l.usageError(c, "usage.exec", words.Args{})
	}
	return args, nil
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
	l.say(&api.Problem{What: l.Words.Text(id, words.Args{Argument: name, Problem: innermost(err).Error()})})
	return code
}

// innermost is what an error comes down to: around it stands what was said already.
func innermost(err error) error {
	for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(err) {
		err = inner
	}
	return err
}

// exited is another program's exit code, which is ours then. Whatever there is to be said was said.
type exited int

func (exited) Error() string { return "" }
