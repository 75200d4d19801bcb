// Package words is every sentence a person reads: state and error become what happened, then what to do. The sentences
// are in the catalogue, assets/translations; this package chooses among them. Safe for any goroutine.
package words

import (
	"encoding/json"
	"math"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"

	"freshkey/assets"
)

// Catalog speaks one language. Copies of it change their language together.
type Catalog struct{ state *state }

type state struct {
	session []string // the session's wishes
	current atomic.Pointer[spoken]

	mu     sync.Mutex // guards the loading, and:
	wished string     // by a person, before the session's
}

// spoken is a language that is loaded.
type spoken struct {
	tag string
	*i18n.Localizer
}

// languages are those of the catalogue; the first stands in for what the others lack.
var languages = []language.Tag{language.English, language.SimplifiedChinese}

// Args fills a sentence's places; a sentence names the ones it has.
type Args struct {
	Account, Name           string // of an account; of a person, a scenario, an account as it is to be called
	State, Status           string // of an account, in words
	Generation              int
	Fingerprint, TokenType  string
	What                    string // what was copied
	Had, Got, OpenID        string // people, as the provider names them
	Field, Detail, Problem  string // an input; what else a provider or a parser said; an error
	Was                     string // where secrets were given for
	Path, Address, List     string // of a file; of a server or page; things with commas between
	Command, Argument       string // of a command line
	Server                  string // of notices
	Version, AgentVersion   string
	ErrorCode               string // the provider's
	Until, Next, Sent, Held string // moments in words; see Clock
	At                      string // a moment of today
	Left, Most              string // lengths of time in words; see Span
	Count                   int
	PluralCount             any // chooses between one and many; nil where a sentence has no plural
}

// Typed is the account's name as it is typed at a shell.
func (a Args) Typed() string {
	plain := func(r rune) bool {
		return unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("-_.,:@+%", r)
	}
	switch {
	case strings.IndexFunc(a.Account, func(r rune) bool { return !plain(r) }) < 0:
		return a.Account
	case !strings.ContainsAny(a.Account, "\"$`\\!"): // which a shell reads between such quotes too
		return `"` + a.Account + `"`
	}
	return "'" + strings.ReplaceAll(a.Account, "'", `'\''`) + "'"
}

// New speaks the first of the wished languages that the catalogue has, English if it has none.
func New(wished ...string) Catalog {
	return Catalog{&state{session: wished}}
}

// SetLanguage changes the language; the empty one is the session's. It is loaded with the first sentence: most commands say none.
func (w Catalog) SetLanguage(wished string) {
	w.state.mu.Lock()
	defer w.state.mu.Unlock()
	if wished != w.state.wished {
		w.state.wished = wished
		w.state.current.Store(nil)
	}
}

// Language is the one that is spoken, as a tag of BCP 47: en, zh-Hans.
func (w Catalog) Language() string { return w.state.spoken().tag }

// spoken is the language that is wished for, with what it falls back to; others are not loaded.
func (s *state) spoken() *spoken {
	if now := s.current.Load(); now != nil {
		return now
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	_, chosen := language.MatchStrings(language.NewMatcher(languages), append([]string{s.wished}, s.session...)...)
	bundle := i18n.NewBundle(languages[0])
	bundle.RegisterUnmarshalFunc("json", json.Unmarshal)
	for n, l := range languages {
		if n > 0 && n != chosen {
			continue
		}
		file := "translations/" + l.String() + ".json"
		if _, err := bundle.LoadMessageFileFS(assets.Translations, file); err != nil {
			panic("the embedded catalogue " + file + " is broken: " + err.Error())
		}
	}
	tag := languages[chosen].String()
	now := &spoken{tag, i18n.NewLocalizer(bundle, tag)}
	s.current.Store(now)
	return now
}

// FromEnvironment speaks the language of the session.
func FromEnvironment() Catalog {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := os.Getenv(name); v != "" {
			tag, _, _ := strings.Cut(v, ".")
			return New(strings.ReplaceAll(tag, "_", "-"))
		}
	}
	return New(sessionLanguages()...)
}

// Text returns a sentence of the catalogue, or its id if it has none.
func (w Catalog) Text(id string, args ...Args) string {
	c := &i18n.LocalizeConfig{MessageID: id}
	if len(args) > 0 {
		c.TemplateData, c.PluralCount = args[0], args[0].PluralCount
	}
	text, err := w.state.spoken().Localize(c)
	if err != nil && text == "" {
		return id
	}
	return text
}

// Has reports whether the catalogue has a sentence.
func (w Catalog) Has(id string) bool { return w.Text(id) != id }

// Clock is a moment as people say it: the time today, with the weekday within six days, with the date beyond.
func (w Catalog) Clock(t, now time.Time) string {
	t, now = t.Local(), now.Local()
	y1, m1, d1 := t.Date()
	y2, m2, d2 := now.Date()
	switch {
	case y1 == y2 && m1 == m2 && d1 == d2:
		return t.Format("15:04")
	case t.Sub(now).Abs() < 6*24*time.Hour:
		return w.Text("time.weekday."+strconv.Itoa(int(t.Weekday()))) + t.Format(" 15:04")
	}
	return t.Format("2006-01-02 15:04")
}

// Span is a length of time in its largest one or two units.
func (w Catalog) Span(d time.Duration) string {
	seconds := int(math.Round(d.Abs().Seconds()))
	days, hours, minutes := seconds/86400, seconds/3600%24, seconds/60%60
	unit := func(id string, n int) string { return w.Text(id, Args{Count: n, PluralCount: nil}) }
	switch {
	case days >= 7 || (days > 0 && hours == 0):
		return w.Text("time.days", Args{PluralCount: days})
	case days > 0:
		return w.Text("time.days", Args{PluralCount: days}) + " " + unit("time.hours", hours)
	case hours > 0 && minutes > 0:
		return unit("time.hours", hours) + " " + unit("time.minutes", minutes)
	case hours > 0:
		return unit("time.hours", hours)
	case minutes > 0:
		return unit("time.minutes", minutes)
	}
	return unit("time.seconds", seconds)
}

// Length is a length of time in all its units, down to seconds, as somebody has set it.
func (w Catalog) Length(d time.Duration) string {
	seconds := int(d.Seconds())
	var parts []string
	for _, unit := range []struct {
		id string
		n  int
	}{{"time.days", seconds / 86400}, {"time.hours", seconds / 3600 % 24}, {"time.minutes", seconds / 60 % 60}, {"time.seconds", seconds % 60}} {
		if unit.n > 0 {
			parts = append(parts, w.Text(unit.id, Args{Count: unit.n, PluralCount: unit.n}))
		}
	}
	if len(parts) == 0 {
		return d.String()
	}
	return strings.Join(parts, " ")
}

// Ahead is a coming moment: "in 12 min".
func (w Catalog) Ahead(t, now time.Time) string {
	if left := t.Sub(now); left >= time.Second {
		return w.Text("time.in", Args{Left: w.Span(left)})
	}
	return w.Text("time.now")
}
