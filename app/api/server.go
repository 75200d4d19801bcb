package api

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"math"
	"net"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/keeper"
)

// Agent is what the server serves. Errors are *Problem, or anything else for "failed".
type Agent interface {
	Language() string // of what its answers say to people, as Content-Language has it
	Snapshot() Snapshot
	Watch() (<-chan struct{}, func())
	Add(context.Context, AddRequest) (Account, error)
	Remove(ctx context.Context, ref string, revoke bool) error
	Refresh(ctx context.Context, ref string) (Account, error)
	Token(ctx context.Context, ref string, minValid time.Duration) (Token, error)
	Copy(ctx context.Context, ref string, form Form, minValid time.Duration, call Call) (CopyResult, error)
	CopyAndSay(ctx context.Context, ref string, form Form, minValid time.Duration, call Call) (CopyResult, error)
	Sign(ctx context.Context, ref string, call Call) (Signature, error)
	Call(ctx context.Context, ref string, in CallRequest) (CallResult, error)
	Edit(ctx context.Context, ref string, in EditRequest) (Account, error)
	Confirm(ctx context.Context, ref string, in ConfirmRequest) (Account, error)
	Export(ctx context.Context, ref string, in ExportRequest) error
	Import(ctx context.Context, in ImportRequest) (Account, error)
	Hold(ctx context.Context, ref string, in HoldRequest) (Account, error)
	Verify(ctx context.Context, ref string) (VerifyResult, error)
	Log(ref string) ([]keeper.Event, error)
	Login(ctx context.Context, ref string, in LoginRequest) (Login, error)
	ReplaceChain(ref string, in ReplaceRequest) error
	AwaitLogin(ctx context.Context, ref string, number int) (Login, error)
	EndLogin(ref string, number int) error
	SetSettings(Settings) error
	Providers() []oauth.Provider
	SetProviders(context.Context, []oauth.Provider) error
	TestProvider(context.Context, TestRequest) (Check, error)
	Rehearse(context.Context, Scenario) (Rehearsed, error)
	Doctor(context.Context) []Check
	Check(CheckRequest) (CheckResult, error)
	Door() Door
	AddDoorKey(DoorRequest) (DoorResult, error)
	RemoveDoorKey(name string) error
	Answer(ctx context.Context, id int, in AnswerRequest) error
	Permissions() []Permission
	Revoke(account string)
	Lock()
	Unlock(context.Context) error
	OpenWindow() error
	Quit()
	Restart()

	// Guarded runs work and reports whether it panicked, which it reports.
	Guarded(part string, work func()) (panicked bool)
}

// Limits of the server, so that a slow or broken client holds nothing.
const (
	maxRequest  = 1 << 20
	slowReader  = 10 * time.Second
	headerLimit = 16 << 10
)

// Serve answers on l until ctx ends; requests under way then get a moment to finish.
func Serve(ctx context.Context, l net.Listener, a Agent) error {
	s := &http.Server{
		Handler: handler(a), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second, IdleTimeout: time.Minute,
		MaxHeaderBytes: headerLimit, BaseContext: func(net.Listener) context.Context { return ctx }, ConnContext: withCaller,
	}
	ended := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(ended)
		late, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		defer cancel()
		if s.Shutdown(late) != nil {
			_ = s.Close()
		}
	})
	err := s.Serve(l)
	if !stop() {
		<-ended
	}
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// guard refuses what no client of ours sends: a web page that was led to the socket has a host name, and a body that
// large is not a request.
func guard(a Agent, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Host != "localhost" && r.Host != "freshkey" {
			Send(w, http.StatusMisdirectedRequest, failure{&Problem{Code: CodeUsage, Field: "host", What: "Unknown host; use http://localhost/v1/…"}})
			return
		}
		if r.ContentLength > maxRequest {
			w.Header().Set("Connection", "close")
			Send(w, http.StatusRequestEntityTooLarge, failure{&Problem{Code: CodeUsage, Field: "body", What: "The request is larger than 1 MiB."}})
			return
		}
		if path.Clean(r.URL.Path) != r.URL.Path { // which would be redirected to another call
			SendProblem(w, http.StatusNotFound, noCall())
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxRequest)
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Content-Language", a.Language())
		if a.Guarded("request", func() { next.ServeHTTP(w, withInterim(w, r)) }) {
			if w.Header().Get("Content-Type") == streamType { // some of it was read: only that it breaks off says that this is no end
				panic(http.ErrAbortHandler)
			}
			Send(w, http.StatusInternalServerError, failure{&Problem{Code: CodeFailed, What: "Freshkey made a mistake in answering."}})
		}
	})
}

func reply(w http.ResponseWriter, value any, err error) {
	if err != nil {
		SendProblem(w, 0, err)
		return
	}
	Send(w, http.StatusOK, value)
}

// SendProblem answers with what is wrong, and returns the status: the one given, or that of the problem's code.
func SendProblem(w http.ResponseWriter, status int, err error) int {
	p := asProblem(err)
	if status == 0 {
		status = p.Code.status()
	}
	if left := time.Until(p.RetryAt); left > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(left.Seconds()))))
	}
	Send(w, status, failure{p})
	return status
}

// failure is the body of an answer that is no success.
type failure struct {
	Error *Problem `json:"error"`
}

// Send writes an answer; a client that does not read it is let go.
func Send(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(slowReader))
	w.WriteHeader(status)
	if accounts, ok := value.([]*Account); ok {
		_ = writeAccounts(w, accounts)
		_, _ = io.WriteString(w, "\n")
		return
	}
	_ = json.NewEncoder(w).Encode(value)
}

func asProblem(err error) *Problem {
	if p, ok := errors.AsType[*Problem](err); ok {
		return p
	}
	return &Problem{Code: CodeFailed, What: err.Error()}
}

// MinValid is how long a token shall last that is asked for by a query.
func MinValid(q url.Values) (time.Duration, error) {
	if !q.Has("min_valid") {
		return keeper.DefaultValidity, nil
	}
	d, err := ParseValidity(q.Get("min_valid"))
	if err != nil {
		return 0, err
	}
	return d, nil
}

// ParseValidity reads a length of time: "15m", "2h30m", "2d" for whole days, "2d16h", or whole seconds as a plain number. The error is a *Problem.
func ParseValidity(text string) (time.Duration, error) {
	whole, rest, inDays := strings.Cut(text, "d")
	if days, err := strconv.Atoi(whole); err == nil && inDays && days >= 0 && days < 1<<15 {
		d, err := time.ParseDuration(cmp.Or(rest, "0s"))
		if all := time.Duration(days)*24*time.Hour + d; err == nil && d >= 0 && all >= 0 {
			return all, nil
		}
	}
	if seconds, err := strconv.Atoi(text); err == nil && seconds >= 0 && seconds < 1<<31 {
		return time.Duration(seconds) * time.Second, nil
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 {
		return 0, &Problem{
			Code: CodeUsage, Field: "min_valid", What: "The minimum validity is not a length of time.", Advice: "Write it like 90s, 15m, 2h or 2d.",
		}
	}
	return d, nil
}
