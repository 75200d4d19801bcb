package main

import (
	"strings"

	"freshkey/app/api"
)

// testForm tries the form's provider out, with what is typed of the app.
func (w *Window) testForm() {
	in, err := w.model.form.request("", w.model.formProvider(), w.now())
	if err != nil {
		w.change(func(m *model) { m.problem = w.problem(err) })
		return
	}
	if in.RedirectURI != "" {
		in.Provider.RedirectURI = in.RedirectURI
	}
	w.change(func(m *model) { m.tested = "…" })
	go func() {
		check, err := w.client.TestProvider(w.life, api.TestRequest{Provider: in.Provider, ClientID: in.ClientID, ClientSecret: in.ClientSecret})
		text := describeTest(check)
		if err != nil {
			text = describe(w.words, w.problem(err))
		}
		w.post(func(m *model) { m.tested = text })
	}()
}

// describeTest is what came of a test: each step that went well, and the one that did not.
func describeTest(check api.Check) string {
	var lines []string
	for _, step := range check.Steps {
		line := "✓ " + step.Name
		if !step.OK {
			line = strings.TrimSpace("✗ " + step.Name + ": " + api.Join(step.Result, step.Advice))
		}
		lines = append(lines, line)
	}
	if check.OK || len(lines) == 0 {
		lines = append(lines, api.Join(check.Result, check.Advice))
	}
	return strings.Join(lines, "\n")
}
