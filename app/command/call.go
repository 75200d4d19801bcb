package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"freshkey/app/api"
	"freshkey/app/words"
	"freshkey/oauth/keeper"
)

func (l *cli) sign() *cobra.Command {
	c := &cobra.Command{Use: "sign NAME METHOD URL", Short: "help.sign", Long: "help.sign.long", Args: l.arguments(3, 3)}
	asConfig, waiting := c.Flags().Bool("curl", false, "help.sign_curl"), l.waiting(c)
	c.RunE = func(c *cobra.Command, args []string) error {
		d, err := waiting()
		if err != nil {
			return err
		}
		if strings.TrimSpace(args[2]) == "" { // as of a variable that is not set; what is signed would be another request
			return l.usageError(c, "usage.empty_address", words.Args{})
		}
		return l.withProvider(c.Context(), func(client *api.Client) error {
			if err := l.awaitServed(c.Context(), client, args[0], d); err != nil {
				return err
			}
			s, err := client.Sign(c.Context(), args[0], api.Call{Method: args[1], URL: args[2]})
			switch {
			case err == nil && s.Elsewhere:
				l.tell("cli.elsewhere", words.Args{})
			case err == nil && !*asConfig && tokenInQuery(s.URL) && !tokenInQuery(args[2]):
				l.tell("cli.sign.address", words.Args{})
			}
			switch {
			case err != nil:
				return err
			case *asConfig:
				_, err = fmt.Fprint(l.Out, curlConfig(s))
			default:
				_, err = fmt.Fprintln(l.Out, s.Header)
			}
			return err
		})
	}
	return c
}

// tokenInQuery reports whether an address has the token that Xiaomi's API wants there.
func tokenInQuery(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Query().Has("token")
}

// curlConfig is a signed request as curl reads it with --config: the address has what the provider wants in it, and neither that nor the header
// is an argument, which every program sees.
func curlConfig(s api.Signature) string {
	quoted := func(text string) string { return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"` }
	return fmt.Sprintf("globoff\nrequest = %s\nurl = %s\nheader = %s\n", quoted(s.Method), quoted(s.URL), quoted(s.Header))
}

func (l *cli) call() *cobra.Command {
	c := &cobra.Command{Use: "call NAME [METHOD] [URL]", Short: "help.call", Long: "help.call.long", Args: l.arguments(1, 3)}
	body := c.Flags().Bool("data", false, "help.data")
	kind, waiting := c.Flags().String("content-type", "", "help.content_type"), l.waiting(c)
	c.RunE = func(c *cobra.Command, args []string) error {
		d, err := waiting()
		if err != nil {
			return err
		}
		if _, _, err := mime.ParseMediaType(*kind); err != nil && c.Flags().Changed("content-type") {
			return l.wrongValue(c, "content-type")
		}
		if len(args) > 1 && strings.TrimSpace(args[len(args)-1]) == "" {
			return l.usageError(c, "usage.empty_address", words.Args{})
		}
		in := api.CallRequest{Call: callOf(args[1:]), ContentType: *kind}
		if *body {
			if in.Body, err = l.readBody(c); err != nil {
				return err
			}
			in.Method = cmp.Or(in.Method, http.MethodPost)
		}
		return l.withProvider(c.Context(), func(client *api.Client) error {
			if err := l.awaitServed(c.Context(), client, args[0], d); err != nil {
				return err
			}
			got, err := client.Call(c.Context(), args[0], in)
			if err != nil {
				return err
			}
			return l.unauthorized(c.Context(), client, args[0], in.URL, got, l.printAnswer(got))
		})
	}
	return c
}

// callOf is what is to be called: a method, an address, or one before the other; without an address it is the provider's profile.
func callOf(args []string) (c api.Call) {
	switch {
	case len(args) == 2:
		c.Method, c.URL = args[0], args[1]
	case len(args) == 1 && isMethod(args[0]):
		c.Method = args[0]
	case len(args) == 1:
		c.URL = args[0]
	}
	return c
}

// isMethod reports whether a word is a method as HTTP has them, of which no address is one.
func isMethod(word string) bool {
	return word != "" && strings.Trim(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}

// readBody is what a request is to carry, from standard input.
func (l *cli) readBody(c *cobra.Command) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(l.In, maxInput+1))
	if err == nil && len(data) > maxInput {
		err = l.usageError(c, "usage.data", words.Args{})
	}
	return data, err
}

// unauthorized is what came of an answer; where a server does not take the account's token, with what is known of the account, and what to do.
func (l *cli) unauthorized(ctx context.Context, client *api.Client, name, address string, got api.CallResult, err error) error {
	p, ok := errors.AsType[*api.Problem](err)
	if !ok || (got.Status != http.StatusUnauthorized && got.Refused == "") {
		return err
	}
	a, unknown := l.account(ctx, client, name)
	if unknown != nil {
		return err
	}
	switch {
	case got.Elsewhere, address != "" && !knownOrigin(a, address): // another token of the account's may be as strange there
		p.Advice = l.Words.Text("cli.call.unauthorized.elsewhere")
	case a.NeedsSignIn(), a.State == keeper.StateMisconfigured:
		p.Advice = l.Words.State(a, time.Now()).String()
	default:
		p.Advice = l.Words.Text("cli.call.unauthorized", words.Args{Account: a.Name})
	}
	return p
}

// knownOrigin reports whether an address is on one of the servers that an account's settings name.
func knownOrigin(a api.Account, address string) bool {
	return slices.ContainsFunc(a.Origins, func(origin string) bool { return address == origin || strings.HasPrefix(address, origin+"/") })
}

// printAnswer writes the body as it came, whatever the status; any but success is a failure beside.
func (l *cli) printAnswer(got api.CallResult) error {
	if got.Elsewhere {
		l.tell("cli.elsewhere", words.Args{})
	}
	if _, err := l.Out.Write(got.Body); err != nil {
		return err
	}
	if l.seen() && len(got.Body) > 0 && got.Body[len(got.Body)-1] != '\n' {
		fmt.Fprintln(l.Out)
	}
	switch {
	case got.Status < 200 || got.Status > 299:
		return &api.Problem{Code: api.CodeFailed, Reason: "call_refused", What: l.Words.Text("cli.call.status", words.Args{Detail: strconv.Itoa(got.Status)})}
	case got.Refused != "":
		return &api.Problem{Code: api.CodeFailed, Reason: "call_refused", What: l.Words.Text("what.call_refused", words.Args{Detail: got.Refused})}
	case got.Cut:
		return &api.Problem{Code: api.CodeFailed, Reason: "cut", What: l.Words.Text("cli.call.cut")}
	}
	return nil
}
