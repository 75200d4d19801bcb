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
	in := record.NewIntent("planted", 1, journal.CauseAsked, monday)
	copy(in.Key, "plantedplantedplanted")
	record = record.WithIntent(in, journal.Target{}, journal.Attempt{})
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
