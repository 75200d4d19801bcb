package agent

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"sync"
	"time"

	"golang.org/x/mod/semver"

	"freshkey/app/api"
	"freshkey/app/words"
)

const (
	releaseInterval = 24 * time.Hour
	releaseStart    = time.Minute // behind what the start has to do
	releaseAgain    = time.Hour   // after nobody answered
	releaseTimeout  = 30 * time.Second
	releaseSize     = 1 << 20
)

// releases is what the feed of releases said last.
type releases struct {
	mu     sync.Mutex // guards what follows
	latest api.Release
	err    error
}

// followReleases looks for a newer version once a day, where a setting allows it and whoever built the program said where to look.
// Nothing is fetched but what the newest version is called: package managers bring it.
func (a *Agent) followReleases(ctx context.Context) {
	if a.options.Releases == "" {
		return
	}
	news, stop := a.Watch() // also of settings
	defer stop()
	for next := time.Now().Add(releaseStart); ; {
		timer := time.NewTimer(time.Until(next))
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-news:
			timer.Stop()
			if !a.seeksReleases() || a.releases.known() {
				continue
			}
		case <-timer.C:
		}
		next = time.Now().Add(releaseInterval + rand.N(time.Hour))
		if a.seeksReleases() {
			latest, err := a.fetchRelease(ctx)
			a.report("releases", err)
			if err != nil {
				next = time.Now().Add(releaseAgain)
			}
			a.releases.set(latest, err)
			a.watchers.tell()
		}
	}
}

func (a *Agent) seeksReleases() bool {
	return a.options.Releases != "" && a.config.get().Settings.CheckReleases
}

func (r *releases) set(latest api.Release, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.latest, r.err = latest, err
}

func (r *releases) get() (api.Release, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.latest, r.err
}

func (r *releases) known() bool {
	latest, err := r.get()
	return err != nil || latest.Version != ""
}

// newer is the release that is newer than this program, the zero one if none is known to be.
func (a *Agent) newer() api.Release {
	latest, _ := a.releases.get()
	if !a.seeksReleases() || semver.Compare("v"+latest.Version, "v"+a.options.Version) <= 0 {
		return api.Release{}
	}
	return latest
}

// fetchRelease asks the feed, by the same way as the providers are asked.
func (a *Agent) fetchRelease(ctx context.Context) (api.Release, error) {
	ctx, cancel := context.WithTimeout(ctx, releaseTimeout)
	defer cancel()
	client := &http.Client{Transport: &http.Transport{
		DisableKeepAlives: true, Proxy: func(r *http.Request) (*url.URL, error) {
			return a.proxy(&url.URL{Scheme: r.URL.Scheme, Host: r.URL.Host})
		},
	}, CheckRedirect: func(r *http.Request, via []*http.Request) error {
		if r.URL.Scheme != "https" || len(via) > 3 {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, a.options.Releases, nil)
	if err != nil {
		return api.Release{}, err
	}
	resp, err := client.Do(req)
	if err != nil {
		return api.Release{}, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return api.Release{}, fmt.Errorf("the feed of releases answered %d", resp.StatusCode)
	}
	return readRelease(io.LimitReader(resp.Body, releaseSize))
}

var errNoRelease = errors.New("the feed of releases names no version, or no page that is https")

// readRelease reads a release as GitHub's API gives it (docs.github.com, "Get the latest release").
func readRelease(r io.Reader) (api.Release, error) {
	var in struct {
		Tag  string `json:"tag_name"`
		Page string `json:"html_url"`
	}
	if err := json.NewDecoder(r).Decode(&in); err != nil {
		return api.Release{}, err
	}
	page, err := url.Parse(in.Page)
	if err != nil || page.Scheme != "https" || !semver.IsValid(in.Tag) || semver.Build(in.Tag) != "" {
		return api.Release{}, errNoRelease
	}
	return api.Release{Version: in.Tag[1:], Page: page.String()}, nil
}

// checkRelease says, for the doctor, whether this is the newest version.
func (a *Agent) checkRelease() api.Check {
	c := api.Check{Name: a.words.Text("doctor.release"), OK: true}
	latest, err := a.releases.get()
	newer := a.newer()
	switch {
	case a.options.Releases == "":
		c.Result = a.words.Text("doctor.release.package")
	case !a.seeksReleases():
		c.Result = a.words.Text("doctor.release.off")
	case newer.Version != "":
		c.Result = a.words.Text("window.newer", words.Args{Version: newer.Version, AgentVersion: a.options.Version})
		c.Advice = a.words.Text("doctor.release.advice", words.Args{Address: newer.Page})
	case err != nil:
		c.Result = a.words.Text("doctor.release.unknown")
	case latest.Version == "":
		c.Result = a.words.Text("doctor.release.soon")
	default:
		c.Result = a.words.Text("doctor.release.newest", words.Args{Version: a.options.Version})
	}
	return c
}
