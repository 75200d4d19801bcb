package api

import (
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"testing"
)

// What a command says while a person is asked is in the language of the agent, like all else.
func TestLanguageIsHeardBeforeAPersonIsAsked(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "s")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	agent := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Language", "zh-Hans")
		Asking(withInterim(w, r).Context())
		Send(w, http.StatusOK, Status{})
	})}
	go func() { _ = agent.Serve(listener) }()
	defer agent.Close()
	var heard []string
	c := ClientAt(socket)
	c.OnLanguage = func(tag string) { heard = append(heard, tag) }
	c.OnAsking = func() { heard = append(heard, "asking") }
	if _, err := c.Status(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(heard, []string{"zh-Hans", "asking", "zh-Hans"}) {
		t.Errorf("heard %q", heard)
	}
}
