package api

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"sync"
	"time"
)

// streams are the readers of events. They share what is most of each snapshot: its accounts, as JSON.
type streams struct {
	mu       sync.Mutex // guards what follows
	readers  int
	accounts []*Account // of the last snapshot that was encoded, and …
	text     []byte     // … what they are as JSON; both are let go of with the last reader
}

// streamType is the media type of lines of JSON.
const streamType = "application/x-ndjson"

// events streams snapshots as lines of JSON, the first at once. A reader that falls behind skips to the newest; one that
// does not read at all is let go.
func (s *streams) events(w http.ResponseWriter, r *http.Request, a Agent) {
	news, stop := a.Watch()
	defer stop()
	s.count(1)
	defer s.count(-1)
	w.Header().Set("Content-Type", streamType)
	c := http.NewResponseController(w)
	for {
		select {
		case <-r.Context().Done():
			return
		case <-news:
		}
		head, accounts, tail, err := s.encode(a.Snapshot())
		_ = c.SetWriteDeadline(time.Now().Add(slowReader))
		for _, part := range [][]byte{head, accounts, tail, []byte("\n")} {
			if err == nil {
				_, err = w.Write(part)
			}
		}
		if err != nil || c.Flush() != nil {
			return
		}
	}
}

func (s *streams) count(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.readers += n; s.readers == 0 {
		s.accounts, s.text = nil, nil
	}
}

// encode is a snapshot as JSON: what stands before its accounts, they, and what stands behind them. An agent's snapshots share their accounts
// as long as none has changed.
func (s *streams) encode(snapshot Snapshot) (head, accounts, tail []byte, err error) {
	all := snapshot.Accounts
	snapshot.Accounts = nil
	rest, err := json.Marshal(snapshot)
	if err != nil {
		return nil, nil, nil, err
	}
	head, tail, _ = bytes.Cut(rest, []byte(`"accounts":null`)) // in a string its quotes would be escaped
	s.mu.Lock()
	defer s.mu.Unlock()
	if same := len(all) > 0 && len(all) == len(s.accounts) && &all[0] == &s.accounts[0]; !same {
		text := bytes.NewBufferString(`"accounts":`)
		if err := writeAccounts(text, all); err != nil {
			return nil, nil, nil, err
		}
		s.accounts, s.text = all, text.Bytes()
	}
	return head, s.text, tail, nil
}

// writeAccounts writes them as JSON, one after the other: package json keeps a buffer for the longest text that it made in one piece.
func writeAccounts(w io.Writer, all []*Account) error {
	if len(all) == 0 { // none, or no list
		text, err := json.Marshal(all)
		if err == nil {
			_, err = w.Write(text)
		}
		return err
	}
	before := "["
	for _, a := range all {
		text, err := json.Marshal(a)
		if err == nil {
			_, err = io.WriteString(w, before)
		}
		if err == nil {
			_, err = w.Write(text)
		}
		if err != nil {
			return err
		}
		before = ","
	}
	_, err := io.WriteString(w, "]")
	return err
}
