package desktop

import (
	"context"
	"os"
	"strings"
)

// browse asks the desktop first, then what a person without one would have.
func browse(ctx context.Context, address string) error {
	openers := [][]string{{"xdg-open"}}
	for _, b := range strings.Split(os.Getenv("BROWSER"), ":") {
		if b != "" {
			openers = append(openers, []string{b})
		}
	}
	openers = append(openers, []string{"gio", "open"}, []string{"sensible-browser"}, []string{"x-www-browser"})
	for _, o := range openers {
		if tryOpener(ctx, o[0], append(o[1:], address)...) {
			return nil
		}
	}
	return ErrNoBrowser
}
