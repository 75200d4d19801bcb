//go:build linux

package testenv

import (
	"fmt"
	"net"
	"os"
	"strings"
	"time"
)

// waylandInput is a keyboard and a mouse that no hand touches, by the protocols virtual-keyboard-unstable-v1 and
// wlr-virtual-pointer-unstable-v1. wtype would not do: it makes up a keymap in which the key of each letter is another one, and Fyne's
// shortcuts go by the key. Both stay as long as the session, as on a real desk: windows ask for a seat's devices when they open.
type waylandInput struct {
	waylandWire
	last              uint32 // the newest object
	keyboard, pointer uint32
	begun             time.Time // of the time that each event bears
}

// usKeymap is expanded by the compositor.
const usKeymap = `xkb_keymap { xkb_keycodes { include "evdev+aliases(qwerty)" }; xkb_types { include "complete" }; xkb_compat { include "complete" }; xkb_symbols { include "pc+us+inet(evdev)" }; };` + "\x00"

// The keys of a US keyboard, by their number in Linux' input-event-codes.h: rows of letters without and with shift, and those with a name.
var (
	keyRows = map[uint32][2]string{
		2:  {"1234567890-=", "!@#$%^&*()_+"},
		16: {"qwertyuiop[]", "QWERTYUIOP{}"},
		30: {"asdfghjkl;'`", `ASDFGHJKL:"~`},
		43: {`\zxcvbnm,./`, "|ZXCVBNM<>?"},
		57: {" ", ""},
	}
	namedKeys = map[string]uint32{
		"Escape": 1, "BackSpace": 14, "Tab": 15, "Return": 28, "Home": 102, "Up": 103, "Left": 105, "Right": 106, "End": 107, "Down": 108, "Delete": 111,
	}
	modifierKeys = map[string][2]uint32{"ctrl": {29, 4}, "shift": {42, 1}, "alt": {56, 8}} // key, and its bit
)

// The requests' numbers, in the order of the protocols' files.
const (
	displaySync, displayGetRegistry, registryBind   = 0, 1, 0
	createKeyboard, keyboardKeymap                  = 0, 0
	keyboardKey, keyboardModifiers                  = 1, 2
	createPointer, pointerMotion                    = 0, 1
	pointerButton, pointerFrame                     = 2, 4
	waylandDisplay, waylandRegistry, mouseRight, on = uint32(1), uint32(2), uint32(0x111), uint32(1)
)

func openWaylandInput(display string) (*waylandInput, error) {
	socket, err := net.DialUnix("unix", nil, &net.UnixAddr{Name: display, Net: "unix"})
	if err != nil {
		return nil, err
	}
	w := &waylandInput{waylandWire: waylandWire{socket: socket}, last: waylandRegistry, begun: time.Now()}
	w.send(waylandDisplay, displayGetRegistry, waylandRegistry)
	globals := map[string]uint32{}
	err = w.sync(func(m *waylandMessage) {
		if m.object == waylandRegistry && m.number == registryGlobal {
			name := m.uint32()
			globals[m.text()] = name
		}
	})
	bind := func(service string) uint32 {
		w.send(waylandRegistry, registryBind, globals[service], service, uint32(1), w.make())
		return w.last
	}
	if err == nil {
		seat := bind("wl_seat")
		w.send(bind("zwp_virtual_keyboard_manager_v1"), createKeyboard, seat, w.make())
		w.keyboard = w.last
		w.send(bind("zwlr_virtual_pointer_manager_v1"), createPointer, seat, w.make())
		w.pointer = w.last
		err = w.layOut()
	}
	if err != nil {
		w.close()
		return nil, err
	}
	return w, nil
}

func (w *waylandInput) make() uint32 { w.last++; return w.last }

// layOut says what the keys stand for.
func (w *waylandInput) layOut() error {
	file, err := os.CreateTemp("", "keymap")
	if err != nil {
		return err
	}
	defer file.Close()
	defer os.Remove(file.Name())
	if _, err := file.WriteString(usKeymap); err != nil {
		return err
	}
	w.send(w.keyboard, keyboardKeymap, uint32(1), file, uint32(len(usKeymap)))
	return w.sync(func(*waylandMessage) {})
}

// sync waits until the compositor has dealt with all that was sent, and shows what it says meanwhile.
func (w *waylandInput) sync(hear func(*waylandMessage)) error {
	_ = w.socket.SetReadDeadline(time.Now().Add(waitTimeout))
	done := w.make()
	w.send(waylandDisplay, displaySync, done)
	for {
		m, err := w.read()
		switch {
		case err != nil:
			return fmt.Errorf("the compositor: %w", err)
		case m.object == waylandDisplay && m.number == displayError:
			object, code := m.uint32(), m.uint32()
			return fmt.Errorf("the compositor says of object %d: %s (%d)", object, m.text(), code)
		case m.object == done:
			return nil
		}
		hear(m)
	}
}

func (w *waylandInput) now() uint32 { return uint32(time.Since(w.begun).Milliseconds()) }

// tap presses a key and lets it go, while others are held.
func (w *waylandInput) tap(key uint32, held ...string) error {
	var bits uint32
	for _, m := range held {
		bits |= modifierKeys[m][1]
		w.send(w.keyboard, keyboardKey, w.now(), modifierKeys[m][0], on)
	}
	w.send(w.keyboard, keyboardModifiers, bits, uint32(0), uint32(0), uint32(0))
	w.send(w.keyboard, keyboardKey, w.now(), key, on)
	w.send(w.keyboard, keyboardKey, w.now(), key, uint32(0))
	for _, m := range held {
		w.send(w.keyboard, keyboardKey, w.now(), modifierKeys[m][0], uint32(0))
	}
	w.send(w.keyboard, keyboardModifiers, uint32(0), uint32(0), uint32(0), uint32(0))
	return w.sync(func(*waylandMessage) {})
}

// press presses keys as xdotool writes them: "Return", "ctrl+shift+n".
func (w *waylandInput) press(keys string) error {
	held := strings.Split(keys, "+")
	name := held[len(held)-1]
	held = held[:len(held)-1]
	for _, m := range held {
		if modifierKeys[m] == [2]uint32{} {
			return fmt.Errorf("no key %s", m)
		}
	}
	key := namedKeys[name]
	if key == 0 && len(name) == 1 {
		key, _ = keyOf(rune(name[0]))
	}
	if key == 0 {
		return fmt.Errorf("no key %s", name)
	}
	return w.tap(key, held...)
}

// keyOf is the key of a letter; 0 if it has none.
func keyOf(letter rune) (key uint32, shift bool) {
	for first, row := range keyRows {
		for n, letters := range row {
			if at := strings.IndexRune(letters, letter); at >= 0 {
				return first + uint32(at), n == 1
			}
		}
	}
	return 0, false
}

// keyPause is between two keys: the compositor hangs up on a window that is sent more than it reads.
const keyPause = 5 * time.Millisecond

func (w *waylandInput) typed(text string) error {
	for _, letter := range text {
		time.Sleep(keyPause)
		key, shift := keyOf(letter)
		if key == 0 {
			return fmt.Errorf("no key for %q", letter)
		}
		var held []string
		if shift {
			held = []string{"shift"}
		}
		if err := w.tap(key, held...); err != nil {
			return err
		}
	}
	return nil
}

// rightClick clicks at a place of a screen of 1280×800.
func (w *waylandInput) rightClick(x, y uint32) error {
	w.send(w.pointer, pointerMotion, w.now(), x, y, uint32(1280), uint32(800))
	w.send(w.pointer, pointerFrame)
	for _, pressed := range []uint32{on, 0} {
		w.send(w.pointer, pointerButton, w.now(), mouseRight, pressed)
		w.send(w.pointer, pointerFrame)
	}
	return w.sync(func(*waylandMessage) {})
}

func (w *waylandInput) close() { _ = w.socket.Close() }
