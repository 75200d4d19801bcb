package command

import (
	"bytes"
	"maps"
	"regexp"
	"strings"
	"testing"

	"freshkey/app/words"
)

// speak runs a command that needs no agent and returns its exit code and all it printed.
func speak(t *testing.T, language string, args ...string) (code int, said string) {
	t.Helper()
	var out bytes.Buffer
	code = Run(t.Context(), args, Streams{In: strings.NewReader(""), Out: &out, Err: &out}, Roles{Words: words.New(language)})
	return code, out.String()
}

var mistakes = [][]string{
	{"planted"},
	{"token"},
	{"token", "work", "planted"},
	{"list", "work", "planted"},
	{"token", "work", "--bogus=planted"},
	{"token", "work", "-planted"},
	{"token", "work", "--min-valid"},
	{"token", "work", "--min-valid", "planted"},
	{"token", "work", "--json", "--env"},
	{"token", "work", "--json=planted"},
	{"hold", "work", "planted"},
	{"rename", "work", ""},
	{"add", "work"},
	{"help", "planted"},
	{"login", "work", "--code-url", ""},
	{"sandbox", "--fault", "planted"},
	{"sandbox", "--expires", "planted"},
	{"sandbox", "--expires", "1ms"},
	{"--profile", "../planted", "list"},
	{"token", "work", "--=planted"},
}

// English words in a row, but for names of commands and flags.
var english = regexp.MustCompile(`\b(?:[Tt]he|of|is|are|not|shows|argument|invalid)\b`)

func TestMistakesAreExplainedInThePersonsLanguage(t *testing.T) {
	for _, args := range mistakes {
		for language, foreign := range map[string]*regexp.Regexp{"en": regexp.MustCompile(`\p{Han}`), "zh-Hans": english} {
			code, said := speak(t, language, args...)
			if code != 2 || strings.Count(strings.TrimSpace(said), "\n") != 1 {
				t.Errorf("%q: exit code %d, and not what happened and what to do: %q", args, code, said)
			}
			if found := foreign.FindString(said); found != "" || regexp.MustCompile(`[a-z]+\.[a-z_]+$`).MatchString(said) {
				t.Errorf("%q (%s): %q", args, language, said)
			}
		}
	}
}

func TestMistakesQuoteNoArgumentThatMayBeSecret(t *testing.T) {
	for _, args := range mistakes {
		_, said := speak(t, "en", args...)
		if mayQuote := args[0] == "planted" || args[0] == "help"; strings.Contains(said, "planted") && !mayQuote {
			t.Errorf("%q: %q", args, said)
		}
	}
}

func TestHelpIsInThePersonsLanguage(t *testing.T) {
	_, list := speak(t, "en", "help")
	for _, line := range strings.Split(list, "\n") {
		name, _, found := strings.Cut(strings.TrimSpace(line), " ")
		if !found || !strings.HasPrefix(line, "  ") || strings.HasPrefix(name, "-") || name == "freshkey" {
			continue
		}
		for _, args := range [][]string{{"help", name}, {name, "--help"}, {name, "-h"}} {
			code, said := speak(t, "zh-Hans", args...)
			if code != 0 || !strings.Contains(said, "用法：\n  freshkey "+name) || english.MatchString(said) {
				t.Errorf("%q: exit code %d, %s", args, code, said)
			}
		}
	}
}

func TestACommandIsFoundByTheNameItHas(t *testing.T) {
	l := &cli{Roles: Roles{Words: words.New("en")}}
	all := l.commands()
	maps.Copy(all, l.helpers())
	for name, command := range all {
		if c := command(); c.Name() != name {
			t.Errorf("what is found as %q calls itself %q", name, c.Name())
		}
	}
}

// Who looks for a notification by its usual name found nothing, and in Chinese nothing either way.
func TestHelpFindsWhatIsCalledOtherwise(t *testing.T) {
	for name := range otherNames {
		for _, language := range []string{"en", "zh-Hans"} {
			if code, said := speak(t, language, "help", name); code != 0 || !strings.Contains(said, "freshkey help ") {
				t.Errorf("%s (%s): %d, %q", name, language, code, said)
			}
		}
	}
}
