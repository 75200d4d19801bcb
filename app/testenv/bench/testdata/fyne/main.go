// Fyne's smallest program in the tray, and with any argument its smallest window: what Freshkey is measured beside.
package main

import (
	"os"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

func main() {
	a := app.NewWithID("app.freshkey.bench")
	if len(os.Args) > 1 {
		w := a.NewWindow("Hello Fyne")
		w.SetContent(widget.NewLabel("Hello Fyne!"))
		w.ShowAndRun()
	} else if d, ok := a.(desktop.App); ok {
		d.SetSystemTrayIcon(theme.FyneLogo())
		d.SetSystemTrayMenu(fyne.NewMenu("Hello", fyne.NewMenuItem("Hello Fyne!", func() {})))
		a.Run()
	}
}
