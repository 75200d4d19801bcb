package oauth

import (
	"context"
	"net/http"
	"net/url"
)

// RevokeForm is the request that ends a chain (RFC 7009): whoever has its tokens can do nothing with them any more. It is full of secrets.
func RevokeForm(p Provider, a Account, clientSecret, refresh Secret) url.Values {
	form := clientForm(p, a, clientSecret)
	form.Set("token", refresh.Reveal())
	form.Set("token_type_hint", "refresh_token")
	return form
}

// Revoke sends a RevokeForm. Nothing is lost if its answer is, so it may be sent again. The error is a *FieldError for a provider that revokes
// nothing, or an *Error.
func (x Exchange) Revoke(ctx context.Context, p Provider, form url.Values) error {
	if p.RevokeURL == "" {
		return &FieldError{Field: "revoke_url", Code: FieldMissing}
	}
	p.TokenURL, p.Method = p.RevokeURL, http.MethodPost
	reply, err := x.Send(ctx, p, form, nil)
	if err != nil {
		return err
	}
	if reply.Status >= 200 && reply.Status < 300 { // also for a token that the provider does not know (§2.2)
		return nil
	}
	if code := ParseErrorCode(parseAnswer(p, reply.Body).fields["error"]); code != "" {
		return classify(p, reply.Status, string(code))
	}
	return &Error{Class: Transient, Reason: serverReason(reply.Status), Status: reply.Status}
}
