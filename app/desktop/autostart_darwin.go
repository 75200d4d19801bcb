package desktop

import (
	"bytes"
	"encoding/xml"
	"os"
	"path/filepath"

	"freshkey/app/appid"
)

func autostartPath() (string, error) {
	home, err := os.UserHomeDir()
	return filepath.Join(home, "Library", "LaunchAgents", appid.ID+".plist"), err
}

func writeAutostart(command []string) error {
	path, err := autostartPath()
	if err != nil {
		return err
	}
	var b bytes.Buffer
	b.WriteString(xml.Header + `<plist version="1.0"><dict><key>Label</key><string>` + appid.ID + `</string><key>RunAtLoad</key><true/><key>ProgramArguments</key><array>`)
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

func removeAutostart() error {
	path, err := autostartPath()
	if err != nil {
		return err
	}
	return removeFile(path)
}
