package journal_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"freshkey/oauth"
	"freshkey/oauth/journal"
)

var monday = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

func TestRecordHidesFromEveryPrinter(t *testing.T) {
	token := oauth.Token{Access: "planted", Refresh: "planted", MACKey: "planted"}
	record := journal.Record{ClientSecret: "planted", Grant: journal.Grant{Token: token}, Previous: &journal.Grant{Token: token}}
	in := record.NewIntent("planted", 1, journal.CauseAsked, here, monday)
	copy(in.Key, "plantedplantedplanted")
	record = record.WithIntent(in)
	var out strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%t"} {
		fmt.Fprintf(&out, verb+verb+verb, &record, record, record.Intent)
	}
	data, err := json.Marshal(record)
	if err != nil {
		t.Fatal(err)
	}
	out.Write(data)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "record", record)
	if s := out.String(); strings.Contains(s, "planted") || strings.Contains(s, "706c616e746564") || strings.Contains(s, "cGxhbnRlZH") {
		t.Errorf("a secret shows: %s", s)
	}
}

// A record goes to the keychain and back without a loss.
func TestRecordIsReadAsItWasWritten(t *testing.T) {
	grant := journal.Grant{Generation: 3, Cause: journal.CauseAsked, Machine: "pc", Token: oauth.Token{Access: "a", Refresh: "r", Issued: monday, Expires: monday.Add(time.Hour)}}
	in := (journal.Record{}).NewIntent("refresh", 3, journal.CauseAsked, here, monday)
	r := journal.Record{
		ClientSecret: "secret", SealKey: []byte(strings.Repeat("k", 32)), Grant: grant, Intent: in, Unanswered: in, Unparsed: []*journal.Intent{in, in},
		Refusals: []journal.Refusal{{Fingerprint: "01234567", Target: journal.Target{ClientID: "1", Endpoint: "https://example.com/"}}}, Spent: "01234567", Attempt: &journal.Attempt{Class: oauth.Transient, Reason: oauth.ReasonServer, At: monday, Failures: 3, Next: monday, NotBefore: monday},
	}
	r.Previous = &grant
	data, err := r.Encode()
	if err != nil {
		t.Fatal(err)
	}
	back, err := journal.Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	again, err := back.Encode()
	if err != nil || string(again) != string(data) {
		t.Errorf("written %d bytes, read and written %d", len(data), len(again))
	}
}
