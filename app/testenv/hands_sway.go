//go:build linux

package testenv

import (
	"encoding/json"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
)

// swayHands are sway's own language, grim, wl-clipboard, and a keyboard and a mouse that no hand touches.
type swayHands struct {
	*Session
	input *waylandInput
}

// swayNode is a part of what sway shows; a window, if it has a process.
type swayNode struct {
	ID       int64      `json:"id"`
	Name     string     `json:"name"`
	PID      int        `json:"pid"`
	Visible  bool       `json:"visible"`
	Nodes    []swayNode `json:"nodes"`
	Floating []swayNode `json:"floating_nodes"`
}

// find is the first window for which is says yes; nil if there is none.
func (n *swayNode) find(is func(*swayNode) bool) *swayNode {
	if n.PID != 0 && is(n) {
		return n
	}
	for _, inner := range [][]swayNode{n.Nodes, n.Floating} {
		for i := range inner {
			if found := inner[i].find(is); found != nil {
				return found
			}
		}
	}
	return nil
}

// found is a window that is there now; nil if none is.
func (h *swayHands) found(is func(*swayNode) bool) (*swayNode, error) {
	out, err := h.Run("swaymsg", "-r", "-t", "get_tree")
	if err != nil {
		return nil, err
	}
	var root swayNode
	if err := json.Unmarshal([]byte(out), &root); err != nil {
		return nil, err
	}
	return root.find(is), nil
}

func (h *swayHands) window(title string) (id string, err error) {
	failed := Eventually("the window "+title, func() bool {
		var n *swayNode
		if n, err = h.found(func(n *swayNode) bool {
			return (n.Name == title || strings.HasPrefix(n.Name, title+" – ")) && n.Visible
		}); n != nil {
			id = strconv.FormatInt(n.ID, 10)
		}
		return n != nil || err != nil
	})
	if err == nil {
		err = failed
	}
	return id, err
}

func (h *swayHands) process(window string) (string, error) {
	n, err := h.found(func(n *swayNode) bool { return strconv.FormatInt(n.ID, 10) == window })
	if n == nil || err != nil {
		return "", fmt.Errorf("no window %s: %w", window, err)
	}
	return strconv.Itoa(n.PID), nil
}

func (h *swayHands) focus(window string) error {
	_, err := h.Run("swaymsg", "[con_id="+window+"] focus")
	return err
}

func (h *swayHands) panel() *exec.Cmd { return h.Command("waybar") }

func (h *swayHands) picture(path string) error {
	_, err := h.Run("grim", path)
	return err
}

func (h *swayHands) pixels() (string, error) { return h.Run("grim", "-t", "ppm", "-") }

func (h *swayHands) keys(keys ...string) error {
	for _, key := range keys {
		if err := h.input.press(key); err != nil {
			return err
		}
	}
	return nil
}

func (h *swayHands) typed(text string) error { return h.input.typed(text) }

func (h *swayHands) rightClick(x, y string) error {
	atX, errX := strconv.ParseUint(x, 10, 32)
	atY, errY := strconv.ParseUint(y, 10, 32)
	if errX != nil || errY != nil {
		return fmt.Errorf("no place: %s, %s", x, y)
	}
	return h.input.rightClick(uint32(atX), uint32(atY))
}

// copied leaves a process behind that serves the text, and must not hold what Run waits for.
func (h *swayHands) copied(text string) error {
	_, err := h.RunInput(text, "sh", "-c", "wl-copy >/dev/null 2>&1")
	return err
}

func (h *swayHands) pasted() (string, error) { return waylandPaste(h.Session) }

func waylandPaste(s *Session) (string, error) {
	return s.Run("timeout", "5", "wl-paste", "--no-newline")
}
