//go:build !windows

package api

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/keeper"
)

// echo is an agent of which only the traffic matters.
type echo struct {
	mu   sync.Mutex
	s    Snapshot
	news chan struct{}
	quit chan struct{}

	broken bool
	panics atomic.Int32
}

// unlucky is the revision whose snapshot panics.
const unlucky = 13

func (e *echo) Language() string { return "en" }
func (e *echo) Snapshot() Snapshot {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.s.Revision == unlucky {
		panic("planted")
	}
	return e.s
}

func (e *echo) Watch() (<-chan struct{}, func()) { return e.news, func() {} }

func (e *echo) Add(_ context.Context, in AddRequest) (Account, error) {
	return Account{Name: in.Name}, nil
}
func (e *echo) Remove(context.Context, string, bool) error { return nil }
func (e *echo) Refresh(context.Context, string) (Account, error) {
	return Account{}, errors.New("plain")
}

func (e *echo) Token(_ context.Context, ref string, d time.Duration) (Token, error) {
	if ref == "a b/c" && d == 90*time.Second {
		return Token{AccessToken: "t"}, nil
	}
	return Token{}, &Problem{Code: CodeNoAccount, What: "No " + ref}
}

func (e *echo) Edit(context.Context, string, EditRequest) (Account, error) { return Account{}, nil }
func (e *echo) Hold(context.Context, string, HoldRequest) (Account, error) { return Account{}, nil }
func (e *echo) Answer(context.Context, int, AnswerRequest) error           { return nil }
func (e *echo) Permissions() []Permission                                  { return nil }
func (e *echo) Revoke(string)                                              {}
func (e *echo) Lock()                                                      {}
func (e *echo) Confirm(context.Context, string, ConfirmRequest) (Account, error) {
	return Account{}, nil
}

func (e *echo) Verify(context.Context, string) (VerifyResult, error)       { return VerifyResult{}, nil }
func (e *echo) Log(string) ([]keeper.Event, error)                         { return nil, nil }
func (e *echo) Login(context.Context, string, LoginRequest) (Login, error) { return Login{}, nil }
func (e *echo) ReplaceChain(string, ReplaceRequest) error                  { return nil }
func (e *echo) EndLogin(string, int) error                                 { return nil }
func (e *echo) AwaitLogin(context.Context, string, int) (Login, error)     { return Login{}, nil }
func (e *echo) SetSettings(Settings) error                                 { return nil }
func (e *echo) Sign(context.Context, string, Call) (Signature, error)      { return Signature{}, nil }

func (e *echo) Call(context.Context, string, CallRequest) (CallResult, error) {
	return CallResult{}, nil
}
func (e *echo) Check(CheckRequest) (CheckResult, error)              { return CheckResult{}, nil }
func (e *echo) Providers() []oauth.Provider                          { return nil }
func (e *echo) SetProviders(context.Context, []oauth.Provider) error { return nil }

func (e *echo) TestProvider(context.Context, TestRequest) (Check, error) {
	return Check{}, nil
}
func (e *echo) Rehearse(context.Context, Scenario) (Rehearsed, error) { return Rehearsed{}, nil }

func (e *echo) Copy(_ context.Context, ref string, f Form, d time.Duration, _ Call) (CopyResult, error) {
	if d != keeper.DefaultValidity {
		return CopyResult{}, errors.New("not the default")
	}
	return CopyResult{Form: f, Account: ref}, nil
}

func (e *echo) Doctor(context.Context) []Check {
	if e.broken {
		panic("planted")
	}
	return []Check{{Name: "x", OK: true}}
}
func (e *echo) Unlock(context.Context) error                        { return nil }
func (e *echo) OpenWindow() error                                   { return nil }
func (e *echo) Quit()                                               { close(e.quit) }
func (e *echo) Door() Door                                          { return Door{Keys: []DoorKey{}} }
func (e *echo) AddDoorKey(DoorRequest) (DoorResult, error)          { return DoorResult{}, nil }
func (e *echo) Export(context.Context, string, ExportRequest) error { return nil }

func (e *echo) Import(context.Context, ImportRequest) (Account, error) { return Account{}, nil }
func (e *echo) CopyAndSay(_ context.Context, ref string, form Form, _ time.Duration, _ Call) (CopyResult, error) {
	return CopyResult{Account: ref, Form: form}, nil
}
func (e *echo) RemoveDoorKey(string) error { return nil }
func (e *echo) Restart()                   {}

func (e *echo) Guarded(_ string, work func()) (panicked bool) {
	defer func() {
		if recover() != nil {
			e.panics.Add(1)
			panicked = true
		}
	}()
	work()
	return false
}
