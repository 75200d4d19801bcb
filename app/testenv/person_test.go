//go:build linux

package testenv_test

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"testing"
)

// person is somebody before a browser who fills in each form and sends it off.
type person struct {
	t       *testing.T
	browser *http.Client
	answers map[string]string // by the name of the input
}

func newPerson(t *testing.T, answers map[string]string) *person {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &person{t, &http.Client{Jar: jar}, answers}
}

var (
	formTag   = regexp.MustCompile(`(?s)<form[^>]*?action="([^"]+)".*?</form>`)
	inputTag  = regexp.MustCompile(`<input[^>]*>`)
	nameOf    = regexp.MustCompile(` name="([^"]+)"`)
	valueOf   = regexp.MustCompile(` value="([^"]*)"`)
	mostForms = 8
)

// visit opens a page and goes on until one has no form.
func (p *person) visit(page string) {
	p.t.Helper()
	resp, err := p.browser.Get(page)
	for range mostForms {
		if err != nil {
			p.t.Fatal(err)
		}
		html, readErr := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if readErr != nil || resp.StatusCode >= http.StatusBadRequest {
			p.t.Fatalf("%s at %s: %v %s", resp.Status, resp.Request.URL, readErr, html)
		}
		form := formTag.FindStringSubmatch(string(html))
		if form == nil {
			return
		}
		to, parseErr := resp.Request.URL.Parse(form[1])
		if parseErr != nil {
			p.t.Fatal(parseErr)
		}
		resp, err = p.browser.PostForm(to.String(), p.fill(form[0]))
	}
	p.t.Fatalf("%s: a form behind every form", page)
}

func (p *person) fill(form string) url.Values {
	values := url.Values{}
	for _, input := range inputTag.FindAllString(form, -1) {
		name := nameOf.FindStringSubmatch(input)
		if name == nil {
			continue
		}
		if value := valueOf.FindStringSubmatch(input); value != nil {
			values.Set(name[1], value[1])
		}
		if answer := p.answers[name[1]]; answer != "" {
			values.Set(name[1], answer)
		}
	}
	return values
}
