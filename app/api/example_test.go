//go:build !windows

package api_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"freshkey/app/api"
)

// A program asks the agent for a token that works for five more minutes. An agent that refreshes first answers when it has done so.
func ExampleClient_Token() {
	address, end := agent(`{"access_token":"V3_a","token_type":"bearer","expires_in":3600}`, http.StatusOK)
	defer end()

	token, err := api.ClientAt(address).Token(context.Background(), "work", 5*time.Minute)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(token.TokenType, token.ExpiresIn)
	// Output:
	// bearer 3600
}

// What went wrong is said in words, and by a code that is the command line's exit code too.
func ExampleProblem() {
	address, end := agent(`{"error":{"code":"sign_in_needed","what":"The provider refused the refresh token.","advice":"Sign in again."}}`, http.StatusConflict)
	defer end()

	_, err := api.ClientAt(address).Token(context.Background(), "work", 0)
	if problem, ok := errors.AsType[*api.Problem](err); ok {
		fmt.Println(problem)
		fmt.Println(problem.Code, problem.Code.ExitCode())
	}
	// Output:
	// The provider refused the refresh token. Sign in again.
	// sign_in_needed 3
}

// Where nobody answers, that is ErrNoAgent.
func ExampleClientAt() {
	_, err := api.ClientAt("/nowhere/agent.sock").Accounts(context.Background())
	fmt.Println(errors.Is(err, api.ErrNoAgent))
	// Output:
	// true
}

// agent answers anything that is asked on a socket of its own.
func agent(body string, status int) (address string, end func()) {
	dir, err := os.MkdirTemp("", "fk")
	if err != nil {
		panic(err)
	}
	address = filepath.Join(dir, "agent.sock")
	l, err := net.Listen("unix", address)
	if err != nil {
		panic(err)
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	})}
	go func() { _ = server.Serve(l) }()
	return address, func() { _ = server.Close(); _ = os.RemoveAll(dir) }
}
