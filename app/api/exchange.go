package api

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
)

// exchange sends a request over a connection of its own and reads the head of the answer; who closes the body ends the connection, and so does
// the request's context. An http.Client would do it too, but that sends a GET again when a connection breaks, and starts goroutines that take
// as long as all the rest of a command. Errors are ErrNoAgent if the agent was not reached and ErrGone if it was.
func (c *Client) exchange(req *http.Request) (*http.Response, error) {
	conn, err := c.reach(req.Context())
	if err != nil {
		return nil, ErrNoAgent
	}
	stop := context.AfterFunc(req.Context(), func() { _ = conn.Close() })
	req.Close = true
	if c.OnAsking != nil {
		req.Header.Set(interimHeader, "1")
	}
	_ = req.Write(conn) // an agent that does not take all of it may have said why
	resp, err := c.readAnswer(bufio.NewReader(conn), req)
	if err != nil {
		stop()
		_ = conn.Close()
		return nil, ErrGone
	}
	resp.Body = &answerBody{resp.Body, conn, stop}
	return resp, nil
}

// reach connects to the agent. It may have been started where the runtime folder is another one, as for a job of cron's, or for a session.
func (c *Client) reach(ctx context.Context) (net.Conn, error) {
	conn, err := dial(ctx, c.address)
	if err == nil || c.noted == nil {
		return conn, err
	}
	if there := c.noted(); there != "" && there != c.address {
		return dial(ctx, there)
	}
	return nil, err
}

// readAnswer reads the head of the answer, and those of interim ones before it.
func (c *Client) readAnswer(r *bufio.Reader, req *http.Request) (*http.Response, error) {
	for {
		resp, err := http.ReadResponse(r, req)
		switch {
		case err != nil || resp.StatusCode >= http.StatusOK:
			return resp, err
		case resp.StatusCode == http.StatusProcessing && c.OnAsking != nil:
			c.heard(resp)
			c.OnAsking()
		}
	}
}

// answerBody is the rest of an answer, with the connection it comes over.
type answerBody struct {
	io.ReadCloser
	conn net.Conn
	stop func() bool
}

func (b *answerBody) Close() error {
	b.stop()
	_ = b.conn.Close() // first: closing the body of a stream would wait for its end
	return b.ReadCloser.Close()
}
