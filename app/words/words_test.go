package words

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"freshkey/app/api"
	"freshkey/assets"
	"freshkey/oauth"
	"freshkey/oauth/keeper"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.Local)

// used finds the catalogue's ids in the program's source, whole ("tray.quit") or as a beginning ("state." + …).
func used(t *testing.T) (whole, beginnings []string) {
	t.Helper()
	literal := regexp.MustCompile(`"([a-z]+(?:\.[a-z_0-9-]+)*\.?)"`)
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		for _, m := range literal.FindAllStringSubmatch(string(source), -1) {
			if strings.HasSuffix(m[1], ".") {
				beginnings = append(beginnings, m[1])
			} else {
				whole = append(whole, m[1])
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return whole, beginnings
}

func catalogue(t *testing.T, name string) map[string]any {
	t.Helper()
	data, err := assets.Translations.ReadFile("translations/" + name)
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]any
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestEverySentenceIsUsedAndNoneIsMissing(t *testing.T) {
	all := catalogue(t, "en.json")
	whole, beginnings := used(t)
	for id := range all {
		base := strings.TrimSuffix(strings.TrimSuffix(id, ".advice"), ".body")
		known := slices.Contains(whole, id) || slices.Contains(whole, base) || slices.ContainsFunc(beginnings, func(b string) bool { return strings.HasPrefix(id, b) })
		if !known {
			t.Errorf("%q is in the catalogue and never used", id)
		}
	}
	rooms := regexp.MustCompile(`^(what|advice|notice|tray|tooltip|problem|window|cli|help|ask|list|sandbox|time|form|doctor|login|settings|provider|rehearsal|cause|lineage|bar|why|scenario|copyas|edit|log|state|flaw|usage|support)\.`)
	for _, id := range whole {
		if rooms.MatchString(id) && all[id] == nil {
			t.Errorf("%q is used and not in the catalogue", id)
		}
	}
}

// The window shows a label beside the input; whoever writes a command or a file knows it by its key.
func TestMistakenInputIsCalledByWhatThePersonSees(t *testing.T) {
	w := New("en")
	p := w.FieldProblem(&oauth.FieldError{Field: "client_id", Code: oauth.FieldMissing})
	if p.What != "client_id is missing." || w.Labelled(p) != "Client ID is missing." {
		t.Errorf("%q, in the window %q", p.What, w.Labelled(p))
	}
	if p := (&api.Problem{Field: "refresh_token", What: "It was used before."}); w.Labelled(p) != p.What {
		t.Errorf("%q for what was said otherwise", w.Labelled(p))
	}
}

// A sentence that is true of most scenes is said in one where it is not.
func TestSentencesClaimNothingThatIsNotSo(t *testing.T) {
	w := New()
	misconfigured := api.Account{State: keeper.StateMisconfigured, Reason: oauth.ReasonSettings, SentAt: noon}
	inMemory := api.Account{State: keeper.StateUncertain, Reason: oauth.ReasonUnreadable, Detail: keeper.DetailUnsealed}
	unsaved := api.Account{State: keeper.StateUnsaved, Reason: keeper.ReasonLocked, Detail: keeper.DetailUnsealed}
	for _, c := range []struct{ said, not string }{
		{w.State(misconfigured, noon).Advice, "untouched"}, // an answer is missing
		{w.State(inMemory, noon).What, "sealed"},           // the disk did not take it
		{w.Unsaved(unsaved, noon).Advice, "sealed"},
		{w.LoginProblem(&oauth.Error{Reason: oauth.ReasonUnreadable}).What, "sealed"}, // nothing of a sign-in that failed is kept
		{w.LoginProblem(&oauth.Error{Reason: oauth.ReasonNoAnswer}).What, "refresh was sent"},
		{w.LoginProblem(&oauth.Error{Reason: keeper.ReasonNoRefreshToken}).What, "this account"}, // it has one still
	} {
		if c.said == "" || strings.Contains(c.said, c.not) {
			t.Errorf("%q says %q", c.said, c.not)
		}
	}
}

func TestTimesAreSaidAsPeopleDo(t *testing.T) {
	w := New("en")
	for d, want := range map[time.Duration]string{
		0: "0 s", 40 * time.Second: "40 s", 90 * time.Second: "1 min", 2 * time.Hour: "2 h", 135 * time.Minute: "2 h 15 min",
		24 * time.Hour: "1 day", 71 * time.Hour: "2 days 23 h", 90 * 24 * time.Hour: "90 days",
	} {
		if got := w.Span(d); got != want {
			t.Errorf("%v is said as %q, want %q", d, got, want)
		}
	}
	for at, want := range map[time.Time]string{
		noon.Add(2 * time.Hour): "14:00", noon.Add(48 * time.Hour): "Wed 12:00", noon.Add(30 * 24 * time.Hour): "2026-12-23 12:00",
	} {
		if got := w.Clock(at, noon); got != want {
			t.Errorf("%v is said as %q, want %q", at, got, want)
		}
	}
}

func TestProblemsNameNoSecretAndHaveTheRightCode(t *testing.T) {
	w := New()
	for code, err := range map[api.Code]error{
		api.CodeSignIn: &oauth.Error{Class: oauth.Dead, Reason: oauth.ReasonRefused, Code: "96009"}, api.CodeOffline: &oauth.Error{Class: oauth.Offline, Reason: oauth.ReasonNoConnection},
		api.CodeFailed: &oauth.Error{Class: oauth.Uncertain, Reason: oauth.ReasonUnreadable}, api.CodeKeychain: &keeper.VaultError{Reason: keeper.ReasonLocked},
		api.CodeNoAccount: keeper.ErrNoAccount, api.CodeUsage: &oauth.FieldError{Field: "name", Code: oauth.FieldMissing},
	} {
		p := w.Problem(err, api.Account{Name: "work", State: keeper.StateWaiting}, noon)
		if p.Code != code || p.What == "" {
			t.Errorf("%v: %+v", err, p)
		}
	}
}

func TestEverythingWrongWithAnInputHasWords(t *testing.T) {
	source, err := os.ReadFile("../../oauth/field.go")
	if err != nil {
		t.Fatal(err)
	}
	codes := regexp.MustCompile(`FieldErrorCode = "([a-z_]+)"`).FindAllStringSubmatch(string(source), -1)
	if len(codes) < 10 {
		t.Fatalf("found %d codes", len(codes))
	}
	for _, language := range []string{"en", "zh-Hans"} {
		for _, m := range codes {
			p := New(language).FieldProblem(&oauth.FieldError{Field: "client_id", Code: oauth.FieldErrorCode(m[1]), Detail: "42"})
			if strings.Contains(p.What, m[1]) && strings.Contains(p.What, "flaw.") || strings.Contains(p.What, "{{") {
				t.Errorf("%s: %q", m[1], p.What)
			}
		}
	}
}

func TestCataloguesAreCompleteInEveryLanguage(t *testing.T) {
	english := catalogue(t, "en.json")
	files, err := fs.Glob(assets.Translations, "translations/*.json")
	if err != nil || len(files) < 2 {
		t.Fatalf("%v, %v", files, err)
	}
	for wished, want := range map[string]string{"zh-CN": "设置", "zh": "设置", "en-GB": "Settings", "de": "Settings", "": "Settings"} {
		if got := New(wished).Text("window.settings"); got != want {
			t.Errorf("%q speaks %s", wished, got)
		}
	}
	place := regexp.MustCompile(`\{\{[^}]*\}\}`)
	places := func(sentence any) []string {
		if forms, plural := sentence.(map[string]any); plural {
			sentence = forms["other"]
		}
		text, _ := sentence.(string)
		all := place.FindAllString(text, -1)
		slices.Sort(all)
		return all
	}
	for _, f := range files {
		other := catalogue(t, filepath.Base(f))
		for id, sentence := range english {
			if other[id] == nil {
				t.Errorf("%s lacks %q", f, id)
			} else if got, want := places(other[id]), places(sentence); !slices.Equal(got, want) {
				t.Errorf("%s: %q fills %v, English fills %v", f, id, got, want)
			}
		}
		for id := range other {
			if english[id] == nil {
				t.Errorf("%s has %q, which English lacks", f, id)
			}
		}
	}
}

func TestLanguageCanBeChanged(t *testing.T) {
	w := New("en")
	copied := w
	copied.SetLanguage("zh-Hans")
	if got := w.Text("tray.quit"); got == "Quit Freshkey" || got == "tray.quit" {
		t.Errorf("still says %q", got)
	}
	w.SetLanguage("")
	if got := copied.Text("tray.quit"); got != "Quit Freshkey" {
		t.Errorf("the session's language says %q", got)
	}
}

func TestSessionInChinaIsSpokenToInChinese(t *testing.T) {
	for _, lang := range []string{"zh_CN.UTF-8", "zh_SG", "zh"} {
		t.Setenv("LC_ALL", lang)
		if got := FromEnvironment().Text("tray.quit"); got == "Quit Freshkey" {
			t.Errorf("%s is answered in English", lang)
		}
	}
}

// A MAC header is taken once and for minutes; that its token works for days would lead whoever pastes it.
func TestSignedCopyIsSaidToBeForOneRequest(t *testing.T) {
	w := New("en")
	for _, id := range []string{"cli.copied", "notice.copied.body", "window.copied"} {
		done := api.CopyResult{Form: api.FormCurl, Account: "work", ExpiresAt: noon.Add(72 * time.Hour)}
		if said := w.Copied(id, done, noon); !strings.Contains(said, "alid until") || strings.Contains(said, "one request") {
			t.Errorf("%s of a bearer's: %q", id, said)
		}
		done.Once = true
		if said := w.Copied(id, done, noon); strings.Contains(said, "until") || !strings.Contains(said, "one request") {
			t.Errorf("%s of a signed one: %q", id, said)
		}
	}
}

// A provider that is shown a spent token may end the access token too, and so may one that a person has told to forget the app; then a script has
// one that works nowhere.
func TestTokenOfALostChainIsNotPromised(t *testing.T) {
	w := New("en")
	for reason, promised := range map[oauth.Reason]bool{keeper.ReasonLostAnswer: false, oauth.ReasonRefused: false, keeper.ReasonNoRefreshToken: true} {
		a := api.Account{State: keeper.StateSignIn, Reason: reason, ExpiresAt: noon.Add(time.Hour)}
		if said := w.State(a, noon).Advice; strings.Contains(said, "if the provider") == promised || !strings.Contains(said, "works until") {
			t.Errorf("%s: %q", reason, said)
		}
	}
}
