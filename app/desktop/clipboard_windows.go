package desktop

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

var (
	user32   = windows.NewLazySystemDLL("user32.dll")
	kernel32 = windows.NewLazySystemDLL("kernel32.dll")

	openClipboard              = user32.NewProc("OpenClipboard")
	closeClipboard             = user32.NewProc("CloseClipboard")
	emptyClipboard             = user32.NewProc("EmptyClipboard")
	setClipboardData           = user32.NewProc("SetClipboardData")
	getClipboardData           = user32.NewProc("GetClipboardData")
	registerClipboardFormat    = user32.NewProc("RegisterClipboardFormatW")
	getClipboardSequenceNumber = user32.NewProc("GetClipboardSequenceNumber")
	globalAlloc                = kernel32.NewProc("GlobalAlloc")
	globalSize                 = kernel32.NewProc("GlobalSize")
	globalLock                 = kernel32.NewProc("GlobalLock")
	globalUnlock               = kernel32.NewProc("GlobalUnlock")
)

const (
	unicodeText = 13     // CF_UNICODETEXT
	movable     = 0x0002 // GMEM_MOVEABLE
)

// windowsClipboard uses Win32 directly and asks the clipboard history and the cloud clipboard to stay away
// (learn.microsoft.com, "Clipboard Formats", cloud clipboard and clipboard history formats).
type windowsClipboard struct {
	mu    sync.Mutex // guards stamp
	stamp uintptr    // the clipboard's number after our copy
}

// secretMarks are the formats that keep the text out of the clipboard's history, out of the cloud, and out of other programs' clipboard
// managers; each holds a DWORD of 0.
func secretMarks() []string {
	return []string{"ExcludeClipboardContentFromMonitorProcessing", "CanIncludeInClipboardHistory", "CanUploadToCloudClipboard", "Clipboard Viewer Ignore"}
}

func (c *windowsClipboard) Copy(ctx context.Context, text string) error {
	utf16, err := windows.UTF16FromString(text)
	if err != nil {
		return err
	}
	runtime.LockOSThread() // the clipboard belongs to the thread that opened it
	defer runtime.UnlockOSThread()
	if err := fill(ctx, utf16); err != nil {
		return err
	}
	// Closing it adds formats of the system's own and raises its number: what counts is what is there when it is opened again.
	if err := enterClipboard(ctx); err != nil {
		return err
	}
	defer closeClipboard.Call()
	if !holds(utf16) {
		return fmt.Errorf("%w: it did not keep the text", ErrNoClipboard)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stamp, _, _ = getClipboardSequenceNumber.Call()
	return nil
}

// fill puts a text, with its final zero, in place of what the clipboard holds. It wants the thread locked.
func fill(ctx context.Context, utf16 []uint16) error {
	if err := enterClipboard(ctx); err != nil {
		return err
	}
	defer closeClipboard.Call()
	if ok, _, err := emptyClipboard.Call(); ok == 0 {
		return fmt.Errorf("%w: %w", ErrNoClipboard, err)
	}
	if err := put(unicodeText, unsafe.Slice((*byte)(unsafe.Pointer(&utf16[0])), 2*len(utf16))); err != nil {
		return err
	}
	for _, name := range secretMarks() {
		wide, _ := windows.UTF16PtrFromString(name)
		if format, _, _ := registerClipboardFormat.Call(uintptr(unsafe.Pointer(wide))); format != 0 {
			_ = put(format, make([]byte, 4)) // a DWORD of 0
		}
	}
	return nil
}

// holds reports whether the clipboard, which is open, has that text.
func holds(utf16 []uint16) bool {
	handle, _, _ := getClipboardData.Call(unicodeText)
	if handle == 0 {
		return false
	}
	size, _, _ := globalSize.Call(handle)
	address, _, _ := globalLock.Call(handle)
	if address == 0 {
		return false
	}
	defer globalUnlock.Call(handle)
	return int(size) >= 2*len(utf16) && slices.Equal(utf16, unsafe.Slice(*(**uint16)(unsafe.Pointer(&address)), len(utf16)))
}

// Holds – see clipboard.
func (c *windowsClipboard) Holds() bool {
	if !c.mu.TryLock() { // a copy is being made, or taken away
		return true
	}
	defer c.mu.Unlock()
	now, _, _ := getClipboardSequenceNumber.Call()
	return c.stamp != 0 && now == c.stamp
}

func (c *windowsClipboard) Clear(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now, _, _ := getClipboardSequenceNumber.Call(); c.stamp == 0 || now != c.stamp {
		return nil
	}
	c.stamp = 0
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := enterClipboard(ctx); err != nil {
		return err
	}
	defer closeClipboard.Call()
	_, _, _ = emptyClipboard.Call()
	return nil
}

// Marks: by secretMarks.
func (*windowsClipboard) Marks(context.Context) (bool, error) { return true, nil }

func (*windowsClipboard) Close() {}

// enterClipboard waits until no other program holds the clipboard. It wants the thread locked.
func enterClipboard(ctx context.Context) error {
	for {
		if ok, _, _ := openClipboard.Call(0); ok != 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w: another program holds on to it", ErrNoClipboard)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func put(format uintptr, data []byte) error {
	handle, _, err := globalAlloc.Call(movable, uintptr(len(data)))
	if handle == 0 {
		return fmt.Errorf("%w: %w", ErrNoClipboard, err)
	}
	address, _, err := globalLock.Call(handle)
	if address == 0 {
		return fmt.Errorf("%w: %w", ErrNoClipboard, err)
	}
	copy(unsafe.Slice(*(**byte)(unsafe.Pointer(&address)), len(data)), data)
	_, _, _ = globalUnlock.Call(handle)
	if ok, _, err := setClipboardData.Call(format, handle); ok == 0 {
		return fmt.Errorf("%w: %w", ErrNoClipboard, err)
	}
	return nil
}
