package words

import "golang.org/x/sys/windows"

// sessionLanguages are those that the person has chosen for Windows, best first.
func sessionLanguages() []string {
	wished, _ := windows.GetUserPreferredUILanguages(windows.MUI_LANGUAGE_NAME)
	return wished
}
