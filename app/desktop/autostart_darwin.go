package desktop

import (
	"bytes"
	"encoding/xml"
	"os"
	"path/filepath"

	"freshkey/app/appid"
)

func autostartPath(profile string) (string, error) {
	home, err := os.UserHomeDir()
	return filepath.Join(home, "Library", "LaunchAgents", named(appid.ID, profile)+".plist"), err
}

func writeAutostart(profile string, command []string) error {
	path, err := autostartPath(profile)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	b.WriteString(xml.Header + `<plist version="1.0"><dict><key>Label</key><string>` + named(appid.ID, profile) + `</string><key>RunAtLoad</key><true/><key>ProgramArguments</key><array>`)
	for _, word := range command {
		b.WriteString("<string>")
		if err := xml.EscapeText(&b, []byte(word)); err != nil {
			return err
		}
		b.WriteString("</string>")
	}
	b.WriteString("</array></dict></plist>\n")
	return writeEntry(path, b.String())
}

func removeAutostart(profile string) error {
	path, err := autostartPath(profile)
	if err != nil {
		return err
	}
	return removeFile(path)
}
