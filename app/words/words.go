// Package words is every sentence a person reads: state and error become what happened, then what to do. The sentences
// are in the catalogue, assets/translations; this room chooses among them. Safe for any goroutine.
package words

import (
	"encoding/json"
	"math"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"

	"freshkey/assets"
)

// Words speaks one language. Copies of it change their language together.
type Words struct{ voice *voice }

type voice struct {
	session []string                       // the session's wishes
	current atomic.Pointer[i18n.Localizer] // nil until the first sentence
}

// languages are those of the catalogue; the first stands in for what the others lack.
var languages = []language.Tag{language.English, language.SimplifiedChinese}

// Args fills a sentence's places. PluralCount chooses between one and many.
type Args struct {
	Account, Name, State, Status, Detail, Field, Problem, What, Path string

	Until, Next, Left, Sent, Held string // times in words already; see Clock and Span
	Count                         int
	PluralCount                   any // nil where a sentence has no plural
}

// New speaks the first of the wished languages that the catalogue has, English if it has none.
func New(wished ...string) Words {
	return Words{&voice{session: wished}}
}

// Speak changes the language; the empty one is the session's. Only what is spoken is loaded, with the first sentence at the
// earliest: most commands say none.
func (w Words) Speak(wished string) {
	_, chosen := language.MatchStrings(language.NewMatcher(languages), append([]string{wished}, w.voice.session...)...)
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
	w.voice.current.Store(i18n.NewLocalizer(bundle, languages[chosen].String()))
}

// FromEnvironment speaks the language of the session.
func FromEnvironment() Words {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := os.Getenv(name); v != "" {
			tag, _, _ := strings.Cut(v, ".")
			return New(strings.ReplaceAll(tag, "_", "-"))
		}
	}
	return New()
}

// Say returns a sentence of the catalogue, or its id if it has none.
func (w Words) Say(id string, args ...Args) string {
	c := &i18n.LocalizeConfig{MessageID: id}
	if len(args) > 0 {
		c.TemplateData, c.PluralCount = args[0], args[0].PluralCount
	}
	if w.voice.current.Load() == nil {
		w.Speak("")
	}
	text, err := w.voice.current.Load().Localize(c)
	if err != nil && text == "" {
		return id
	}
	return text
}

// has reports whether the catalogue has a sentence.
func (w Words) has(id string) bool { return w.Say(id) != id }

// Clock is a moment as people say it: the time today, with the weekday within six days, with the date beyond.
func (w Words) Clock(t, now time.Time) string {
	t, now = t.Local(), now.Local()
	y1, m1, d1 := t.Date()
	y2, m2, d2 := now.Date()
	switch {
	case y1 == y2 && m1 == m2 && d1 == d2:
		return t.Format("15:04")
	case t.Sub(now).Abs() < 6*24*time.Hour:
		return w.Say("time.weekday."+strconv.Itoa(int(t.Weekday()))) + t.Format(" 15:04")
	}
	return t.Format("2006-01-02 15:04")
}

// Span is a length of time in its largest one or two units.
func (w Words) Span(d time.Duration) string {
	seconds := int(math.Round(d.Abs().Seconds()))
	days, hours, minutes := seconds/86400, seconds/3600%24, seconds/60%60
	unit := func(id string, n int) string { return w.Say(id, Args{Count: n, PluralCount: nil}) }
	switch {
	case days >= 7 || (days > 0 && hours == 0):
		return w.Say("time.days", Args{PluralCount: days})
	case days > 0:
		return w.Say("time.days", Args{PluralCount: days}) + " " + unit("time.hours", hours)
	case hours > 0 && minutes > 0:
		return unit("time.hours", hours) + " " + unit("time.minutes", minutes)
	case hours > 0:
		return unit("time.hours", hours)
	case minutes > 0:
		return unit("time.minutes", minutes)
	}
	return unit("time.seconds", seconds)
}

// Ahead is a coming moment: "in 12 min".
func (w Words) Ahead(t, now time.Time) string {
	if left := t.Sub(now); left >= time.Second {
		return w.Say("time.in", Args{Left: w.Span(left)})
	}
	return w.Say("time.now")
}
