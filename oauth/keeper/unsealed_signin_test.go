package keeper_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"freshkey/oauth"
)

// An answer that nobody can read yet, and that the disk did not take, may be the only copy of the account's next token.
func TestSignInDoesNotThrowAwayWhatIsInMemoryAlone(t *testing.T) {
	for how, signIn := range map[string]func(s *stage) error{
		"code": func(s *stage) error {
			return s.keeper.SignIn(s.t.Context(), "a", oauth.AuthorizationGrant{Code: "code"}, yes)
		},
		"brought": func(s *stage) error { return s.bring("R3_brought", s.state().OpenID, yes) },
	} {
		t.Run(how, func(t *testing.T) {
			perform(t, threeDays, func(t *testing.T, s *stage) {
				room := func() {}
				s.net.answerWith(func(c net.Conn) {
					defer c.Close()
					_, _ = http.ReadRequest(bufio.NewReader(c))
					room = s.fullDisk()
					_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n%%%{\"access_token\":\"AT2\",\"refresh_token\":\"RT2\",\"x\":\""+strings.Repeat("x", 20000)+"\"}")
				})
				_ = s.keeper.Refresh(t.Context(), "a")
				s.replies("400 Bad Request\r\nConnection: close\r\n\r\n" + `{"error":"invalid_request"}`)
				if err := signIn(s); err == nil {
					t.Error("it went well")
				}
				room()
				s.net.down.Store(true)
				time.Sleep(time.Hour)
				kept := slices.ContainsFunc(seals(t, s), func(path string) bool {
					info, err := os.Stat(path)
					return err == nil && info.Size() > 20000
				})
				if !kept {
					t.Error("the only copy of the answer is gone")
				}
			})
		})
	}
}
