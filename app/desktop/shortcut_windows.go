package desktop

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"unsafe"

	"golang.org/x/sys/windows"
)

var (
	registerHotKey    = user32.NewProc("RegisterHotKey")
	unregisterHotKey  = user32.NewProc("UnregisterHotKey")
	getMessage        = user32.NewProc("GetMessageW")
	peekMessage       = user32.NewProc("PeekMessageW")
	postThreadMessage = user32.NewProc("PostThreadMessageW")
)

// From winuser.h.
const (
	modAlt, modControl, modShift, modWin = 0x1, 0x2, 0x4, 0x8
	modNoRepeat                          = 0x4000 // MOD_NOREPEAT: a key that is held down is one press
	firstFunctionKey                     = 0x70   // VK_F1

	messageQuit   = 0x0012 // WM_QUIT
	messageUser   = 0x0400 // WM_USER
	messageHotKey = 0x0312 // WM_HOTKEY
	hotKeyID      = 1      // of a thread's own ones, 0 to 0xBFFF
)

// hotKeys are Windows' own. One belongs to the thread that asked for it, comes as a message to it, and goes with it.
type hotKeys struct{}

// message is a MSG.
type message struct {
	window         uintptr
	kind           uint32
	wparam, lparam uintptr
	time           uint32
	x, y           int32
	_              uint32 // lPrivate
}

func (hotKeys) Offer(context.Context) ShortcutState { return ShortcutOffered }

func (hotKeys) Hold(ctx context.Context, s Shortcut, said func(ShortcutNews)) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var m message
	_, _, _ = peekMessage.Call(uintptr(unsafe.Pointer(&m)), 0, messageUser, messageUser, 0) // which gives the thread a queue
	modifiers, key := virtualKey(s.Keys)
	if ok, _, err := registerHotKey.Call(0, hotKeyID, modifiers, key); ok == 0 {
		said(hotKeyRefused(err))
		return
	}
	defer func() { _, _, _ = unregisterHotKey.Call(0, hotKeyID) }()
	said(ShortcutNews{State: ShortcutBound})
	thread := windows.GetCurrentThreadId()
	ended := make(chan struct{})
	defer func() { <-ended }() // no message is posted to whatever runs on the thread later
	stopped := context.AfterFunc(ctx, func() {
		defer close(ended)
		_, _, _ = postThreadMessage.Call(uintptr(thread), messageQuit, 0, 0)
	})
	for {
		got, _, err := getMessage.Call(uintptr(unsafe.Pointer(&m)), 0, 0, 0)
		switch {
		case int32(got) == 0: // ctx ended
			return
		case int32(got) < 0:
			if stopped() {
				close(ended)
			}
			said(hotKeyRefused(err))
			return
		case m.kind == messageHotKey && m.wparam == hotKeyID:
			said(ShortcutNews{State: ShortcutPressed})
		}
	}
}

func hotKeyRefused(err error) ShortcutNews {
	if errors.Is(err, windows.ERROR_HOTKEY_ALREADY_REGISTERED) {
		return ShortcutNews{State: ShortcutTaken}
	}
	return ShortcutNews{State: ShortcutRefused, Detail: strings.TrimSpace(err.Error())}
}

// virtualKey is a combination as Windows has it. Letters and digits are their own codes.
func virtualKey(k Keys) (modifiers, key uintptr) {
	modifiers = modNoRepeat
	for _, m := range []struct {
		held bool
		bit  uintptr
	}{{k.Ctrl, modControl}, {k.Alt, modAlt}, {k.Shift, modShift}, {k.Super, modWin}} {
		if m.held {
			modifiers |= m.bit
		}
	}
	if n, ok := functionKey(k.Key); ok {
		return modifiers, firstFunctionKey + uintptr(n-1)
	}
	return modifiers, uintptr(k.Key[0])
}
