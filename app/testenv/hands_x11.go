//go:build linux

package testenv

import (
	"errors"
	"fmt"
	"os/exec"
	"strings"
)

// xHands are xdotool, import and xclip.
type xHands struct{ *Session }

func (x xHands) panel() *exec.Cmd { return x.Command("xfce4-panel", "--disable-wm-check") }

func (x xHands) picture(path string) error {
	_, err := x.Run("import", "-window", "root", path)
	return err
}

func (x xHands) pixels() (string, error) {
	return x.Run("import", "-window", "root", "-depth", "8", "rgb:-")
}

// window looks again where xdotool breaks off because a window that it looks at goes in this moment, as a menu's does.
func (x xHands) window(title string) (string, error) {
	for tries := 5; ; tries-- {
		out, err := x.Run("timeout", "30", "xdotool", "search", "--sync", "--onlyvisible", "--name", "^"+title+"( – .*)?$") // and the profile's name
		id, _, _ := strings.Cut(strings.TrimSpace(out), "\n")
		switch {
		case id != "":
			return id, nil
		case tries == 0 || err == nil || !strings.Contains(err.Error(), "BadWindow"):
			return "", errors.Join(err, fmt.Errorf("no window %q", title))
		}
	}
}

func (x xHands) process(window string) (string, error) {
	out, err := x.Run("xdotool", "getwindowpid", window)
	return strings.TrimSpace(out), err
}

func (x xHands) focus(window string) error {
	_, err := x.Run("timeout", "15", "xdotool", "windowactivate", "--sync", window)
	return err
}

func (x xHands) keys(keys ...string) error {
	_, err := x.Run("xdotool", append([]string{"key", "--delay", "30"}, keys...)...)
	return err
}

// typed hands the text over on standard input, never in arguments.
func (x xHands) typed(text string) error {
	_, err := x.RunInput(text, "xdotool", "type", "--delay", "4", "--file", "-")
	return err
}

func (x xHands) rightClick(atX, atY string) error {
	_, err := x.Run("xdotool", "mousemove", atX, atY, "click", "3")
	return err
}

// copied leaves a process behind that serves the text, and must not hold what Run waits for.
func (x xHands) copied(text string) error {
	_, err := x.RunInput(text, "sh", "-c", "xclip -selection clipboard >/dev/null 2>&1")
	return err
}

func (x xHands) pasted() (string, error) {
	return x.Run("timeout", "5", "xclip", "-selection", "clipboard", "-out")
}
