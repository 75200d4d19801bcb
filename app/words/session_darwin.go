package words

import "github.com/jeandeaual/go-locale"

// sessionLanguages are those of the person's region.
func sessionLanguages() []string {
	wished, _ := locale.GetLocales()
	return wished
}
