package door

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"freshkey/app/api"
)

// Agent is who has the tokens. Errors are *api.Problem, or anything else for "failed".
type Agent interface {
	Keys() []Key
	// AccountID is the id of an account that is called by its name or id, and empty if there is none.
	AccountID(ref string) string
	Token(ctx context.Context, k Key, account string, minValid time.Duration) (api.Token, error)
	Sign(ctx context.Context, k Key, account string, call api.Call) (api.Signature, error)
	// Signs reports whether an account's headers are signed, and say more than its token.
	Signs(account string) bool
	// Refused puts a refusal into words.
	Refused(Refusal) *api.Problem
	// Used is told of each request but those of browsers that ask what they may ask.
	Used(k Key, r *http.Request, status int)
	// Guarded runs work and reports whether it panicked, which it reports.
	Guarded(part string, work func()) (panicked bool)
}

// Refusal is why a request was turned away before anybody asked for a token.
type Refusal string

// The refusals.
const (
	WrongHost    Refusal = "door_host"
	WrongOrigin  Refusal = "door_origin"
	WrongKey     Refusal = "door_key"
	WrongAccount Refusal = "door_account"
	WrongForm    Refusal = "door_form"
	WrongPath    Refusal = "door_path"
)

func (r Refusal) Error() string { return string(r) }

func (r Refusal) status() int {
	switch r {
	case WrongHost:
		return http.StatusMisdirectedRequest
	case WrongKey:
		return http.StatusUnauthorized
	case WrongPath:
		return http.StatusNotFound
	}
	return http.StatusForbidden
}

// maxBody is far more than any request has.
const maxBody = 64 << 10

// Server serves the door at an address, "127.0.0.1:17465".
func Server(ctx context.Context, address string, a Agent) *http.Server {
	d := &door{address: address, agent: a}
	return &http.Server{
		Handler: d, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second, IdleTimeout: time.Minute, MaxHeaderBytes: 16 << 10,
		BaseContext: func(net.Listener) context.Context { return ctx },
	}
}

type door struct {
	address string
	agent   Agent
}

func (d *door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	if d.agent.Guarded("door", func() { d.serve(w, r) }) {
		d.fail(w, &api.Problem{Code: api.CodeFailed, What: "Freshkey made a mistake in answering."})
	}
}

// serve turns away what has no business here, and first of all the pages that a browser was led to: their host is another one
// (a name that was made to lead here), or they say which origin they have.
func (d *door) serve(w http.ResponseWriter, r *http.Request) {
	origin := r.Header.Get("Origin")
	key, known := find(d.agent.Keys(), bearer(r))
	switch {
	case r.Host != d.address:
		d.refuse(w, r, key, WrongHost)
	case origin != "" && !d.welcomes(key, known, origin, r):
		d.refuse(w, r, key, WrongOrigin)
	case r.Method == http.MethodOptions:
		allow(w, r, origin)
		w.WriteHeader(http.StatusNoContent)
	case !known:
		allow(w, r, origin)
		w.Header().Set("WWW-Authenticate", `Bearer realm="Freshkey"`)
		d.refuse(w, r, key, WrongKey)
	default:
		allow(w, r, origin)
		d.answer(w, r, key)
	}
}

// welcomes reports whether a page may ask with a key. A browser that asks beforehand shows no key: any that welcomes the page will do.
func (d *door) welcomes(key Key, known bool, origin string, r *http.Request) bool {
	if known {
		return key.welcomes(origin)
	}
	for _, k := range d.agent.Keys() {
		if k.welcomes(origin) {
			return true
		}
	}
	return false
}

// allow tells the browser that a page may read the answer.
func allow(w http.ResponseWriter, r *http.Request, origin string) {
	if origin == "" {
		return
	}
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", origin)
	h.Add("Vary", "Origin")
	if r.Method == http.MethodOptions {
		h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type")
		h.Set("Access-Control-Allow-Methods", "GET, POST")
		h.Set("Access-Control-Allow-Private-Network", "true") // a page of the internet, which is let in here
	}
}

func bearer(r *http.Request) string {
	scheme, key, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(key)
}

// answer serves whoever has a key.
func (d *door) answer(w http.ResponseWriter, r *http.Request, key Key) {
	value, err := d.call(r, key)
	if _, still := find(d.agent.Keys(), bearer(r)); !still && err == nil { // taken back while a person was asked
		err = WrongKey
	}
	if err != nil {
		d.agent.Used(key, r, d.fail(w, err))
		return
	}
	d.agent.Used(key, r, http.StatusOK)
	api.Send(w, http.StatusOK, value)
}

// call is the door's list of calls.
func (d *door) call(r *http.Request, key Key) (any, error) {
	ref, what, ok := strings.Cut(strings.TrimPrefix(r.URL.Path, "/v1/accounts/"), "/")
	if !ok || !strings.HasPrefix(r.URL.Path, "/v1/accounts/") {
		return nil, WrongPath
	}
	account := d.agent.AccountID(ref)
	if (what == "token" || what == "sign") && !key.opens(account) {
		return nil, WrongAccount
	}
	switch r.Method + " " + what {
	case "GET token":
		return d.token(r, key, account)
	case "POST sign":
		return d.sign(r, key, account)
	}
	return nil, WrongPath
}

func (d *door) token(r *http.Request, key Key, account string) (any, error) {
	if !key.shows(api.FormAccessToken) && !key.shows(api.FormMACKey) {
		return nil, WrongForm
	}
	minValid, err := api.MinValid(r.URL.Query())
	if err != nil {
		return nil, err
	}
	t, err := d.agent.Token(r.Context(), key, account, minValid)
	if !key.shows(api.FormAccessToken) {
		t.AccessToken = ""
	}
	if !key.shows(api.FormMACKey) {
		t.MACKey = ""
	}
	return t, err
}

func (d *door) sign(r *http.Request, key Key, account string) (any, error) {
	if !key.shows(api.FormHeader) {
		return nil, WrongForm
	}
	var call api.Call
	dec := json.NewDecoder(r.Body)
	dec.DisallowUnknownFields()
	if err := dec.Decode(&call); err != nil && !errors.Is(err, io.EOF) {
		return nil, api.NotJSON()
	}
	if !key.shows(api.FormAccessToken) && !d.agent.Signs(account) {
		return nil, WrongForm
	}
	return d.agent.Sign(r.Context(), key, account, call)
}

func (d *door) refuse(w http.ResponseWriter, r *http.Request, key Key, why Refusal) {
	d.agent.Used(key, r, d.fail(w, why))
}

// fail answers with what is wrong, and returns the answer's status.
func (d *door) fail(w http.ResponseWriter, err error) (status int) {
	if why, ok := errors.AsType[Refusal](err); ok {
		return api.SendProblem(w, why.status(), d.agent.Refused(why))
	}
	return api.SendProblem(w, statusOf(err), err)
}

// statusOf is the status that tools which know only HTTP understand, 0 for that of the API: they try again what passes, and nothing else.
func statusOf(err error) int {
	p, ok := errors.AsType[*api.Problem](err)
	switch {
	case !ok:
		return 0
	case p.Passes():
		return http.StatusServiceUnavailable
	case p.Refused():
		return http.StatusForbidden
	}
	return 0
}
