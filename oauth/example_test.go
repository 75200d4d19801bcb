package oauth_test

import (
	"fmt"
	"net/url"
	"time"

	"freshkey/oauth"
)

// The answer of a token endpoint, as it came.
func ExampleReadAnswer() {
	body := []byte(`&&&START&&&{"access_token":"V3_a","refresh_token":"R3_b","expires_in":259200,"token_type":"mac","mac_key":"k","mac_algorithm":"HmacSHA1","openId":"2.0:abc"}`)
	now := time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)

	token, err := oauth.ReadAnswer(oauth.BuiltIn(), 200, body, now)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(token.OpenID, token.ValidFor(now), token.Expires.UTC().Format(time.DateOnly))
	fmt.Println(token.Access) // a secret does not print itself
	// Output:
	// 2.0:abc 72h0m0s 2026-02-03
	// [hidden]
}

// A refusal says what class of failure it is: whoever gets it knows whether the refresh token is worth another try.
func ExampleReadAnswer_refused() {
	_, err := oauth.ReadAnswer(oauth.BuiltIn(), 400, []byte(`{"error":96009,"error_description":"invalid refresh token"}`), time.Now())
	refused, ok := err.(*oauth.Error)
	fmt.Println(ok, refused.Class, refused.Reason)
	// Output:
	// true dead refresh_token_refused
}

// A call of the Open API is signed with the MAC key that came with the token.
func ExampleSign() {
	call := &url.URL{Scheme: "https", Host: "open.account.xiaomi.com", Path: "/user/openidV2", RawQuery: "clientId=2882303761517000000&token=V3_abc-DEF_123"}
	fmt.Println(oauth.Sign("ORhx44qK6Alqf8vt2rGB5f-oPq0", "-1234567890123456789:29000000", "GET", call))
	// Output:
	// +6TZbH+aVgKchjLoddd6UXsLk88=
}

// What a person pastes may be a curl line, an answer or an address; what is in it is recognized.
func ExampleRecognize() {
	found := oauth.Recognize(`curl 'https://account.xiaomi.com/oauth2/token?client_id=288&client_secret=s&redirect_uri=https%3A%2F%2Fexample.com%2Fback&grant_type=refresh_token&refresh_token=R3_b'`, time.Now())
	fmt.Println(found.ClientID, found.RedirectURI, found.Token.Refresh != "")
	// Output:
	// 288 https://example.com/back true
}

// A sign-in begins with an address for the browser, and ends with the address that the provider sends the browser back to.
func ExampleAuthorizeURL() {
	address, err := oauth.AuthorizeURL(oauth.BuiltIn(), "288", "https://example.com/back", "one-time-state", "")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(address)
	code, err := oauth.ReadRedirect(oauth.BuiltIn(), "https://example.com/back?code=C3_d&state=one-time-state", "one-time-state")
	fmt.Println(code != "", err)
	_, err = oauth.ReadRedirect(oauth.BuiltIn(), "https://example.com/back?code=C3_d&state=another", "one-time-state")
	fmt.Println(err != nil)
	// Output:
	// https://account.xiaomi.com/oauth2/authorize?client_id=288&redirect_uri=https%3A%2F%2Fexample.com%2Fback&response_type=code&skip_confirm=false&state=one-time-state
	// true <nil>
	// true
}
