package api

import (
	"context"
	"net/http"
	"sync"
)

// interimHeader is what a client sends that reads interim answers. Others get none: not every HTTP library takes them.
const interimHeader = "Freshkey-Interim"

// interimKey is the key of what sends an interim answer, in a request's context.
type interimKey struct{}

// withInterim has a request's context hold what tells its client that a person is asked, if the client wants to hear of it.
func withInterim(w http.ResponseWriter, r *http.Request) *http.Request {
	if r.Header.Get(interimHeader) == "" || !r.ProtoAtLeast(1, 1) {
		return r
	}
	tell := sync.OnceFunc(func() { w.WriteHeader(http.StatusProcessing) })
	return r.WithContext(context.WithValue(r.Context(), interimKey{}, tell))
}

// Asking tells whoever made a request that a person is asked about it now, which may take a while. It is called by the goroutine that serves
// the request.
func Asking(ctx context.Context) {
	if tell, ok := ctx.Value(interimKey{}).(func()); ok {
		tell()
	}
}
