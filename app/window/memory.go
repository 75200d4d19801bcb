package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"time"

	"fyne.io/fyne/v2"

	"freshkey/app/atomicfile"
)

// memory is what the next window begins with: no secret, and nothing that the agent would have to know.
type memory struct {
	Width    float32 `json:"width"`
	Height   float32 `json:"height"`
	Selected string  `json:"selected"` // an account's id
	ByName   bool    `json:"by_name,omitempty"`
}

// legacy is what a window that gives way leaves to the one that comes in its place: where the person is.
type legacy struct {
	Selected string    `json:"selected"`
	Page     string    `json:"page"`
	At       time.Time `json:"at"`
}

// legacyLasts is how long it takes at most until that one is there.
const legacyLasts = 10 * time.Second

// legacyPath is the file of it, beside the memory's.
func (f *memoryFile) legacyPath() string { return f.path + ".next" }

// leave writes what the next window begins with; what fails there was no more than a convenience.
func (f *memoryFile) leave(l legacy) {
	if data, err := json.Marshal(l); f != nil && err == nil {
		_ = atomicfile.Write(f.legacyPath(), data, 0o600)
	}
}

// inherit takes over what the window before this one has left a moment ago, if it has, and reports whether it did.
func (w *Window) inherit() bool {
	data, err := os.ReadFile(w.memory.legacyPath())
	_ = os.Remove(w.memory.legacyPath()) // there may be none
	var l legacy
	if err != nil || json.Unmarshal(data, &l) != nil || w.now().Sub(l.At).Abs() > legacyLasts {
		return false
	}
	w.model.selected = l.Selected
	if l.Page == pageSettings || l.Page == pageDoctor || l.Page == pageRehearsal {
		w.model.page = l.Page
	}
	return true
}

// size is that of the window, within reason: the file is anybody's to edit.
func (m memory) size() fyne.Size {
	const most = 16384 // what OpenGL draws at all
	if m.Width <= 0 || m.Height <= 0 || m.Width > most || m.Height > most {
		return fyne.NewSize(940, 640)
	}
	return fyne.NewSize(m.Width, m.Height)
}

// memoryFile keeps a memory while the window is open, for it may be killed at any time.
type memoryFile struct {
	path    string
	news    chan memory // of size 1, holds the newest
	written memory      // of the goroutine that keeps it
}

// openMemory reads what the window before this one left. What cannot be read was never there: a window can be sized and an account be
// selected by hand.
func openMemory(path string) (*memoryFile, memory) {
	f := &memoryFile{path: path, news: make(chan memory, 1)}
	if data, err := os.ReadFile(path); err == nil && json.Unmarshal(data, &f.written) != nil {
		f.written = memory{} // half of it may have been understood
	}
	return f, f.written
}

// note has m kept, and never waits. It wants Fyne's goroutine.
func (f *memoryFile) note(m memory) {
	select {
	case <-f.news: // older
	default:
	}
	f.news <- m
}

// memoryDelay is how long a change waits for the next one: a window that is drawn larger has another size with every frame.
const memoryDelay = time.Second / 2

// keep writes what is noted until ctx ends, the last of it included.
func (f *memoryFile) keep(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			f.writeNewest()
			return
		case m := <-f.news:
			select {
			case <-ctx.Done():
			case <-time.After(memoryDelay):
			}
			if !f.writeNewest() {
				f.write(m)
			}
		}
	}
}

// writeNewest reports whether anything was noted meanwhile.
func (f *memoryFile) writeNewest() bool {
	select {
	case m := <-f.news:
		f.write(m)
		return true
	default:
		return false
	}
}

// write replaces the file. If that fails the window works all the same, and the next change tries again.
func (f *memoryFile) write(m memory) {
	if m == f.written {
		return
	}
	data, _ := json.Marshal(m) // numbers and a string always marshal
	if atomicfile.Write(f.path, data, 0o600) == nil {
		f.written = m
	}
}

// restoreMemory has the window begin as the one before it ended, and be remembered in its turn until ctx ends. The channel is closed when all is
// written.
func (w *Window) restoreMemory(ctx context.Context) (kept <-chan struct{}) {
	done := make(chan struct{})
	dir, err := w.profile.StateDir()
	if err != nil {
		close(done)
		return done
	}
	w.memory, w.noted = openMemory(filepath.Join(dir, "last-window.json"))
	w.model.selected, w.model.byName = w.noted.Selected, w.noted.ByName
	w.succeeds = w.inherit()
	w.fyne.Resize(w.noted.size())
	if w.noted.ByName {
		w.widgets.order.SetSelectedIndex(1)
	}
	go func() {
		w.memory.keep(ctx)
		close(done)
	}()
	return done
}

// remember notes what is to be seen when the window opens again. Where no account is selected there may be one again.
func (w *Window) remember() {
	if w.memory == nil {
		return
	}
	size := w.fyne.Canvas().Size()
	m := memory{size.Width, size.Height, w.noted.Selected, w.model.byName}
	if w.model.selected != "" {
		m.Selected = w.model.selected
	}
	if m != w.noted {
		w.noted = m
		w.memory.note(m)
	}
}

// sizeChanged remembers the size, and keeps the selected account in sight.
func (w *Window) sizeChanged() {
	w.remember()
	if w.widgets.list != nil && w.shown.Selected >= 0 {
		w.widgets.list.ScrollTo(w.shown.Selected)
	}
}

// leastSize is as small as a window gets, whatever page it shows: another one would have it grow, and a dialog would have no room.
var leastSize = fyne.NewSize(744, 392)

// resized is a layout that tells when it lays out anew: Fyne has no other news of a window's size.
type resized struct {
	inner fyne.Layout
	tell  func()
}

// Layout implements fyne.Layout.
func (r resized) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	r.inner.Layout(objects, size)
	r.tell()
}

// MinSize implements fyne.Layout.
func (r resized) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return r.inner.MinSize(objects).Max(leastSize)
}
