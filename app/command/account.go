package command

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"freshkey/app/api"
	"freshkey/app/words"
	"freshkey/oauth"
)

// maxInput is more than any token answer.
const maxInput = 256 << 10

func (l *cli) add() *cobra.Command {
	var in api.AddRequest
	var provider string
	c := &cobra.Command{
		Use: "add NAME", Short: "help.add", Long: "help.add.long", Args: l.arguments(1, 1),
	}
	f := c.Flags()
	f.StringVar(&in.ClientID, "client-id", "", "help.client_id")
	f.StringVar(&in.RedirectURI, "redirect-uri", "", "help.redirect_uri")
	f.StringVar(&provider, "provider", oauth.BuiltInName, "help.provider")
	over := providerFlags(f)
	f.BoolVar(&in.SignIn, "sign-in", false, "help.sign_in")
	f.BoolVar(&in.Device, "device", false, "help.add_device")
	c.RunE = func(c *cobra.Command, args []string) (err error) {
		in.Name, in.SignIn = args[0], in.SignIn || in.Device
		named, err := l.readProvider(c.Context(), provider)
		if err != nil {
			return err
		}
		said, err := over(named)
		if err != nil {
			return l.unfilled(err)
		}
		in.Provider = said
		if err := l.nameIsFree(c.Context(), in.Name); err != nil {
			return err
		}
		if err := l.readSecrets(&in); err != nil {
			return err
		}
		if in.Provider, err = over(oauth.Recognize(in.Answer, time.Now()).Over(named)); err != nil { // a flag goes before what came with the secrets
			return err
		}
		return l.sendAccount(c.Context(), in, in.Provider.Issuer != said.Issuer || !slices.Equal(in.Provider.Origins(), said.Origins()))
	}
	return c
}

// unfilled adds to a place in the provider's addresses that is not filled how it is.
func (l *cli) unfilled(err error) error {
	f, ok := errors.AsType[*oauth.FieldError](err)
	if !ok || f.Code != oauth.FieldNotFilled {
		return err
	}
	p := l.Words.FieldProblem(f)
	p.Advice = l.Words.Text("cli.add.not_filled", words.Args{Field: f.Field})
	return p
}

// sendAccount has the agent store a new account, and says how it stands; where its secrets go, if no argument has said so.
func (l *cli) sendAccount(ctx context.Context, in api.AddRequest, unsaid bool) error {
	return l.withAgent(ctx, func(client *api.Client) error {
		a, err := client.Add(ctx, in)
		if p, isProblem := errors.AsType[*api.Problem](err); isProblem && p.Flaw == oauth.FieldMissing {
			if where := "cli.add.missing." + p.Field; l.Words.Has(where) {
				p.Advice = api.Join(l.Words.Text(where), p.Advice)
			}
		}
		if err != nil {
			return err
		}
		id := "cli.added"
		if a.NeedsSignIn() {
			id = "cli.added.sign_in"
		}
		if unsaid {
			fmt.Fprintln(l.Err, l.Words.Text("cli.added.goes_to", words.Args{List: strings.Join(a.Origins, ", ")}))
		}
		_, err = fmt.Fprintln(l.Out, l.Words.Text(id, words.Args{Account: a.Name, Name: a.Provider}))
		return err
	})
}

// nameIsFree refuses a name that another account has before a person is asked for secrets. The agent has the last word.
func (l *cli) nameIsFree(ctx context.Context, name string) error {
	client, err := api.NewClient(l.profile)
	if _, atTerminal := terminal(l.In); err != nil || !atTerminal {
		return nil
	}
	all, _ := client.Accounts(ctx)
	if slices.ContainsFunc(all, func(a api.Account) bool { return api.SameName(a.Name, name) }) {
		return l.usage("problem.duplicate_account", words.Args{Account: name})
	}
	return nil
}

// readSecrets takes them from standard input; a person at a terminal is asked, without echo.
func (l *cli) readSecrets(in *api.AddRequest) (err error) {
	file, atTerminal := terminal(l.In)
	if !atTerminal {
		in.Answer, err = readPiped(l.In)
		if err == nil && strings.TrimSpace(in.Answer) == "" && !in.SignIn { // of a sign-in the agent knows whether a secret is missing
			err = &oauth.FieldError{Field: "input", Code: oauth.FieldMissing}
		}
		return err
	}
	if err := l.askOpenly(file, in); err != nil {
		return err
	}
	return l.askHidden(file, in)
}

// piped is standard input without the blanks around it. If nothing came, the sentence missing says what was wanted.
func (l *cli) piped(missing string) (string, error) {
	text, err := readPiped(l.In)
	if text = strings.TrimSpace(text); err == nil && text == "" {
		err = l.usage(missing, words.Args{})
	}
	return text, err
}

func readPiped(r io.Reader) (string, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxInput+1))
	if err == nil && len(data) > maxInput {
		err = &oauth.FieldError{Field: "input", Code: oauth.FieldTooLarge}
	}
	return string(data), err
}

// askOpenly asks for what is no secret and was not said by a flag.
func (l *cli) askOpenly(file *os.File, in *api.AddRequest) error {
	lines := bufio.NewReader(file)
	p := in.Provider
	if whole, err := p.Resolve(); err == nil {
		p = whole
	}
	for _, q := range []struct {
		id     string
		field  *string
		wanted bool
	}{{"ask.client_id", &in.ClientID, true}, {"ask.redirect_uri", &in.RedirectURI, p.NeedsRedirectURI() && p.RedirectURI == "" && !in.Device}} {
		if *q.field == "" && q.wanted {
			fmt.Fprint(l.Err, l.Words.Text(q.id))
			text, err := lines.ReadString('\n')
			if err != nil {
				return err
			}
			*q.field = strings.TrimSpace(text)
		}
	}
	return nil
}

// askHidden asks for the secrets, without echo; who will sign in needs no refresh token.
func (l *cli) askHidden(file *os.File, in *api.AddRequest) error {
	for _, q := range []struct {
		id    string
		field *string
	}{{"ask.client_secret", &in.ClientSecret}, {"ask.refresh_token", &in.RefreshToken}} {
		if (in.SignIn && q.field == &in.RefreshToken) || (!in.Provider.NeedsSecret() && q.field == &in.ClientSecret) {
			continue
		}
		secret, err := l.hidden(file, q.id)
		if err != nil {
			return err
		}
		switch _, isJSON := api.SecretIn(secret); {
		case secret == "{": // the first of several lines; a secret may begin with a brace
			return l.usage("usage.json_lines", words.Args{Account: in.Name})
		case isJSON: // all that there is to ask for
			in.Answer = secret
			return nil
		}
		*q.field = secret
	}
	return nil
}

func (l *cli) refresh() *cobra.Command {
	return &cobra.Command{
		Use: "refresh NAME", Short: "help.refresh", Long: "help.refresh.long", Args: l.arguments(1, 1),
		RunE: func(c *cobra.Command, args []string) error {
			return l.withProvider(c.Context(), func(client *api.Client) error {
				a, err := client.Refresh(c.Context(), args[0])
				if err == nil {
					fmt.Fprintln(l.Out, l.Words.Text("cli.refreshed", words.Args{Account: a.Name, Until: l.Words.Clock(a.ExpiresAt, time.Now())}))
				}
				return err
			})
		},
	}
}
