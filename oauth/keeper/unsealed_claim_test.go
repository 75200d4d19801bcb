package keeper_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"testing"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

// fullDisk has no sealed file replaced until what it returns is called: what would be written beside it finds no place.
func (s *stage) fullDisk() (room func()) {
	s.t.Helper()
	var all []string
	for _, f := range seals(s.t, s) {
		beside := f + ".new"
		if err := errors.Join(os.Mkdir(beside, 0o700), os.WriteFile(beside+"/taken", nil, 0o600)); err != nil {
			s.t.Fatal(err)
		}
		all = append(all, beside)
	}
	return func() {
		for _, f := range all {
			_ = os.RemoveAll(f)
		}
	}
}

// The disk is full when "yes" is said to another person's sign-in: neither the seal that says so nor the keychain's file can be
// written. The seal that lies there from before the question is none of it.
func TestYesOnAFullDiskIsNotSaidToBeSealed(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		room := func() {}
		_ = s.keeper.SignIn(t.Context(), "a", s.code("other"), func(context.Context, string, string) bool {
			room = s.fullDisk()
			s.vault.breakWith(always("set", errors.New("no space left on device")))
			return true
		})
		a := s.state()
		_, unsealed := s.keeper.Unsaved()
		room()
		if a.State != keeper.StateUnsaved {
			t.Fatal("not the scene")
		}
		if unsealed != 1 || a.Detail != keeper.DetailUnsealed {
			t.Errorf("said to be sealed on the disk (unsealed %d, detail %q)", unsealed, a.Detail)
		}
		s.stopWith(func() { s.vault.breakWith(nil) })
		s.keeper.Put(s.account("a"))
		s.wantState(keeper.StateFresh, "") // the chain it had
	})
}

// The answer to a sign-in of the same person comes in two parts; the disk is full behind the first, and so the keychain's file.
func TestPartOfASignInIsNoSealOfIt(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		me, room := s.state().OpenID, func() {}
		s.net.answerWith(func(c net.Conn) {
			defer c.Close()
			_, _ = http.ReadRequest(bufio.NewReader(c))
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"access_token\":\"AT2\",\"expires_in\":259200,\"refresh_token\":\"RT2\",")
			time.Sleep(time.Second)
			room = s.fullDisk()
			_, _ = io.WriteString(c, "\"openId\":\""+me+"\"}")
		})
		s.vault.breakWith(failsAfter(1))
		err := s.keeper.SignIn(t.Context(), "a", oauth.AuthorizationGrant{Code: "code"}, no)
		a := s.state()
		_, unsealed := s.keeper.Unsaved()
		room()
		if a.State != keeper.StateUnsaved {
			t.Fatal("not the scene", err, a.State, a.Reason)
		}
		if unsealed != 1 || a.Detail != keeper.DetailUnsealed {
			t.Errorf("said to be sealed on the disk (unsealed %d, detail %q)", unsealed, a.Detail)
		}
	})
}

// inFlightWithoutADisk makes a refresh whose answer the disk does not take; the keychain does. Then the disk is back.
func (s *stage) inFlightWithoutADisk() {
	s.t.Helper()
	s.sandbox.Delay(time.Second)
	time.AfterFunc(time.Second/2, func() {
		_ = os.Rename(s.dir, s.dir+".aside")
		_ = os.WriteFile(s.dir, nil, 0o600)
	})
	if err := s.keeper.Refresh(s.t.Context(), "a"); err != nil {
		s.t.Fatal(err)
	}
	s.sandbox.Delay(0)
	_ = os.Remove(s.dir)
	_ = os.Rename(s.dir+".aside", s.dir)
}

// The disk was away when the answer came, and is back for days; then the keychain forgets its last write.
func TestAnswerThatTheDiskMissedIsSealedOnceItIsBack(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		before := s.vault.peek("a")
		s.inFlightWithoutADisk()
		mine := s.state()
		s.sleep(24 * time.Hour)
		s.stopWith(func() { s.vault.put("a", before) })
		s.keeper.Put(s.account("a"))
		s.sleep(72 * time.Hour)
		if a := s.state(); a.State != keeper.StateFresh {
			t.Errorf("generation %d was won and stored; the disk was back for a day; now %s (%s), generation %d", mine.Generation, a.State, a.Reason, a.Generation)
		}
	})
}

// An unreadable answer of the same generation is taken for the seal of the grant.
func TestAnotherAnswersSealIsNoSeal(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		before := s.vault.peek("a")
		s.replies("200 OK\r\nConnection: close\r\n\r\n<html>Your token for this network has expired</html>")
		_ = s.keeper.Refresh(t.Context(), "a")
		s.wantState(keeper.StateUncertain, oauth.ReasonUnreadable)
		s.net.answerWith(nil)
		s.inFlightWithoutADisk()
		s.wantState(keeper.StateFresh, "")
		s.vault.put("a", before)
		s.vault.breakWith(failsAfter(0))
		_ = s.keeper.Refresh(t.Context(), "a")
		a := s.state()
		_, unsealed := s.keeper.Unsaved()
		if a.State != keeper.StateUnsaved {
			t.Fatal("not the scene", a.State, a.Reason)
		}
		s.stopWith(func() { s.vault.breakWith(nil) })
		s.keeper.Put(s.account("a"))
		s.sleep(time.Minute)
		if b := s.state(); unsealed == 0 && b.Generation != 2 {
			t.Errorf("unsaved, said to be sealed (detail %q); after a restart %s (%s), generation %d", a.Detail, b.State, b.Reason, b.Generation)
		}
	})
}

// An unreadable answer is in memory alone; another computer moves the chain on, and the disk comes back after that was read.
func TestUnsealedIsNotSaidOnceSomebodyElseHasMovedOn(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		s.sandbox.Delay(time.Second)
		_ = s.sandbox.Break(sandbox.Garbage, 1)
		time.AfterFunc(time.Second/2, func() {
			_ = os.Rename(s.dir, s.dir+".aside")
			_ = os.WriteFile(s.dir, nil, 0o600)
		})
		_ = s.keeper.Refresh(t.Context(), "a")
		s.sandbox.Delay(0)
		r := s.vault.record(t, "a")
		r.Unanswered, r.Unparsed, r.Intent = nil, nil, nil
		next := firstToken(t, s.sandbox)
		r.Grant.Token, r.Grant.Generation = next, r.Grant.Generation+1
		data, _ := r.Encode()
		s.vault.put("a", data)
		_ = s.keeper.Refresh(t.Context(), "a")
		_ = os.Remove(s.dir)
		_ = os.Rename(s.dir+".aside", s.dir)
		s.sleep(100 * time.Hour)
		a := s.state()
		_, unsealed := s.keeper.Unsaved()
		_, err := s.keeper.Access(t.Context(), "a", keeper.DefaultValidity)
		if a.State != keeper.StateFresh || unsealed != 0 {
			t.Errorf("%s (%s), unsealed %d, generation %d, %v", a.State, a.Reason, unsealed, a.Generation, err)
		}
	})
}

// A sign-in that brings no refresh token, and the keychain does not take it.
func TestSignInWithoutARefreshTokenIsNotSaidToBeSealed(t *testing.T) {
	perform(t, threeDays, func(t *testing.T, s *stage) {
		s.sandbox.Kill()
		_ = s.keeper.Refresh(t.Context(), "a")
		s.wantState(keeper.StateSignIn, oauth.ReasonRefused)
		me := s.state().OpenID
		s.replies("200 OK\r\nConnection: close\r\n\r\n{\"access_token\":\"AT2\",\"expires_in\":259200,\"openId\":\"" + me + "\"}")
		s.vault.breakWith(failsAfter(1))
		err := s.keeper.SignIn(t.Context(), "a", oauth.AuthorizationGrant{Code: "code"}, no)
		a := s.state()
		unsaved, unsealed := s.keeper.Unsaved()
		s.stopWith(func() { s.vault.breakWith(nil) })
		s.keeper.Put(s.account("a"))
		s.sleep(time.Minute)
		b := s.state()
		if unsaved == 1 && unsealed == 0 && b.Generation != a.Generation {
			t.Errorf("%v; %s (%s %s), said to be sealed; after a restart %s (%s) generation %d, had %d", err, a.State, a.Reason, a.Detail, b.State, b.Reason, b.Generation, a.Generation)
		}
	})
}
