package main

import (
	"testing"

	"freshkey/oauth"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"freshkey/app/words"
)

// Whoever types an answer sees the fields go that are found in it; no hole stays where they were.
func TestFieldsThatGoLeaveNoHole(t *testing.T) {
	text := map[string]string{"answer": "client_id=28823"}
	w := stage(t, test.NewTempApp(t), words.New("en"), scene{set: func(m *model) { m.page, m.form.way, m.form.text = pageAdd, wayPaste, text }})
	w.fyne.Resize(fyne.NewSize(1280, 760))
	p := &w.widgets.add
	below := func() float32 { return p.found.Position().Y - p.grid.Position().Y - p.grid.MinSize().Height }
	before, rows := below(), len(p.grid.Objects)
	text["answer"] += "&client_secret=s&redirect_uri=https://example.com/"
	w.paintAdd(decideAdd(w.words, &w.model, noon))
	if len(p.grid.Objects) == rows {
		t.Fatal("no field went")
	}
	if after := below(); after != before {
		t.Errorf("%v below the fields, %v before", after, before)
	}
}

// How many were found is said above the list, not over its first row.
func TestSearchMovesTheListDown(t *testing.T) {
	w := stage(t, test.NewTempApp(t), words.New("en"), scene{set: nothing})
	w.fyne.Resize(fyne.NewSize(940, 640))
	before := w.widgets.list.Position().Y
	w.search("work")
	if after := w.widgets.list.Position().Y; after < before+w.widgets.found.MinSize().Height {
		t.Errorf("the list began at %v, and begins at %v with the label above it", before, after)
	}
	w.search("")
	if after := w.widgets.list.Position().Y; after != before {
		t.Errorf("the list stays at %v, where it was %v", after, before)
	}
}

// A client ID that was typed once, and stands in a field that a pasted answer has hidden, was stored in the place of the one that the form showed.
func TestWhatAHiddenFieldHoldsIsNotStored(t *testing.T) {
	f := addForm{text: map[string]string{
		"client_id": "typed once", "refresh_token": "of another way", "name": "work", "answer": `{"client_id":"28823","client_secret":"s","refresh_token":"r"}`,
	}}
	in, err := f.request("", oauth.BuiltIn(), noon)
	if err != nil || in.ClientID != "" || in.RefreshToken != "" || in.Name != "work" || in.Answer == "" {
		t.Errorf("%+v, %v", in, err)
	}
	f.way = wayFields
	if in, err := f.request("", oauth.BuiltIn(), noon); err != nil || in.ClientID != "typed once" || in.RefreshToken != "of another way" || in.Answer != "" {
		t.Errorf("in fields: %+v, %v", in, err)
	}
}
