package command

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"freshkey/app/api"
	"freshkey/app/words"
	"github.com/spf13/cobra"
)

func (l *cli) login() *cobra.Command {
	c := &cobra.Command{Use: "login NAME", Short: "help.login", Long: "help.login.long", Args: l.arguments(1, 1)}
	address := c.Flags().String("code-url", "", "help.code_url")
	replace := c.Flags().Bool("replace", false, "help.replace")
	noBrowser := c.Flags().Bool("no-browser", false, "help.no_browser")
	device := c.Flags().Bool("device", false, "help.device")
	answer := c.Flags().Bool("token-answer", false, "help.token_answer")
	c.RunE = func(c *cobra.Command, args []string) error {
		if c.Flags().Changed("code-url") && *address == "" {
			return l.usageError(c, "usage.flag_value", words.Args{Argument: "--code-url"})
		}
		if *answer {
			return l.bring(c, args[0], *replace, c.Flags().Changed("code-url"), *noBrowser, *device)
		}
		paste, err := l.readAddress(address)
		if err != nil {
			return err
		}
		ctx, stop := interruptible(c.Context())
		defer stop()
		in := api.LoginRequest{Browse: !*noBrowser && !*device && !paste, Address: *address, Device: *device}
		err = l.withAgent(ctx, func(client *api.Client) error {
			err := l.signIn(ctx, client, args[0], in, *noBrowser || paste, *replace, paste)
			if ctx.Err() != nil { // nobody waits for it any more
				stop() // of this, at most one more Ctrl+C
				ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), farewell)
				defer cancel()
				_ = client.EndLogin(ctx, args[0])
			}
			return err
		})
		if ctx.Err() != nil {
			return interrupted
		}
		return err
	}
	return c
}

// readAddress reads the address "-" from standard input, or reports that a person is to paste it: they need the one to begin at first.
func (l *cli) readAddress(address *string) (paste bool, err error) {
	if *address != "-" {
		return false, nil
	}
	if _, atTerminal := terminal(l.In); atTerminal {
		*address = ""
		return true, nil
	}
	*address, err = l.piped("usage.no_address")
	return false, err
}

// farewell is how long a command that was ended takes to put things in order.
const farewell = 2 * time.Second

// signIn begins a sign-in and sees it through.
func (l *cli) signIn(ctx context.Context, client *api.Client, name string, in api.LoginRequest, noBrowser, replace, paste bool) error {
	begun, err := client.Login(ctx, name, in)
	if err != nil {
		return err
	}
	if begun.Problem != nil && !noBrowser {
		_ = client.EndLogin(ctx, name)
		return l.notBrowsed(name, begun.Problem)
	}
	if begun.UserCode != "" {
		l.inviteDevice(begun)
	} else if in.Address == "" {
		err = l.askVisit(ctx, client, name, begun, !noBrowser, paste)
	}
	if err != nil {
		return err
	}
	return l.awaitLogin(ctx, client, name, begun, replace)
}

// notBrowsed is why no page was opened, and the way around it.
func (l *cli) notBrowsed(name string, p *api.Problem) error {
	around := *p
	around.Advice = p.Advice + " " + l.Words.Text("cli.login.around", words.Args{Account: name})
	return &around
}

// inviteDevice tells the person what to type on which page, on whatever device has a browser.
func (l *cli) inviteDevice(begun api.Login) {
	fmt.Fprintln(l.Out, l.Words.Text("cli.login.device", words.Args{Detail: begun.VisitURL, Argument: begun.UserCode}))
	if l.seen() {
		if err := printQR(l.Out, begun.AuthorizeURL); err != nil {
			fmt.Fprintln(l.Out, "  "+begun.AuthorizeURL)
		}
	}
	fmt.Fprintln(l.Out, l.Words.Text("cli.login.device.waiting"))
}

// askVisit tells the person where to sign in. Where the redirect does not come back by itself, it is asked for.
func (l *cli) askVisit(ctx context.Context, client *api.Client, name string, begun api.Login, opened, paste bool) error {
	invitation := "cli.login.visit"
	if opened {
		invitation = "cli.login.open"
	}
	fmt.Fprintln(l.Out, l.Words.Text(invitation))
	fmt.Fprintln(l.Out, "  "+begun.AuthorizeURL)
	if begun.Listening && !paste {
		fmt.Fprintln(l.Out, l.Words.Text("cli.login.waiting"))
		return nil
	}
	if begun.Problem != nil {
		fmt.Fprintln(l.Err, begun.Problem.What)
	}
	file, atTerminal := terminal(l.In)
	if !atTerminal {
		return &api.Problem{Code: api.CodeUsage, What: l.Words.Text("cli.login.paste_later"), Advice: l.Words.Text("cli.login.paste_later.advice", words.Args{Account: name})}
	}
	for lines := bufio.NewReader(file); ; {
		fmt.Fprint(l.Err, l.Words.Text("cli.login.paste"))
		text, err := answered(ctx, func() (string, error) { return lines.ReadString('\n') })
		if err != nil {
			return err
		}
		_, err = client.Login(ctx, name, api.LoginRequest{Address: strings.TrimSpace(text)})
		p, isProblem := errors.AsType[*api.Problem](err)
		if !isProblem || p.Reason == "sign_in_denied" {
			return err
		}
		fmt.Fprintln(l.Err, p.What, p.Advice) // another try
	}
}

// awaitLogin follows a sign-in to its end.
func (l *cli) awaitLogin(ctx context.Context, client *api.Client, name string, begun api.Login, replace bool) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var last *api.Login
	asked := false
	err := client.Follow(ctx, func(s api.Snapshot) {
		for _, one := range s.Logins {
			if one.Account == begun.Account && one.Number > begun.Number { // the last of this one may not have been shown
				last = &api.Login{Problem: l.Words.LoginReplaced()}
				cancel()
			}
			if one.Account != begun.Account || one.Number != begun.Number {
				continue
			}
			if one.Step == api.StepConfirm && !asked {
				asked = true
				_ = client.ReplaceChain(ctx, name, replace || l.agrees(ctx, one)) // the next snapshot tells
			}
			if one.Step.Ended() {
				last = &one
				cancel()
			}
		}
	})
	switch {
	case last == nil:
		return err
	case last.Problem != nil && asked && !replace:
		last.Problem.Advice += " " + l.Words.Text("cli.login.replace_flag", words.Args{Account: name})
		return last.Problem
	case last.Problem != nil:
		return last.Problem
	}
	_ = client.EndLogin(context.WithoutCancel(ctx), name) // it is told; nobody has to see it again
	_, err = fmt.Fprintln(l.Out, l.Words.Text("cli.login.done", words.Args{Account: name}))
	return err
}

// agrees asks a person at a terminal whether another person's chain may replace the account's.
func (l *cli) agrees(ctx context.Context, one api.Login) bool {
	file, atTerminal := terminal(l.In)
	if !atTerminal {
		return false
	}
	question := l.Words.Text("cli.login.replace", words.Args{Had: one.Had, Got: one.Got})
	if one.Had == "" || one.Got == "" {
		question = l.Words.ReplaceQuestion(one.Had, one.Got) + " " + l.Words.Text("cli.type_yes")
	}
	fmt.Fprint(l.Err, question)
	text, err := answered(ctx, func() (string, error) { return bufio.NewReader(file).ReadString('\n') })
	return err == nil && strings.EqualFold(strings.TrimSpace(text), "yes")
}
