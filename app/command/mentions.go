package command

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"freshkey/app/words"
)

// page is a page of help, and what it says of something.
type page struct {
	command string // which shows it
	rows    [][2]string
}

// shortestWord is how many bytes a word has that is looked for: one letter stands everywhere.
const shortestWord = 2

// otherNames are what people look for by a name that help does not have for it, and the words that it has, one of which stands in each language.
var otherNames = map[string]string{
	"2fa": "sign-in", "alert": "notice quiet", "auth": "sign-in", "bug": "agent.log", "colour": "theme", "color": "theme", "crash": "agent.log", "cron": "scripts", "dark": "theme",
	"debug": "agent.log", "hotkey": "shortcut", "keyboard": "shortcut", "mfa": "sign-in", "notification": "notice quiet", "popup": "notice quiet", "problem": "doctor",
	"qr": "device", "service": "systemctl", "startup": "autostart", "support": "doctor", "systemd": "systemctl", "troubleshooting": "doctor", "two factor": "sign-in", "upgrade": "update", "vpn": "proxy",
}

// printMentions shows what help says of a word that is neither a command nor a topic, or of the first of other names for it that it does say something of,
// and reports whether there is one. A topic whose words are joined otherwise is shown as it is.
func (l *cli) printMentions(root *cobra.Command, word string, others ...string) (found bool, err error) {
	if len(strings.TrimSpace(word)) < shortestWord {
		return false, nil
	}
	for _, name := range topicNames {
		if plainWords(name) == plainWords(word) {
			return true, l.printTopic(name)
		}
	}
	at, err := places(l.profile)
	if err != nil {
		return false, err
	}
	l.translate(root)
	topics := Topics(l.Words, at)
	for _, name := range append([]string{word}, others...) {
		for _, wanted := range searches(name) {
			if pages := append(mentionedByTopics(topics, wanted), mentionedByCommands(root, wanted)...); len(pages) > 0 {
				return true, l.printPages(word, name, pages)
			}
		}
	}
	return false, nil
}

// alsoCalled are what may stand for a word: its other name or, of several words, each of them and of their other names.
func alsoCalled(word string) (names []string) {
	for _, part := range append([]string{plainWords(word)}, strings.Fields(plainWords(word))...) {
		if other, ok := otherNames[strings.TrimSuffix(part, "s")]; ok {
			names = append(names, strings.Fields(other)...)
		}
	}
	for _, part := range strings.Fields(plainWords(word)) {
		if len(part) > shortestWord {
			names = append(names, part)
		}
	}
	return names
}

// search reports whether one of these texts, or all of them together, say what is looked for.
type search func(texts ...string) bool

// searches are the ways to look for a word, or words, the strictest first: as they stand there, in the singular, and anywhere beside each other.
func searches(word string) []search {
	singular := strings.TrimSuffix(word, "s")
	return []search{
		func(texts ...string) bool { return mentions(word, texts...) },
		func(texts ...string) bool { return mentions(singular, texts...) },
		func(texts ...string) bool {
			return !slices.ContainsFunc(strings.Fields(plainWords(singular)), func(part string) bool { return !mentions(part, texts...) })
		},
	}
}

// printPages shows what help says of a word, or of what stands for it.
func (l *cli) printPages(word, name string, pages []page) error {
	var b strings.Builder
	b.WriteString(l.Words.Text("help.mentions", words.Args{Argument: word, Name: name}) + "\n")
	for _, p := range pages {
		fmt.Fprintf(&b, "\n%s\n", p.command)
		for _, row := range p.rows {
			fmt.Fprintf(&b, "  %s\n      %s\n", row[0], row[1])
		}
	}
	_, err := fmt.Fprint(l.Out, b.String())
	return err
}

func mentionedByTopics(topics []Topic, wanted search) (pages []page) {
	for _, t := range topics {
		p := page{command: "freshkey help " + t.Name}
		whole := wanted(t.Name, t.Title)
		for _, row := range t.Rows {
			if whole || wanted(row[0], row[1]) {
				p.rows = append(p.rows, row)
			}
		}
		if len(p.rows) > 0 {
			pages = append(pages, p)
		}
	}
	return pages
}

// mentionedByCommands looks through a command and those below it.
func mentionedByCommands(c *cobra.Command, wanted search) (pages []page) {
	if c.Hidden {
		return nil
	}
	p := page{command: strings.Replace(c.CommandPath(), c.Root().Name(), c.Root().Name()+" help", 1)}
	if c.HasParent() && wanted(c.Name(), c.Short, c.Long) {
		p.rows = append(p.rows, [2]string{c.UseLine(), c.Short})
	}
	c.LocalNonPersistentFlags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden && wanted("--"+f.Name, f.Usage) {
			p.rows = append(p.rows, [2]string{"--" + f.Name, f.Usage})
		}
	})
	if len(p.rows) > 0 {
		pages = append(pages, p)
	}
	for _, sub := range c.Commands() {
		pages = append(pages, mentionedByCommands(sub, wanted)...)
	}
	return pages
}

// mentions reports whether a word, or words, begin anywhere in one of the texts, whatever their case, and whether they are joined or not.
func mentions(word string, texts ...string) bool {
	word, text := plainWords(word), plainWords(strings.Join(texts, "\n"))
	for from := 0; ; {
		n := strings.Index(text[from:], word)
		if n < 0 {
			return false
		}
		if at := from + n; at == 0 || word[0] >= utf8.RuneSelf || text[at-1] < 'a' || text[at-1] > 'z' { // and not within another word
			return true
		}
		from += n + 1
	}
}

// joints are what joins words.
var joints = strings.NewReplacer("-", " ", "_", " ")

// plainWords is text in small letters, with what joins words taken apart.
func plainWords(text string) string {
	return joints.Replace(strings.ToLower(text))
}
