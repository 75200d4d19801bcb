package desktop

import "testing"

// From winuser.h, "Virtual-Key Codes".
func TestKeysAreThoseOfWindows(t *testing.T) {
	for text, want := range map[string][2]uintptr{
		"Ctrl+Alt+C": {0x4003, 0x43}, "Super+Shift+0": {0x400C, 0x30}, "Alt+F1": {0x4001, 0x70}, "Ctrl+F24": {0x4002, 0x87}, "Ctrl+F": {0x4002, 0x46},
	} {
		k, err := ParseKeys(text)
		if modifiers, key := virtualKey(k); err != nil || modifiers != want[0] || key != want[1] {
			t.Errorf("%s: %x %x (%v), want %x", text, modifiers, key, err, want)
		}
	}
}
