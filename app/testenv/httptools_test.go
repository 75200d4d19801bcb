//go:build linux

package testenv_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"freshkey/app/api"
)

// httpTools are the examples for Postman and Bruno, and those tools' own programs for the command line.
type httpTools struct {
	*scene
	dir string
}

// httpTools installs the tools, and puts the examples beside them.
func (s *scene) httpTools() *httpTools {
	s.t.Helper()
	h := &httpTools{s, filepath.Join(s.Dir, "tools")}
	s.must(os.CopyFS(h.dir, os.DirFS("httptools")))
	install := exec.CommandContext(s.t.Context(), "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	install.Dir = h.dir
	if out, err := install.CombinedOutput(); err != nil {
		s.t.Fatalf("%v: %s", err, out)
	}
	return h
}

// fill puts the examples where they were, with the door's address, a key and the Open API's base filled in, as a person would.
func (h *httpTools) fill(key, base string) {
	h.t.Helper()
	door, err := api.ClientAt(h.app.Socket()).Door(h.t.Context())
	h.must(err)
	examples := filepath.Join(h.dir, "examples")
	h.must(os.RemoveAll(examples))
	h.must(os.CopyFS(examples, os.DirFS("../../assets/examples")))
	filled := strings.NewReplacer("http://127.0.0.1:17465", "http://"+door.Address, "https://open.account.xiaomi.com", base, `"door_key", "value": ""`, `"door_key", "value": "`+key+`"`)
	for _, name := range []string{"postman/freshkey.postman_environment.json", "bruno/environments/xiaomi.bru"} {
		path := filepath.Join(examples, name)
		text, err := os.ReadFile(path)
		h.must(err)
		h.must(os.WriteFile(path, []byte(filled.Replace(string(text))), 0o600))
	}
	own := strings.NewReplacer( // as everybody does who begins with an example: a header for another request would not do
		`{ "key": "clientId"`, `{ "key": "scene", "value": "own" }, { "key": "clientId"`, "profile?clientId", "profile?scene=own&clientId", "  clientId:", "  scene: own\n  clientId:")
	for _, name := range []string{"postman/freshkey.postman_collection.json", "bruno/Signed request.bru", "bruno/Profile.bru"} {
		path := filepath.Join(examples, name)
		text, err := os.ReadFile(path)
		h.must(err)
		h.must(os.WriteFile(path, []byte(own.Replace(string(text))), 0o600))
	}
	h.must(os.WriteFile(filepath.Join(examples, "bruno", ".env"), []byte("DOOR_KEY="+key+"\n"), 0o600))
}

// run has each tool run its collection.
func (h *httpTools) run(check func(t *testing.T, out string, err error)) {
	postman, bruno := filepath.Join(h.dir, "examples", "postman"), filepath.Join(h.dir, "examples", "bruno")
	for name, c := range map[string]struct {
		dir, program string
		args         []string
	}{
		"newman":     {postman, "newman", []string{"run", "freshkey.postman_collection.json", "-e", "freshkey.postman_environment.json"}},
		"bruno":      {bruno, "bru", []string{"run", "--env", "xiaomi"}},
		"bruno safe": {bruno, "bru", []string{"run", "--env", "xiaomi", "--sandbox", "safe"}},
	} {
		h.t.Run(name, func(t *testing.T) {
			cmd := h.Command(filepath.Join(h.dir, "node_modules", ".bin", c.program), c.args...)
			cmd.Dir = c.dir
			out, err := cmd.CombinedOutput()
			check(t, string(out), err)
		})
	}
}

// Postman's and Bruno's collections are run by those tools' own programs, which nobody here wrote: each request with a token of its own, and one
// refresh at most.
func TestCollectionsFetchAFreshTokenBeforeEachRequest(t *testing.T) {
	s := open(t, true)
	s.ready()
	tools := s.httpTools()
	key := s.doorKey("tools", "--account", "work")
	tools.fill(key, s.app.Base)
	before := s.app.PID()
	tools.run(func(t *testing.T, out string, err error) {
		if err != nil || strings.Contains(out, key) || s.app.PID() != before {
			t.Errorf("%v: %s", err, strings.ReplaceAll(out, key, "KEY"))
		}
		_, err = s.app.Freshkey("refresh", "work") // what this one had counts no more
		s.must(err)
	})

	var asked atomic.Int32
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	defer elsewhere.Close()
	tools.fill("fkd_planted", elsewhere.URL)
	tools.run(func(t *testing.T, out string, err error) {
		if err == nil || !strings.Contains(out, "No key, or one that opens nothing.") || strings.Contains(out, "planted") {
			t.Errorf("nobody says why there is no token: %v: %s", err, out)
		}
		if n := asked.Load(); n > 0 {
			t.Errorf("%d requests without a token", n)
		}
	})
	_, err := s.app.Freshkey("door", "remove", "tools") // the only key: the door is closed
	s.must(err)
	tools.run(func(t *testing.T, out string, err error) {
		if err == nil || !strings.Contains(out, "ECONNREFUSED") || !strings.Contains(out, "starts Freshkey") {
			t.Errorf("nobody says that there is no door: %v: %s", err, out)
		}
	})
}
