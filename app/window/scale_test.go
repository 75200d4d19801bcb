package main

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"freshkey/app/api"
	"freshkey/app/words"
	"freshkey/oauth/keeper"
)

// crowded is a window in front of n accounts.
func crowded(b *testing.B, n int) *Window {
	w := stage(b, test.NewTempApp(b), words.New("en"), scene{"crowded", func(m *model) {
		m.snapshot.Accounts = nil
		for i := range n {
			m.snapshot.Accounts = append(m.snapshot.Accounts, account(fmt.Sprintf("account %05d", i), keeper.StateFresh, time.Duration(i+1)*time.Minute))
		}
		m.selected = m.snapshot.Accounts[0].ID
	}, nil})
	w.fyne.Resize(fyne.NewSize(940, 640))
	return w
}

// atScale runs a benchmark at three sizes.
func atScale(b *testing.B, f func(b *testing.B, w *Window)) {
	for _, n := range []int{10, 1000, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) { f(b, crowded(b, n)) })
	}
}

// BenchmarkScroll is one turn of the wheel over the list, until its rows are painted.
func BenchmarkScroll(b *testing.B) {
	atScale(b, func(b *testing.B, w *Window) {
		for n := 0; b.Loop(); n++ {
			w.widgets.list.ScrollToOffset(float32(n % 10_000 * 40))
			w.fyne.Canvas().Capture()
		}
	})
}

// BenchmarkNews is a snapshot in which one account has changed, until the window shows it.
func BenchmarkNews(b *testing.B) {
	atScale(b, func(b *testing.B, w *Window) {
		accounts := slices.Clone(w.model.snapshot.Accounts)
		for n := 0; b.Loop(); n++ {
			changed := *accounts[len(accounts)-1]
			changed.Generation = n
			accounts[len(accounts)-1] = &changed
			w.change(func(m *model) { w.applySnapshot(m, api.Snapshot{Accounts: slices.Clone(accounts)}) })
		}
	})
}
