package oauth

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// DeviceGrant is the grant_type of a sign-in on another device (RFC 8628 §3.4).
const DeviceGrant = "urn:ietf:params:oauth:grant-type:device_code"

// What a token endpoint says while the person is still at it (RFC 8628 §3.5).
const (
	DevicePending  ErrorCode = "authorization_pending"
	DeviceSlowDown ErrorCode = "slow_down"
	deviceExpired  ErrorCode = "expired_token"
)

// Limits of what a provider may ask a device to wait for.
const (
	defaultDeviceInterval = 5 * time.Second // RFC 8628 §3.2
	longestDeviceInterval = 5 * time.Minute
	longestDeviceLife     = 30 * time.Minute
	longestUserCode       = 40
)

// DeviceAuthorization is a sign-in on another device that was begun: the person visits an address and types a code there.
type DeviceAuthorization struct {
	Code     Secret    // fetches the token once the person has agreed
	UserCode string    // what the person types
	Visit    string    // where; https, or http on this computer
	Complete string    // the same with the code in it; empty if the provider has none
	Expires  time.Time // of both codes
	Interval time.Duration
}

// DeviceForm is the request that begins a sign-in on another device.
func DeviceForm(p Provider, a Account, clientSecret Secret) url.Values {
	form := clientForm(p, a, clientSecret)
	if len(p.Scopes) > 0 {
		form.Set("scope", strings.Join(p.Scopes, " "))
	}
	for name, value := range p.TokenParams {
		form.Set(name, value)
	}
	return form
}

// BeginDevice sends a DeviceForm. It spends nothing. The error is a *FieldError for a provider without a device_url, or an *Error.
func (x Exchange) BeginDevice(ctx context.Context, p Provider, form url.Values, now func() time.Time) (DeviceAuthorization, error) {
	if p.DeviceURL == "" {
		return DeviceAuthorization{}, &FieldError{Field: "device_url", Code: FieldMissing}
	}
	p.TokenURL, p.Method = p.DeviceURL, http.MethodPost
	reply, err := x.Send(ctx, p, form, nil)
	if err != nil {
		return DeviceAuthorization{}, err
	}
	return readDevice(p, reply, now())
}

func readDevice(p Provider, reply Reply, now time.Time) (DeviceAuthorization, error) {
	a := parseAnswer(p, reply.Body)
	d := DeviceAuthorization{
		Code: Secret(a.fields["device_code"]), UserCode: Printable(a.fields["user_code"]),
		Visit: firstOf(a.fields, "verification_uri", "verification_url"), Complete: a.fields["verification_uri_complete"],
		Expires:  now.Add(deviceSeconds(a.fields["expires_in"], longestDeviceLife, longestDeviceLife)).Round(0),
		Interval: deviceSeconds(a.fields["interval"], defaultDeviceInterval, longestDeviceInterval),
	}
	visitable := func(address string) bool {
		_, err := callAddress(address)
		return err == nil && Printable(address) == address
	}
	switch {
	case a.whole && d.Code != "" && d.UserCode != "" && len(d.UserCode) <= longestUserCode && visitable(d.Visit):
		if !visitable(d.Complete) {
			d.Complete = ""
		}
		return d, nil
	case a.fields["error"] != "":
		return DeviceAuthorization{}, SignInError(p, classify(p, reply.Status, a.fields["error"]))
	}
	return DeviceAuthorization{}, &Error{Class: Transient, Reason: serverReason(reply.Status), Status: reply.Status}
}

// deviceSeconds reads a length of time, which is otherwise if it is none; 0 counts as none.
func deviceSeconds(text string, otherwise, longest time.Duration) time.Duration {
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || !(n >= 1) {
		return otherwise
	}
	return min(time.Duration(min(n, longest.Seconds())*float64(time.Second)), longest)
}
