package main

import (
	"bytes"
	"context"
	"encoding/json"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"freshkey/app/words"
	"freshkey/oauth"
	"freshkey/oauth/keeper"
)

// openClaims shows what an access token says of itself, if it is a JWT. The token itself is not shown.
func (w *Window) openClaims() {
	a, ok := w.model.account()
	if !ok {
		return
	}
	w.call(a.ID, func(ctx context.Context) (string, error) {
		t, err := w.client.Token(ctx, a.ID, keeper.DefaultValidity)
		if err != nil {
			return "", err
		}
		claims, err := oauth.Token{Access: oauth.Secret(t.AccessToken)}.Claims()
		if err != nil {
			return "", w.words.NoClaims(a.Name, false)
		}
		w.post(func(*model) { w.showClaims(a.Name, claims) })
		return "", nil
	})
}

func (w *Window) showClaims(account string, claims json.RawMessage) {
	var pretty bytes.Buffer
	if json.Indent(&pretty, claims, "", "  ") != nil {
		return // they were JSON when they were read
	}
	text := widget.NewLabelWithStyle(pretty.String(), fyne.TextAlignLeading, fyne.TextStyle{Monospace: true})
	text.Selectable, text.Wrapping = true, fyne.TextWrapBreak
	content := container.NewBorder(wrapped(w.words.Text("window.claims.note")), nil, nil, nil, container.NewVScroll(text))
	d := dialog.NewCustomWithoutButtons(w.words.Text("window.claims.title", words.Args{Account: account}), content, w.fyne)
	d.SetButtons([]fyne.CanvasObject{w.button(w.words.Text("window.close"), theme.CancelIcon(), d.Hide)})
	w.open(d, fyne.NewSize(560, 420), nil)
}
