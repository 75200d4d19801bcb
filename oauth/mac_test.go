package oauth_test

import (
	"net/url"
	"testing"

	"freshkey/oauth"
)

func TestSignatureMatchesThePublishedVectors(t *testing.T) {
	const key = "ORhx44qK6Alqf8vt2rGB5f-oPq0"
	const nonce = "2870867952176701445:23282360"
	const long = "clientId=179887661252608&token=eJxjYGAQydknLLCFsVyIR-DxSqdTnQFGfX4yDAwMjAzxQJIheJfnRTDtvAhMM8SE_2FgWDw7Rg3MYzdUMFIwVjABMplzE5MBClYRuw"
	for _, v := range []struct{ name, nonce, url, want string }{
		{"V1", nonce, "https://open.account.xiamomi.com/user/profile?" + long, "9uvros2WcjMaJ3pH25eQZU9p5pA="},
		{"V1b", nonce, "https://open.account.xiaomi.com/user/profile?" + long, "vLXZ8fqoGPik4yqDj2XP2Mbd+is="},
		{"V3", "-1234567890123456789:29000000", "https://open.account.xiaomi.com/user/openidV2?token=V3_abc-DEF_123&clientId=2882303761517000000", "+6TZbH+aVgKchjLoddd6UXsLk88="},
		{"port and empty parameter", nonce, "https://open.account.xiaomi.com:443/user/profile?empty=&" + long, "vLXZ8fqoGPik4yqDj2XP2Mbd+is="},
		{"empty query", nonce, "https://open.account.xiaomi.com/user/profile", "nrgOPD1lUna8bdtFQf9L2D7x/XU="},
	} {
		u, err := url.Parse(v.url)
		if err != nil {
			t.Fatal(err)
		}
		if got := oauth.Sign(key, v.nonce, "get", u); got != v.want {
			t.Errorf("%s: got %s, want %s", v.name, got, v.want)
		}
	}
}
