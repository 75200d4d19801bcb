package agent

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"freshkey/app/api"
	"freshkey/app/words"
	"freshkey/oauth"
	"freshkey/oauth/keeper"
)

// A sign-in asks whose it is, and nobody is there to answer.
func TestQuestionNobodyAnswersIsNoNo(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("DISPLAY", ":0") // where the window could be seen that asks it
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		file, _, err := openConfig(dir)
		if err != nil {
			t.Fatal(err)
		}
		a := &Agent{words: words.New("en"), log: slog.New(slog.DiscardHandler), config: file, vault: &shelf{values: map[string][]byte{}}, life: ctx, window: &windowProcess{closing: true}}
		dial := func(context.Context, string, string) (net.Conn, error) {
			ours, theirs := net.Pipe()
			go func() {
				defer theirs.Close()
				_, _ = http.ReadRequest(bufio.NewReader(theirs))
				_, _ = io.WriteString(theirs, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"access_token\":\"AT2\",\"expires_in\":259200,\"refresh_token\":\"RT2\",\"openId\":\"me\"}")
			}()
			return ours, nil
		}
		a.keeper = keeper.New(ctx, keeper.Config{
			Vault: a.vault, SealDir: dir + "/sealed", Exchange: oauth.Exchange{Dial: dial}, Log: a.log,
			Random: func() float64 { return 0 }, MinValid: func() time.Duration { return time.Minute },
		})
		ended := make(chan struct{})
		go func() { a.keeper.Run(ctx); close(ended) }()
		defer func() { cancel(); <-ended; a.clicks.Wait() }()
		a.addForTest(t, firstID, "one") // which does not say whose it is
		if _, err := a.Login(ctx, "one", api.LoginRequest{Address: "acode"}); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		time.Sleep(signInTimeout + time.Minute)
		synctest.Wait()
		if l := a.logins.snapshot()[0]; l.Step != api.StepFailed || l.Problem.Reason != "question_unanswered" {
			t.Errorf("nobody said anything; step %s, said is %v", l.Step, l.Problem)
		}
	})
}
