package main

import (
	"io/fs"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"freshkey/assets"
)

// widgets are the widgets that change.
type widgets struct {
	banner *paragraph
	offer  *button
	strip  *fyne.Container // banner and offer, at the bottom: rows that moved down would move away under the pointer
	found  *widget.Label
	none   *widget.Label   // that there is no account
	left   *fyne.Container // the list and what lies around it
	today  *today
	search *field
	order  *dropdown
	menu   *button
	list   *list
	right  *fyne.Container             // one page of all
	busy   *widget.ProgressBarInfinite // of the page "loading"
	pages  map[string]fyne.CanvasObject
	icons  map[string]fyne.Resource

	detail   detailPieces
	add      addPieces
	settings settingsPieces
	doctor   *fyne.Container
	checking *widget.ProgressBarInfinite // of the doctor's page
	stage    *fyne.Container
}

func (w *Window) layout() fyne.CanvasObject {
	p := &w.widgets
	w.readIcons()
	p.banner = wrapped("")
	p.banner.Importance = widget.WarningImportance
	p.offer = w.button("", nil, w.bringBack)
	p.strip = container.NewBorder(nil, nil, nil, container.NewCenter(p.offer), p.banner)
	p.strip.Hide()
	p.busy, p.checking = widget.NewProgressBarInfinite(), widget.NewProgressBarInfinite()
	p.pages = map[string]fyne.CanvasObject{
		"loading":   container.NewCenter(container.NewVBox(p.busy, widget.NewLabel(w.words.Text("window.loading")))),
		"not found": container.NewCenter(widget.NewLabel(w.words.Text("window.not_found"))),
		"empty":     w.emptyPage(), "detail": w.detailPage(), pageAdd: w.addPage(), pageSettings: w.settingsPage(),
		pageDoctor: w.doctorPage(), pageRehearsal: w.stagePage(),
	}
	p.right = container.NewStack()
	split := container.NewHSplit(w.leftSide(), p.right)
	split.Offset = 0.34
	return container.New(resized{layout.NewBorderLayout(nil, p.strip, nil, nil), w.sizeChanged}, split, p.strip)
}

func (w *Window) readIcons() {
	w.widgets.icons = map[string]fyne.Resource{}
	files, _ := fs.Glob(assets.Icons, "icons/*.png") // the pattern is a good one
	for _, f := range files {
		data, _ := fs.ReadFile(assets.Icons, f) // Glob just found it
		w.widgets.icons[f] = fyne.NewStaticResource(f, data)
	}
	w.fyne.SetIcon(w.resource("freshkey"))
}

func (w *Window) resource(name string) fyne.Resource { return w.widgets.icons["icons/"+name+".png"] }

// leftSide is the list with its search and order above, and the ways to other pages below.
func (w *Window) leftSide() fyne.CanvasObject {
	p := &w.widgets
	p.search = w.field()
	p.search.SetPlaceHolder(w.words.Text("window.search"))
	p.search.SetText(w.model.search)
	p.search.OnChanged = w.search
	orders := []string{w.words.Text("window.by_urgency"), w.words.Text("window.by_name")}
	p.order = w.dropdown(orders, nil)
	p.order.SetSelectedIndex(map[bool]int{true: 1}[w.model.byName])
	p.order.OnChanged = func(chosen string) {
		w.change(func(m *model) { m.byName, m.pointed = chosen == orders[1], time.Time{} })
	}
	p.found = caption(fyne.TextAlignLeading)
	p.found.Hide()
	add := w.button(w.words.Text("window.add"), theme.ContentAddIcon(), w.openAdd)
	p.menu = w.button(w.words.Text("window.menu"), theme.MenuIcon(), w.openMenu)
	p.today = newToday()
	bottom := container.NewVBox(p.today.whole, container.NewBorder(nil, nil, nil, p.menu, add))
	p.left = container.NewBorder(container.NewVBox(p.search, p.order, p.found), bottom, nil, nil, w.accountList())
	return p.left
}

// search leaves the accounts that hold text, and goes to the first of them, so that nobody copies the token of an account
// that is not in sight.
func (w *Window) search(text string) {
	w.change(func(m *model) { m.search = text })
	if found := w.shown.Accounts; w.shown.Page == "detail" && w.shown.Selected < 0 && len(found) > 0 {
		w.selectAccount(found[0].ID)
	}
}

func (w *Window) accountList() fyne.CanvasObject {
	l := &list{window: w}
	l.Length, l.CreateItem = func() int { return len(w.shown.Accounts) }, w.emptyRow
	l.UpdateItem = func(i widget.ListItemID, o fyne.CanvasObject) {
		if i < len(w.shown.Accounts) {
			w.paintRow(o.(*fyne.Container), decideRow(w.words, *w.shown.Accounts[i], w.now()))
		}
	}
	l.ExtendBaseWidget(l)
	l.OnSelected = func(i widget.ListItemID) {
		if i < len(w.shown.Accounts) && (w.shown.Selected != i || w.model.page != pageAccounts) {
			w.selectAccount(w.shown.Accounts[i].ID)
		}
	}
	l.OnHighlighted = func(i widget.ListItemID) {
		if i != w.shown.Selected { // which painting highlights as well
			w.model.pointed = w.now()
		}
	}
	w.widgets.list = l
	return l
}

func (w *Window) emptyRow() fyne.CanvasObject {
	picture := canvas.NewImageFromResource(w.resource("idle"))
	picture.FillMode = canvas.ImageFillContain
	picture.SetMinSize(fyne.NewSquareSize(32))
	name := widget.NewLabelWithStyle("", fyne.TextAlignLeading, fyne.TextStyle{Bold: true})
	name.Truncation = fyne.TextTruncateEllipsis
	text := container.New(layout.NewCustomPaddedVBoxLayout(-14), name, caption(fyne.TextAlignLeading))
	return container.NewBorder(nil, nil, container.NewPadded(picture), nil, text)
}

func (w *Window) paintRow(c *fyne.Container, v rowView) {
	text := c.Objects[0].(*fyne.Container)
	text.Objects[0].(*widget.Label).SetText(v.Name)
	text.Objects[1].(*widget.Label).SetText(v.State + " · " + v.Left)
	picture := c.Objects[1].(*fyne.Container).Objects[0].(*canvas.Image)
	if r := w.resource(v.Icon); picture.Resource != r {
		picture.Resource = r
		picture.Refresh()
	}
}

// emptyPage is three ways to begin, each a click away.
func (w *Window) emptyPage() fyne.CanvasObject {
	picture := canvas.NewImageFromResource(w.resource("freshkey-256"))
	picture.FillMode = canvas.ImageFillContain
	picture.SetMinSize(fyne.NewSquareSize(96))
	title := heading("")
	w.widgets.none = title
	title.Alignment = fyne.TextAlignCenter
	ways := container.New(layout.NewFormLayout())
	way := func(id string, icon fyne.Resource, open func()) *button {
		b := w.button(w.words.Text("window."+id), icon, open)
		b.Alignment = widget.ButtonAlignLeading
		ways.Add(container.NewVBox(b))
		ways.Add(wrapped(w.words.Text("window." + id + ".hint")))
		return b
	}
	way("way.paste", theme.ContentPasteIcon(), func() { w.openAddBy(wayPaste) }).Importance = widget.HighImportance
	way("way.signin", theme.LoginIcon(), func() { w.openAddBy(waySignIn) })
	way("rehearsal", theme.MediaPlayIcon(), func() { w.rehearse("") })
	return container.NewVBox(layout.NewSpacer(), picture, title, container.New(column{540}, ways), layout.NewSpacer())
}

// column is a layout that keeps what is in it together in the middle, where there is more room than reading wants.
type column struct{ width float32 }

func (c column) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	width := min(size.Width, c.width)
	for _, o := range objects {
		o.Resize(fyne.NewSize(width, size.Height))
		o.Move(fyne.NewPos((size.Width-width)/2, 0))
	}
}

// MinSize is that of the largest object.
func (c column) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var least fyne.Size
	for _, o := range objects {
		least = least.Max(o.MinSize())
	}
	return least
}

func heading(text string) *widget.Label {
	l := widget.NewLabelWithStyle(text, fyne.TextAlignLeading, fyne.TextStyle{Bold: true})
	l.SizeName = theme.SizeNameSubHeadingText
	return l
}

// page puts a title and a way back over a page's content.
func (w *Window) page(title string, content fyne.CanvasObject) fyne.CanvasObject {
	back := w.button(w.words.Text("window.back"), theme.NavigateBackIcon(), func() { w.openPage(pageAccounts) })
	top := container.NewBorder(nil, nil, nil, back, heading(title))
	return container.NewBorder(container.NewPadded(top), nil, nil, nil, container.NewVScroll(container.NewPadded(content)))
}
