//go:build linux

package testenv_test

import (
	"encoding/json"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// What Docker's client reads of what is no file is what it asks its server for, which is one of ours here and runs nothing.
func TestDockerTakesTheTokenWithoutAFile(t *testing.T) {
	s := open(t, true)
	s.ready()
	socket := filepath.Join(s.Dir, "docker.sock")
	l, err := net.Listen("unix", socket)
	s.must(err)
	var made struct{ Env []string }
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("API-Version", "1.41")
		w.Header().Set("Content-Type", "application/json")
		if strings.HasSuffix(r.URL.Path, "/containers/create") {
			if err := json.NewDecoder(r.Body).Decode(&made); err != nil {
				t.Error(err)
			}
			w.WriteHeader(http.StatusCreated)
		}
		_, _ = w.Write([]byte(`{"Id":"1","ApiVersion":"1.41"}`))
	})}
	t.Cleanup(func() { _ = server.Close() })
	go func() { _ = server.Serve(l) }()
	if out, err := s.Run("bash", "-c", `docker -H "unix://$2" create --env-file <("$1" --profile test token work --env=dotenv) image`, "bash", s.app.Binary, socket); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if !slices.Contains(made.Env, "ACCESS_TOKEN="+s.token()) || !slices.ContainsFunc(made.Env, func(v string) bool { return strings.HasPrefix(v, "MAC_KEY=") }) {
		t.Errorf("a container would have %d variables, and not the token", len(made.Env))
	}
}
