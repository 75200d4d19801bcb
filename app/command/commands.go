package command

import "github.com/spf13/cobra"

// commands are all commands by name.
func (l *cli) commands() map[string]func() *cobra.Command {
	return map[string]func() *cobra.Command{
		"window":         l.window,
		"add":            l.add,
		"list":           l.list,
		"token":          l.token,
		"copy":           l.copy,
		"sign":           l.sign,
		"call":           l.call,
		"exec":           l.exec,
		"git-credential": l.gitCredential,
		"check":          l.check,
		"events":         l.events,
		"refresh":        l.refresh,
		"login":          l.login,
		"hold":           l.hold,
		"release":        l.release,
		"rename":         l.rename,
		"edit":           l.edit,
		"log":            l.log,
		"remove":         l.remove,
		"sandbox":        l.sandbox,
		"doctor":         l.doctor,
		"permissions":    l.permissions,
		"door":           l.door,
		"export":         l.export,
		"import":         l.importFile,
		"lock":           l.lock,
		"unlock":         l.unlock,
		"autostart":      l.autostart,
		"provider":       l.provider,
		"profiles":       l.profiles,
		"quit":           l.quit,
		"version":        l.version,
		"completion":     l.completion,
	}
}

// wanted are the commands that args need: the one they begin with, all of them where they begin with something else, but for a profile. Making all takes as long
// as a token takes to come from the agent.
func (l *cli) wanted(args []string) []*cobra.Command {
	all := l.commands()
	if len(args) > 1 && args[0] == "--profile" {
		args = args[2:]
	}
	if len(args) > 0 {
		for _, command := range []func() *cobra.Command{all[args[0]], l.helpers()[args[0]]} {
			if command != nil {
				return []*cobra.Command{command()}
			}
		}
	}
	var made []*cobra.Command
	for _, command := range all {
		made = append(made, command())
	}
	return made
}
