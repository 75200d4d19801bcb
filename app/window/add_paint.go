package main

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// hint is what stands in an empty entry.
func (w *Window) hint(name string, v addView) string {
	if name == "name" {
		return v.Name
	}
	if example := v.Examples[name]; example != "" {
		return example
	}
	if id := "window.field." + name + ".hint"; w.words.Text(id) != id {
		return w.words.Text(id)
	}
	return ""
}

func (w *Window) paintAdd(v addView) {
	p := &w.widgets.add
	p.markWay(v.Way, v.Ways)
	p.provider.SetText(v.Provider)
	p.hint.SetText(v.Hint)
	p.source.SetText(v.Source)
	_ = p.source.SetURLFromString(v.SourceAt) // what is no address leads nowhere
	show(p.source, v.Source != "")
	p.tested.SetText(v.Tested)
	show(p.tested, v.Tested != "")
	show(p.test, v.Test)
	p.found.Importance = widget.SuccessImportance
	if v.FoundBad {
		p.found.Importance = widget.WarningImportance
	}
	p.found.SetText(v.Found)
	show(p.found, v.Found != "")
	changed := w.paintFields(v)
	general := ""
	if v.Unplaceable {
		general = v.What
	}
	p.general.SetText(general)
	show(p.general, general != "")
	p.save.SetText(v.Save)
	enable(p.save, !v.Saving)
	if changed { // Fyne forgets that the column is to be laid out when in the same frame a text below changes and stays as high
		p.column.Refresh()
	}
}

func (p *addPieces) markWay(chosen string, all []string) {
	for way, option := range p.modes {
		show(option, slices.Contains(all, way))
		icon := theme.RadioButtonIcon()
		if way == chosen {
			icon = theme.RadioButtonCheckedIcon()
		}
		if option.Icon.Name() != icon.Name() {
			option.SetIcon(icon)
		}
	}
}

// paintFields shows the entries that are asked for, and what is wrong below the one it is about. It reports whether they are others than before.
func (w *Window) paintFields(v addView) (changed bool) {
	p := &w.widgets.add
	var rows []fyne.CanvasObject
	for _, name := range v.Fields {
		if p.rows[name] == nil { // a place in the addresses of this provider
			w.addField(name)
		}
		p.entries[name].SetPlaceHolder(w.hint(name, v))
		rows = append(rows, p.rows[name]...)
		text := ""
		if name == v.Field {
			text = v.What
		}
		p.wrong[name].SetText(text)
		show(p.wrong[name], text != "")
	}
	if changed = !same(p.grid.Objects, rows); changed {
		p.grid.Objects = rows
		p.grid.Refresh()
	}
	return changed
}

func same(a, b []fyne.CanvasObject) bool {
	if len(a) != len(b) {
		return false
	}
	for n := range a {
		if a[n] != b[n] {
			return false
		}
	}
	return true
}
