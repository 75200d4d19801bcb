// Package appid is the one name by which desktops know Freshkey.
package appid

// ID names the desktop file, the entry that starts Freshkey at login, and the owner of its windows and notices. FyneApp.toml
// has it too.
const ID = "app.freshkey.freshkey"
