package keeper

import (
	"testing"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/journal"
)

func TestDecideWhatAnAnswerComesTo(t *testing.T) {
	p := oauth.BuiltIn()
	with := app{provider: p, target: here}
	before := journal.Record{Grant: won(9 * time.Hour)}
	in := before.NewIntent("refresh", 3, journal.CauseScheduled, here, noon)
	r := before.WithIntent(in)
	for name, c := range map[string]struct {
		status     int
		body       string
		reply      oauth.Reply
		class      oauth.Class
		generation int
		open       bool // what became of the refresh token stays open
		refused    bool
		keep       bool
	}{
		"a new token":      {200, `{"access_token":"A","refresh_token":"R","expires_in":3600}`, oauth.Reply{}, "", 4, false, false, true},
		"no rotation":      {200, `{"access_token":"A","expires_in":3600}`, oauth.Reply{}, "", 4, false, false, true},
		"broken off":       {200, `{"access_token":"A","refresh_token":"R","exp`, oauth.Reply{Incomplete: true}, oauth.Transient, 4, false, false, true},
		"cut off":          {200, `{"access_token":"A","refresh_token":"R"}`, oauth.Reply{Cut: true}, oauth.Transient, 4, false, false, true},
		"refused":          {400, `{"error":96009}`, oauth.Reply{}, oauth.Dead, 3, false, true, true},
		"settings":         {400, `{"error":96003}`, oauth.Reply{}, oauth.Misconfigured, 3, false, false, false},
		"busy":             {429, ``, oauth.Reply{RetryAfter: time.Hour}, oauth.Transient, 3, false, false, false},
		"a gateway":        {504, `<html>`, oauth.Reply{}, oauth.Uncertain, 3, true, false, false},
		"empty":            {200, ``, oauth.Reply{Incomplete: true}, oauth.Uncertain, 3, true, false, false},
		"a form of later":  {200, `%%%{"access_token":"A"}`, oauth.Reply{}, oauth.Uncertain, 3, true, false, true},
		"a strange number": {400, `{"error":4711}`, oauth.Reply{}, oauth.Transient, 3, false, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			c.reply.Status, c.reply.Body, c.reply.Received = c.status, []byte(c.body), noon
			out := decide(r, in, c.reply, with, "pc")
			class := oauth.Class("")
			if out.err != nil {
				class = out.err.Class
			}
			next := out.record
			unresolved, _ := next.Unresolved(here, ReasonInterrupted)
			if class != c.class || next.Grant.Generation != c.generation || (unresolved != nil) != c.open || (len(next.Refusals) > 0) != c.refused || out.keep != c.keep {
				t.Errorf("%s, generation %d, open %v, refused %v, keep %v", class, next.Grant.Generation, unresolved != nil, len(next.Refusals) > 0, out.keep)
			}
			if next.Intent != nil {
				t.Error("something is still under way")
			}
			if out.err != nil && out.err.RetryAfter != c.reply.RetryAfter {
				t.Errorf("Retry-After %v", out.err.RetryAfter)
			}
			if before.Grant.Generation != 3 || len(before.Refusals) > 0 || r.Intent != in {
				t.Error("the record before has changed")
			}
		})
	}
}

func TestRestIsBounded(t *testing.T) {
	var r rest
	for n := range 1000 { // a signal each second, and somebody waits for the end
		r = r.extended(at(time.Duration(n)*time.Second), time.Duration(n)*time.Second, 5*time.Second, n > 0)
	}
	if r.until.After(at(maxRest)) {
		t.Errorf("until %v", r.until.Sub(noon))
	}
	if next := r.extended(at(time.Hour), time.Hour, AfterWake, false); !next.until.Equal(at(time.Hour + AfterWake)) {
		t.Errorf("a rest that nobody was held back by shortens the next: until %v", next.until.Sub(noon))
	}
	if next := r.extended(at(time.Hour), time.Hour, 0, false); next.until.After(at(time.Hour)) || next.news.Equal(at(time.Hour)) {
		t.Errorf("an unlocked keychain makes a rest until %v", next.until.Sub(noon))
	}
	slept := rest{}.extended(noon, 0, AfterWake, false).extended(at(8*time.Hour), 10*time.Second, AfterWake, true)
	if !slept.until.Equal(at(8*time.Hour + AfterWake)) {
		t.Errorf("sleeping has used a rest up: until %v after waking", slept.until.Sub(at(8*time.Hour)))
	}
	long := rest{}.extended(noon, 0, AfterWake, false)
	if short := long.extended(at(time.Second), time.Second, AfterOnline, false); !short.until.Equal(long.until) {
		t.Errorf("a shorter rest cuts a longer one: until %v", short.until.Sub(noon))
	}
}
