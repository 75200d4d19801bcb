package agent

import (
	"strings"
	"testing"

	"freshkey/app/api"
)

// What a feed of releases says is shown to a person, who clicks on it.
func TestReleaseIsReadWithCare(t *testing.T) {
	const page = `,"html_url":"https://example.com/v0.2.0"`
	for feed, want := range map[string]string{
		`{"tag_name":"v0.2.0"` + page + `,"draft":false}`: "0.2.0",
		`{"tag_name":"0.2.0"` + page + `}`:                "",
		`{"tag_name":"v0.2.0 <b>"` + page + `}`:           "",
		`{"tag_name":"v0.2.0","html_url":"file:///etc"}`:  "",
		`{"tag_name":"v0.2.0","html_url":"javascript:x"}`: "",
		`{"tag_name":"v0.2.0"}`:                           "",
		`<html>`:                                          "",
	} {
		got, err := readRelease(strings.NewReader(feed))
		if got.Version != want || (err == nil) != (want != "") {
			t.Errorf("%s: %q %v", feed, got.Version, err)
		}
	}
}

// Nobody who did not ask is told, and nobody is sent back to an older version.
func TestNewerVersionIsToldToWhoAsked(t *testing.T) {
	for _, c := range []struct {
		feed, latest string
		asked, told  bool
	}{
		{"https://example.com", "0.2.0", true, true},
		{"https://example.com", "0.10.0", true, true},
		{"https://example.com", "0.2.0", false, false},
		{"", "0.2.0", true, false},
		{"https://example.com", "0.1.0", true, false},
		{"https://example.com", "0.1.0-rc.1", true, false},
		{"https://example.com", "", true, false},
	} {
		a := &Agent{options: Options{Version: "0.1.0", Releases: c.feed}, config: &configFile{}}
		a.config.current.Settings.CheckReleases = c.asked
		a.releases.set(api.Release{Version: c.latest}, nil)
		if got := a.newer().Version != ""; got != c.told {
			t.Errorf("%+v: told %v", c, got)
		}
	}
}
