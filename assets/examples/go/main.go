// Program main prints the accounts and their states, by Freshkey's API over its socket: standard library alone.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: go run main.go $XDG_RUNTIME_DIR/freshkey/freshkey.sock")
		os.Exit(2)
	}
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run asks at a socket, for example $XDG_RUNTIME_DIR/freshkey/freshkey.sock.
func run(socket string) error {
	client := http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", socket)
	}}}
	resp, err := client.Get("http://freshkey/v1/accounts")
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	var accounts []struct {
		Name  string `json:"name"`
		State string `json:"state"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&accounts); err != nil {
		return err
	}
	for _, a := range accounts {
		fmt.Println(a.Name, a.State)
	}
	return nil
}
