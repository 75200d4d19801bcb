package desktop

import (
	"errors"
	"strconv"
	"strings"
)

// Keys is a combination of keys, like Ctrl+Alt+C.
type Keys struct {
	Ctrl, Alt, Shift, Super bool
	Key                     string // "A" to "Z", "0" to "9", "F1" to "F24"
}

// functionKeys is how many there are: F1 to F24, which both the X keysyms of every layout and Windows know.
const functionKeys = 24

var errKeys = errors.New("not a combination of keys")

// ParseKeys reads a combination as people write it: each of Ctrl, Alt, Shift, Super (or Win) at most once, in any order and case, and then
// one letter, digit or function key. One of Ctrl, Alt and Super must be there: every program would miss what it took from plain typing.
func ParseKeys(text string) (Keys, error) {
	parts := strings.Split(text, "+")
	last := len(parts) - 1
	key, ok := parseKey(parts[last])
	if !ok {
		return Keys{}, errKeys
	}
	k := Keys{Key: key}
	for _, part := range parts[:last] {
		held := k.modifier(strings.ToLower(part))
		if held == nil || *held {
			return Keys{}, errKeys
		}
		*held = true
	}
	if !k.Ctrl && !k.Alt && !k.Super {
		return Keys{}, errKeys
	}
	return k, nil
}

// modifier is the place of a modifier key; nil if it is none.
func (k *Keys) modifier(name string) *bool {
	switch name {
	case "ctrl":
		return &k.Ctrl
	case "alt":
		return &k.Alt
	case "shift":
		return &k.Shift
	case "super", "win":
		return &k.Super
	}
	return nil
}

func parseKey(text string) (key string, ok bool) {
	if len(text) == 1 {
		key = strings.ToUpper(text)
		return key, key >= "A" && key <= "Z" || key >= "0" && key <= "9"
	}
	n, isFunction := functionKey(strings.ToUpper(text))
	return "F" + strconv.Itoa(n), isFunction
}

// functionKey is the number of a function key that is written without zeros before it.
func functionKey(key string) (n int, ok bool) {
	digits, isF := strings.CutPrefix(key, "F")
	n, err := strconv.Atoi(digits)
	return n, isF && err == nil && n >= 1 && n <= functionKeys && digits == strconv.Itoa(n)
}

// String is the combination as it is written in the settings.
func (k Keys) String() string { return k.joined("Ctrl", "Alt", "Shift", "Super", k.Key) }

// joined is the combination with these names for its parts.
func (k Keys) joined(ctrl, alt, shift, super, key string) string {
	var parts []string
	for _, modifier := range []struct {
		held bool
		name string
	}{{k.Ctrl, ctrl}, {k.Alt, alt}, {k.Shift, shift}, {k.Super, super}} {
		if modifier.held {
			parts = append(parts, modifier.name)
		}
	}
	return strings.Join(append(parts, key), "+")
}
