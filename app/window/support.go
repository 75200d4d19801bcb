package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode"

	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"freshkey/app/api"
	"freshkey/app/words"
	"freshkey/oauth/keeper"
)

// exportLineage asks for a file, and writes the history into it; it holds no secret.
func (w *Window) exportLineage() {
	events, id := w.model.lineage.events, w.model.selected
	file := w.field()
	file.SetText(filepath.Join(downloads(), fmt.Sprintf("freshkey-%s.jsonl", fileName(w.shown.Detail.Name))))
	content := container.NewVBox(wrapped(w.words.Text("support.text")), widget.NewForm(widget.NewFormItem(w.words.Text("support.file"), file)))
	var path string
	w.openForm(w.words.Text("support.title"), w.words.Text("support.save"), content, []*field{file}, func() func(context.Context) error {
		path = file.Text
		return func(context.Context) error { return w.saveLineage(path, events) }
	}, func(m *model) {
		m.note[id] = note{text: w.words.Text("lineage.saved", words.Args{Path: path}), until: w.now().Add(noteLasts)}
	})
}

// saveLineage writes a new file, a line of JSON an event. The error is an *api.Problem.
func (w *Window) saveLineage(path string, events []keeper.Event) error {
	if !filepath.IsAbs(path) { // from wherever the window was started
		return &api.Problem{Code: api.CodeUsage, Field: "file", What: w.words.Text("support.relative")}
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return &api.Problem{Code: api.CodeUsage, Field: "file", What: w.words.Text("support.exists", words.Args{Path: path})}
	}
	if err == nil {
		enc := json.NewEncoder(f)
		for _, e := range events {
			err = errors.Join(err, enc.Encode(e))
		}
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		return &api.Problem{Code: api.CodeFailed, What: w.words.Text("support.failed", words.Args{Path: path, Problem: err.Error()})}
	}
	return nil
}

// downloads is the folder that a person looks for such a file in.
func downloads() string {
	home, _ := os.UserHomeDir()
	if dir := filepath.Join(home, "Downloads"); isFolder(dir) {
		return dir
	}
	return home
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// fileName is a name without what file names have no room for, or folders are told by.
func fileName(name string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`, r) || !unicode.IsPrint(r) {
			return '-'
		}
		return r
	}, name)
}
