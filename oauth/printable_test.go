package oauth

import (
	"errors"
	"testing"
	"time"
)

// What a provider calls a token, or its person, is shown on terminals and screens.
func TestNothingOfAnAnswerThatIsShownSteersATerminal(t *testing.T) {
	body := `{"access_token":"A","refresh_token":"R","expires_in":60,"token_type":"mac\u001b]0;owned\u0007","openId":"me\u202Eevil\u2028","scope":"1\u009b31m","union_id":"\ufeffu"}`
	got, err := ReadAnswer(BuiltIn(), 200, []byte(body), time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	for have, want := range map[string]string{got.Type: "mac]0;owned", got.OpenID: "meevil", got.Scope: "131m", got.UnionID: "u"} {
		if have != want {
			t.Errorf("%q, want %q", have, want)
		}
	}
}

func TestNamesThatHideSomethingAreRefused(t *testing.T) {
	for _, name := range []string{"work\u202etxt.exe", "a\u2028b", "a\u2066b", "\ufeffwork", "wo\u200brk", "wo\u00adrk", "wo\x1brk", "wo\u009brk"} {
		if x, ok := errors.AsType[*FieldError](CheckName(name)); !ok || x.Code != FieldNotName {
			t.Errorf("%q was taken", name)
		}
	}
	for _, name := range []string{"work", "小米", "日本語 テスト", "👩\u200d💻 rig", "क्\u200dष"} { // a joiner shows
		if err := CheckName(name); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
}
