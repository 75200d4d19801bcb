package words

import (
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"strings"
	"testing"
	"time"

	"freshkey/app/api"
	"freshkey/oauth"
	"freshkey/oauth/keeper"
)

func TestEveryStateAndReasonHasWords(t *testing.T) {
	w := New()
	cases := map[keeper.State][]oauth.Reason{
		keeper.StateFresh: {""}, keeper.StateHeld: {""}, keeper.StateRefreshing: {""},
		keeper.StateWaiting: {
			oauth.ReasonServer, oauth.ReasonRateLimited, oauth.ReasonUnreadable, keeper.ReasonNotRead, keeper.ReasonInternal, keeper.ReasonNoRoom, keeper.ReasonOutOfReach,
			keeper.ReasonDue, keeper.ReasonSettling, keeper.ReasonJustRefreshed,
		},
		keeper.StateOffline:   {oauth.ReasonNoConnection},
		keeper.StateUncertain: {oauth.ReasonNoAnswer, oauth.ReasonUnreadable, oauth.ReasonServer, keeper.ReasonInterrupted},
		keeper.StateUnsaved:   {keeper.ReasonLocked, keeper.ReasonKeychain},
		keeper.StateLocked: {
			keeper.ReasonLocked, keeper.ReasonKeychain, keeper.ReasonRecordMissing, keeper.ReasonRecordBroken, keeper.ReasonRecordTooNew,
		},
		keeper.StateMisconfigured: {oauth.ReasonSettings},
		keeper.StateSignIn:        {oauth.ReasonRefused, keeper.ReasonNoRefreshToken, keeper.ReasonNotSignedIn, keeper.ReasonLostAnswer, keeper.ReasonElsewhere, keeper.ReasonRival},
	}
	for state := range states() {
		if cases[state] == nil {
			t.Errorf("no case for %s", state)
		}
	}
	template := regexp.MustCompile(`\{\{|<no value>|(what|advice|state)\.`)
	for state, reasons := range cases {
		for _, reason := range reasons {
			for _, detail := range []string{"", "96003", "HTTP 502", keeper.DetailUnsealed} {
				a := api.Account{Name: "work", State: state, Reason: reason, Detail: detail, ExpiresAt: noon.Add(time.Hour), NextRefreshAt: noon.Add(time.Minute)}
				s := w.State(a, noon)
				if text := s.What + s.Advice + w.Status(a, noon); s.What == "" || template.MatchString(text) || (s.Advice == "" && state != keeper.StateRefreshing) {
					t.Errorf("%s %s %s: %q %q", state, reason, detail, s.What, s.Advice)
				}
			}
		}
	}
}

// A new state must say what it means everywhere: each constant of keeper.State has a row, and no field of it is forgotten.
func TestEveryStateHasItsTraits(t *testing.T) {
	source, err := parser.ParseFile(token.NewFileSet(), "../../oauth/keeper/state.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	declared := 0
	ast.Inspect(source, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if name, isName := spec.Type.(*ast.Ident); !isName || name.Name != "State" {
			return true
		}
		declared++
		state := keeper.State(strings.Trim(spec.Values[0].(*ast.BasicLit).Value, `"`))
		row, known := states()[state]
		if !known || row.icon == "" || row.expired == "" || row.next == "" || (row.advice == "" && state != keeper.StateRefreshing) {
			t.Errorf("%s: its row in traits.go lacks something: %+v", spec.Names[0], row)
		}
		if w := New(); !w.Has("state."+string(state)) || (row.alert != "" && !w.Has("notice."+string(row.alert))) {
			t.Errorf("%s: its name or its notice is not in the translations", spec.Names[0])
		}
		return true
	})
	if declared == 0 || declared != len(states()) {
		t.Errorf("%d states, %d rows", declared, len(states()))
	}
}

func TestHoldIsNotSaidToOutliveItsToken(t *testing.T) {
	w := New("en")
	for until, want := range map[time.Duration]string{time.Hour: "13:00", 8 * time.Hour: "14:00"} {
		a := api.Account{State: keeper.StateHeld, HeldUntil: noon.Add(until), ExpiresAt: noon.Add(2 * time.Hour)}
		for _, said := range []string{w.State(a, noon).What, w.Status(a, noon)} {
			if !strings.Contains(said, want) {
				t.Errorf("held for %v: %q, want %s", until, said, want)
			}
		}
	}
}

// An account was added to be signed in to in a moment: nothing has gone wrong, and nobody signs in again.
func TestAccountThatWaitsForItsFirstSignInIsNoAlarm(t *testing.T) {
	a := api.Account{Name: "new", State: keeper.StateSignIn, Reason: keeper.ReasonNotSignedIn}
	w := New("en")
	if AlertOf(a) != "" || Icon(a, noon) != "attention" || w.StateName(a, noon) != "not signed in yet" || strings.Contains(w.State(a, noon).Advice, "again") {
		t.Errorf("notice %q, icon %s, %q: %+v", AlertOf(a), Icon(a, noon), w.StateName(a, noon), w.State(a, noon))
	}
	a.Reason = oauth.ReasonRefused
	if AlertOf(a) != AlertSignIn || Icon(a, noon) != "problem" {
		t.Errorf("refused: notice %q, icon %s", AlertOf(a), Icon(a, noon))
	}
}
