package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
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
		in := api.LoginRequest{Elsewhere: true, Browse: !*noBrowser && !*device && !paste, Address: *address, Device: *device}
		return l.withAgent(c.Context(), func(client *api.Client) error {
			return l.signIn(c.Context(), client, args[0], in, *noBrowser || paste, *replace, paste)
		})
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

// signIn begins a sign-in and sees it through. Ctrl+C gives it up.
func (l *cli) signIn(ctx context.Context, client *api.Client, name string, in api.LoginRequest, noBrowser, replace, paste bool) error {
	ctx, stop := interruptible(ctx)
	defer stop()
	begun, err := l.goThrough(ctx, client, name, in, noBrowser, replace, paste)
	if ctx.Err() == nil {
		return err
	}
	stop() // of this, at most one more Ctrl+C
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), farewell)
	defer cancel()
	if begun.Number != 0 { // else it has not begun one
		_ = client.EndLogin(ctx, begun.Account, begun.Number) // nobody waits for it any more
	}
	return interrupted
}

// goThrough is signIn but for its end; what it has begun it returns in any case.
func (l *cli) goThrough(ctx context.Context, client *api.Client, name string, in api.LoginRequest, noBrowser, replace, paste bool) (api.Login, error) {
	begun, err := client.Login(ctx, name, in)
	if err != nil {
		return begun, err
	}
	if begun.Problem != nil && in.Browse {
		_ = client.EndLogin(ctx, name, begun.Number)
		return begun, l.notBrowsed(name, begun.Problem)
	}
	if begun.UserCode != "" {
		l.inviteDevice(begun)
	} else if in.Address == "" {
		begun, err = l.askVisit(ctx, client, name, begun, !noBrowser, paste)
	}
	if err != nil {
		return begun, err
	}
	return begun, l.awaitLogin(ctx, client, name, begun, replace)
}

// notBrowsed is why no page was opened, and the way around it.
func (l *cli) notBrowsed(name string, p *api.Problem) error {
	around := *p
	around.Advice = api.Join(p.Advice, l.Words.Text("cli.login.around", words.Args{Account: name}))
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

// askVisit tells the person where to sign in, and returns the sign-in that goes on. Where the redirect does not come back by itself, it is asked for.
func (l *cli) askVisit(ctx context.Context, client *api.Client, name string, begun api.Login, opened, paste bool) (api.Login, error) {
	invitation := "cli.login.visit"
	if opened {
		invitation = "cli.login.open"
	}
	if p := begun.Problem; p != nil {
		fmt.Fprintln(l.Err, api.Join(p.What, l.Words.Text("cli.login.unheard")))
	}
	fmt.Fprintln(l.Out, l.Words.Text(invitation))
	fmt.Fprintln(l.Out, "  "+begun.AuthorizeURL)
	if begun.Listening && !paste {
		fmt.Fprintln(l.Out, l.Words.Text("cli.login.waiting"))
		return begun, nil
	}
	file, atTerminal := terminal(l.In)
	if !atTerminal {
		return begun, l.pasteLater(name)
	}
	return l.askAddress(ctx, client, file, name, begun)
}

// askAddress asks a person for the address that the browser ended at until it is good, or until that has come back by itself.
func (l *cli) askAddress(ctx context.Context, client *api.Client, file *os.File, name string, begun api.Login) (api.Login, error) {
	waiting, stop := untilTaken(ctx, client, begun)
	defer stop()
	for {
		fmt.Fprint(l.Err, l.Words.Text("cli.login.paste"))
		text, err := l.readLine(waiting, file)
		if waiting.Err() != nil && ctx.Err() == nil {
			fmt.Fprintln(l.Err)
			return begun, nil // how it ends is told next
		}
		if errors.Is(err, io.EOF) { // Ctrl+D: they may go on later
			return begun, l.pasteLater(name)
		}
		if err != nil {
			return begun, err
		}
		goesOn, err := client.Login(ctx, name, api.LoginRequest{Address: strings.TrimSpace(text), Elsewhere: true})
		p, isProblem := errors.AsType[*api.Problem](err)
		switch {
		case err == nil: // perhaps with another one, since that has taken too long
			return goesOn, nil
		case !isProblem || p.Reason == "sign_in_denied":
			return begun, err
		}
		fmt.Fprintln(l.Err, p) // another try
	}
}

// untilTaken ends once a sign-in waits for no address any more: the browser may have come back by itself.
func untilTaken(ctx context.Context, client *api.Client, begun api.Login) (waiting context.Context, stop func()) {
	waiting, stop = context.WithCancel(ctx)
	go func() {
		_ = client.Follow(waiting, func(s api.Snapshot) { // that it cannot be followed, whoever waits for the end hears
			if !slices.ContainsFunc(s.Logins, func(one api.Login) bool {
				return one.Account == begun.Account && one.Number == begun.Number && one.Step == api.StepBrowser
			}) {
				stop()
			}
		})
	}()
	return waiting, stop
}

// pasteLater says how a sign-in goes on whose address nobody can be asked for now.
func (l *cli) pasteLater(name string) error {
	return &api.Problem{Code: api.CodeUsage, What: l.Words.Text("cli.login.paste_later"), Advice: l.Words.Text("cli.login.paste_later.advice", words.Args{Account: name})}
}

// awaitLogin waits for the end of a sign-in, and answers what it may ask.
func (l *cli) awaitLogin(ctx context.Context, client *api.Client, name string, begun api.Login, replace bool) error {
	following, stop := context.WithCancel(ctx)
	defer stop()
	asked := make(chan bool, 1)
	go func() { asked <- l.answerLogin(following, client, begun, replace) }()
	end, err := client.AwaitLogin(ctx, begun.Account, begun.Number)
	stop()
	wasAsked := <-asked
	if err != nil {
		return err
	}
	_ = client.EndLogin(context.WithoutCancel(ctx), begun.Account, begun.Number) // it is told; nobody has to see it again
	switch {
	case end.Problem != nil && wasAsked && !replace:
		id := "cli.login.replace_flag"
		if end.Brought {
			id = "cli.login.replace_flag.brought"
		}
		end.Problem.Advice = api.Join(end.Problem.Advice, l.Words.Text(id, words.Args{Account: name}))
		return end.Problem
	case end.Problem != nil:
		return end.Problem
	}
	_, err = fmt.Fprintln(l.Out, l.Words.Text("cli.login.done", words.Args{Account: name}))
	return err
}

// answerLogin answers the question whether another person's chain may replace the account's, and reports whether there was one.
func (l *cli) answerLogin(ctx context.Context, client *api.Client, begun api.Login, replace bool) (asked bool) {
	_ = client.Follow(ctx, func(s api.Snapshot) { // that it cannot be followed, whoever waits for the end hears too
		for _, one := range s.Logins {
			if one.Account == begun.Account && one.Number == begun.Number && one.Step == api.StepConfirm && !asked {
				asked = true
				_ = client.ReplaceChain(ctx, begun.Account, replace || l.agrees(ctx, one))
			}
		}
	})
	return asked
}

// agrees asks a person at a terminal whether another person's chain may replace the account's.
func (l *cli) agrees(ctx context.Context, one api.Login) bool {
	file, atTerminal := terminal(l.In)
	if !atTerminal {
		return false
	}
	for {
		fmt.Fprint(l.Err, api.Join(l.Words.ReplaceQuestion(one), l.Words.Text("cli.type_yes")))
		text, err := l.readLine(ctx, file)
		if err == nil && strings.Contains(text, "code=") { // the address, which was asked for before
			continue
		}
		return err == nil && strings.EqualFold(strings.TrimSpace(text), "yes")
	}
}
