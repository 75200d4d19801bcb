package api

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"

	"freshkey/oauth"
	"freshkey/oauth/keeper"
)

// nothing is the answer of what has none.
type empty struct{}

// handler is the API's list of calls; README.md describes them.
func handler(a Agent) http.Handler {
	m, s := http.NewServeMux(), &streams{}
	m.HandleFunc("GET /v1/status", func(w http.ResponseWriter, _ *http.Request) { reply(w, a.Snapshot().Status, nil) })
	m.HandleFunc("GET /v1/events", func(w http.ResponseWriter, r *http.Request) { s.events(w, r, a) })
	m.HandleFunc("GET /v1/doctor", func(w http.ResponseWriter, r *http.Request) { reply(w, a.Doctor(r.Context()), nil) })
	m.HandleFunc("POST /v1/questions/{id}", handleJSON(func(r *http.Request, in AnswerRequest) (any, error) {
		id, _ := strconv.Atoi(r.PathValue("id")) // 0 is no question's
		return empty{}, a.Answer(r.Context(), id, in)
	}))
	m.HandleFunc("GET /v1/permissions", func(w http.ResponseWriter, _ *http.Request) { reply(w, a.Permissions(), nil) })
	m.HandleFunc("DELETE /v1/permissions", func(w http.ResponseWriter, r *http.Request) {
		a.Revoke(r.URL.Query().Get("account"))
		reply(w, empty{}, nil)
	})
	m.HandleFunc("POST /v1/check", handleJSON(func(_ *http.Request, in CheckRequest) (any, error) { return a.Check(in) }))
	m.HandleFunc("POST /v1/lock", func(w http.ResponseWriter, _ *http.Request) { a.Lock(); reply(w, empty{}, nil) })
	m.HandleFunc("POST /v1/unlock", func(w http.ResponseWriter, r *http.Request) { reply(w, empty{}, a.Unlock(r.Context())) })
	m.HandleFunc("POST /v1/restart", func(w http.ResponseWriter, _ *http.Request) {
		reply(w, empty{}, nil)
		_ = http.NewResponseController(w).Flush()
		a.Restart()
	})
	m.HandleFunc("POST /v1/window", func(w http.ResponseWriter, _ *http.Request) { reply(w, empty{}, a.OpenWindow()) })
	m.HandleFunc("POST /v1/quit", func(w http.ResponseWriter, _ *http.Request) { quit(w, a) })
	m.HandleFunc("PUT /v1/settings", handleJSON(func(_ *http.Request, in Settings) (any, error) { return empty{}, a.SetSettings(in) }))
	m.HandleFunc("GET /v1/providers", func(w http.ResponseWriter, _ *http.Request) { reply(w, a.Providers(), nil) })
	m.HandleFunc("PUT /v1/providers", handleJSON(func(r *http.Request, in []oauth.Provider) (any, error) {
		return empty{}, a.SetProviders(r.Context(), in)
	}))
	m.HandleFunc("POST /v1/providers/test", handleJSON(func(r *http.Request, in TestRequest) (any, error) { return a.TestProvider(r.Context(), in) }))
	m.HandleFunc("GET /v1/door", func(w http.ResponseWriter, _ *http.Request) { reply(w, a.Door(), nil) })
	m.HandleFunc("POST /v1/door/keys", handleJSON(func(_ *http.Request, in DoorRequest) (any, error) { return a.AddDoorKey(in) }))
	m.HandleFunc("DELETE /v1/door/keys/{name}", func(w http.ResponseWriter, r *http.Request) {
		reply(w, empty{}, a.RemoveDoorKey(r.PathValue("name")))
	})
	m.HandleFunc("POST /v1/import", handleJSON(func(r *http.Request, in ImportRequest) (any, error) { return a.Import(r.Context(), in) }))
	m.HandleFunc("POST /v1/rehearsal", handleJSON(func(r *http.Request, in Scenario) (any, error) { return a.Rehearse(r.Context(), in) }))
	accounts(m, a)
	return guard(a, m)
}

func accounts(m *http.ServeMux, a Agent) {
	m.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { // whatever is none of these, and none of those above
		SendProblem(w, http.StatusNotFound, noCall())
	})
	m.HandleFunc("GET /v1/accounts", func(w http.ResponseWriter, _ *http.Request) { reply(w, a.Snapshot().Accounts, nil) })
	m.HandleFunc("POST /v1/accounts", handleJSON(func(r *http.Request, in AddRequest) (any, error) { return a.Add(r.Context(), in) }))
	m.HandleFunc("PATCH /v1/accounts/{ref}", handleJSON(func(r *http.Request, in EditRequest) (any, error) { return a.Edit(r.Context(), ref(r), in) }))
	m.HandleFunc("DELETE /v1/accounts/{ref}", func(w http.ResponseWriter, r *http.Request) {
		reply(w, empty{}, a.Remove(r.Context(), ref(r), r.URL.Query().Get("revoke") != ""))
	})
	m.HandleFunc("POST /v1/accounts/{ref}/refresh", func(w http.ResponseWriter, r *http.Request) {
		account, err := a.Refresh(r.Context(), ref(r))
		reply(w, account, err)
	})
	m.HandleFunc("GET /v1/accounts/{ref}/token", func(w http.ResponseWriter, r *http.Request) {
		minValid, err := MinValid(r.URL.Query())
		if err != nil {
			reply(w, nil, err)
			return
		}
		token, err := a.Token(r.Context(), ref(r), minValid)
		reply(w, token, err)
	})
	m.HandleFunc("POST /v1/accounts/{ref}/copy", handleJSON(func(r *http.Request, in Call) (any, error) {
		minValid, err := MinValid(r.URL.Query())
		if err != nil {
			return nil, err
		}
		copied := a.Copy
		if r.URL.Query().Get("say") != "" {
			copied = a.CopyAndSay
		}
		return copied(r.Context(), ref(r), Form(r.URL.Query().Get("form")), minValid, in)
	}))
	m.HandleFunc("GET /v1/accounts/{ref}/log", handleJSON(func(r *http.Request, _ empty) (any, error) { return a.Log(ref(r)) }))
	accountActions(m, a)
}

// accountActions are the calls that do something with an account.
func accountActions(m *http.ServeMux, a Agent) {
	m.HandleFunc("POST /v1/accounts/{ref}/confirm", handleJSON(func(r *http.Request, in ConfirmRequest) (any, error) { return a.Confirm(r.Context(), ref(r), in) }))
	m.HandleFunc("POST /v1/accounts/{ref}/export", handleJSON(func(r *http.Request, in ExportRequest) (any, error) {
		return empty{}, a.Export(r.Context(), ref(r), in)
	}))
	m.HandleFunc("POST /v1/accounts/{ref}/sign", handleJSON(func(r *http.Request, in Call) (any, error) { return a.Sign(r.Context(), ref(r), in) }))
	m.HandleFunc("POST /v1/accounts/{ref}/call", handleJSON(func(r *http.Request, in CallRequest) (any, error) { return a.Call(r.Context(), ref(r), in) }))
	m.HandleFunc("POST /v1/accounts/{ref}/hold", handleJSON(func(r *http.Request, in HoldRequest) (any, error) { return a.Hold(r.Context(), ref(r), in) }))
	m.HandleFunc("POST /v1/accounts/{ref}/verify", handleJSON(func(r *http.Request, _ empty) (any, error) { return a.Verify(r.Context(), ref(r)) }))
	m.HandleFunc("POST /v1/accounts/{ref}/login", handleJSON(func(r *http.Request, in LoginRequest) (any, error) { return a.Login(r.Context(), ref(r), in) }))
	m.HandleFunc("DELETE /v1/accounts/{ref}/login", handleJSON(func(r *http.Request, _ empty) (any, error) { return empty{}, a.EndLogin(ref(r), number(r)) }))
	m.HandleFunc("GET /v1/accounts/{ref}/login", handleJSON(func(r *http.Request, _ empty) (any, error) { return a.AwaitLogin(r.Context(), ref(r), number(r)) }))
	m.HandleFunc("POST /v1/accounts/{ref}/login/replace", handleJSON(func(r *http.Request, in ReplaceRequest) (any, error) {
		return empty{}, a.ReplaceChain(ref(r), in)
	}))
}

func ref(r *http.Request) string { return r.PathValue("ref") }

// number is that of a sign-in; 0 if there is none, and -1, which is no sign-in's, for what is no number.
func number(r *http.Request) int {
	text := r.URL.Query().Get("number")
	n, err := strconv.Atoi(text)
	if text != "" && err != nil {
		return -1
	}
	return n
}

// handleJSON reads the body into what a call takes; no body at all is an empty one.
func handleJSON[In any](call func(*http.Request, In) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var in In
		dec := json.NewDecoder(r.Body)
		dec.DisallowUnknownFields()
		if err := dec.Decode(&in); err != nil && !errors.Is(err, io.EOF) {
			reply(w, nil, NotJSON())
			return
		}
		out, err := call(r, in)
		reply(w, out, err)
	}
}

// NotJSON is a body that a call cannot take.
func NotJSON() *Problem {
	return &Problem{Code: CodeUsage, Field: "body", What: "The request is not a JSON value of the known fields."}
}

func quit(w http.ResponseWriter, a Agent) {
	var f QuitResult
	for _, account := range a.Snapshot().Accounts {
		if account.Unsaved() {
			f.Unsaved++
		}
		if account.Detail == keeper.DetailUnsealed {
			f.Unsealed++
		}
	}
	reply(w, f, nil)
	_ = http.NewResponseController(w).Flush()
	a.Quit()
}

func noCall() *Problem {
	return &Problem{Code: CodeUsage, What: "There is no such call.", Advice: "app/api/README.md of the sources has them all."}
}
