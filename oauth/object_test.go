package oauth

import (
	"encoding/json"
	"strings"
	"testing"
)

// watched scans a body in pieces of n bytes and counts how often it is worth a look.
func watched(body string, n int) (looks int, end objectEnd) {
	return watchedFor("refresh_token", body, n)
}

func watchedFor(name, body string, n int) (looks int, end objectEnd) {
	end.wanted = name
	for len(body) > 0 {
		part := body[:min(n, len(body))]
		body = body[len(part):]
		if end.scan([]byte(part)) {
			looks++
		}
	}
	return looks, end
}

func TestEndOfAnAnswerIsSeenInPiecesOfAnySize(t *testing.T) {
	for body, refresh := range map[string]bool{
		`&&&START&&&{"access_token":"a","refresh_token":"r","x":{"y":[1,"}"]}}`: true,
		`{"refresh_token" : "r\"}","scope":"1 3"}`:                              true,
		`{" refresh_token ":"r"}`:                                               true,
		`{"x":{"refresh_token":"r"}}`:                                           false,
		`{"error":96009,"text":"refresh_token"}`:                                false,
		`{}`:                                                                    false,
	} {
		for _, n := range []int{1, 2, 7, 4096} {
			if looks, end := watched(body, n); looks != 1 || end.depth != 0 || end.refreshToken != refresh {
				t.Errorf("%s in pieces of %d: %d looks, refresh token %v", body, n, looks, end.refreshToken)
			}
		}
		if _, end := watched(body[:len(body)-1], 1); end.objects != 0 {
			t.Errorf("%s without its end is whole", body)
		}
	}
}

// What comes byte by byte must not be parsed byte by byte: 64 KiB of it kept a processor busy for 18 seconds.
func TestAnswerInSingleBytesIsLookedAtAFewTimes(t *testing.T) {
	for name, body := range map[string]string{
		"names":   strings.Repeat(`"refresh_token",`, 4<<10),
		"values":  `{` + strings.Repeat(`"refresh_token":"x",`, 4<<10),
		"objects": strings.Repeat(`{}`, 32<<10),
		"ends":    strings.Repeat(`}`, 64<<10),
		"depths":  strings.Repeat(`{"a":`, 12<<10),
	} {
		looks, end := watched(body, 1)
		if looks > maxObjects || cap(end.word) > 2*longestName {
			t.Errorf("%s: %d looks, %d bytes kept", name, looks, cap(end.word))
		}
	}
}

func FuzzObjectEnd(f *testing.F) {
	f.Add(`{"a":"b"}`)
	f.Add(`{"a":"\\\"}","b":[{}]}`)
	f.Fuzz(func(t *testing.T, body string) {
		body = strings.TrimSpace(body)
		if !strings.HasPrefix(body, "{") || !json.Valid([]byte(body)) {
			return
		}
		if looks, _ := watched(body, 1); looks != 1 {
			t.Errorf("%d ends", looks)
		}
		if looks, _ := watched(body[:len(body)-1], 1); looks != 0 {
			t.Error("whole before its end")
		}
	})
}

func TestRefreshTokenOfAnotherNameIsSeenAsSoon(t *testing.T) {
	const body = `{"refresh_token":"no","renewal":"r","x":1}`
	if _, end := watchedFor("renewal", body[:len(body)-7], 1); !end.refreshToken {
		t.Error("not seen")
	}
	if _, end := watchedFor("renewal", body[:22], 1); end.refreshToken {
		t.Errorf("seen in %s", body[:22])
	}
}
