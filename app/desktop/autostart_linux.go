package desktop

import (
	"os"
	"path/filepath"
	"strings"

	"freshkey/app/appid"
)

func autostartPath(profile string) (string, error) {
	dir, err := os.UserConfigDir()
	return filepath.Join(dir, "autostart", named(appid.ID, profile)+".desktop"), err
}

func writeAutostart(profile string, command []string) error {
	path, err := autostartPath(profile)
	if err != nil {
		return err
	}
	if image := os.Getenv("APPIMAGE"); image != "" { // the program itself lies in a folder that is gone at the next login
		command[0] = image
	}
	return writeEntry(path, "[Desktop Entry]\nType=Application\nName=Freshkey\nIcon="+appid.ID+"\nExec="+desktopExec(command)+
		"\nTryExec="+strings.ReplaceAll(command[0], `\`, `\\`)+ // so that nothing is started once the program has been removed
		"\nX-GNOME-Autostart-enabled=true\n")
}

func removeAutostart(profile string) error {
	path, err := autostartPath(profile)
	if err != nil {
		return err
	}
	return removeFile(path)
}

// desktopExec quotes a command line as the Desktop Entry Specification wants it: twice, once for the shell-like rules of
// Exec and once for the backslashes of every value; a percent sign is doubled.
func desktopExec(command []string) string {
	var quoted []string
	for _, word := range command {
		word = strings.NewReplacer(`\`, `\\\\`, `"`, `\\"`, "`", "\\\\`", "$", `\\$`, "%", "%%").Replace(word)
		quoted = append(quoted, `"`+word+`"`)
	}
	return strings.Join(quoted, " ")
}
