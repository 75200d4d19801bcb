package desktop

import (
	"context"
	"fmt"
	"sync"

	"github.com/ebitengine/purego"
	"github.com/ebitengine/purego/objc"
)

// pasteboard is NSPasteboard, with the mark that password managers use (nspasteboard.org).
type pasteboard struct {
	once sync.Once
	err  error

	mu    sync.Mutex // guards stamp
	stamp int        // the board's number after our copy
}

// currentHostOnly is NSPasteboardContentsCurrentHostOnly: a secret does not go to the person's other devices.
const currentHostOnly = 1

// secretMarks are the types that ask clipboard managers to keep no history of the text; see nspasteboard.org.
func secretMarks() []string { return []string{"org.nspasteboard.ConcealedType"} }

func (p *pasteboard) Copy(_ context.Context, text string) error {
	p.once.Do(func() {
		_, p.err = purego.Dlopen("/System/Library/Frameworks/AppKit.framework/AppKit", purego.RTLD_GLOBAL|purego.RTLD_LAZY)
	})
	if p.err != nil {
		return fmt.Errorf("%w: %w", ErrNoClipboard, p.err)
	}
	pool := objc.ID(objc.GetClass("NSAutoreleasePool")).Send(objc.RegisterName("new"))
	defer pool.Send(objc.RegisterName("drain"))
	board := objc.ID(objc.GetClass("NSPasteboard")).Send(objc.RegisterName("generalPasteboard"))
	board.Send(objc.RegisterName("prepareForNewContentsWithOptions:"), currentHostOnly)
	set := objc.RegisterName("setString:forType:")
	kind := nsString("public.utf8-plain-text")
	ok := objc.Send[bool](board, set, nsString(text), kind)
	for _, mark := range secretMarks() {
		board.Send(set, nsString(""), nsString(mark))
	}
	back := board.Send(objc.RegisterName("stringForType:"), kind)
	if !ok || back == 0 || !objc.Send[bool](back, objc.RegisterName("isEqualToString:"), nsString(text)) {
		return fmt.Errorf("%w: it did not keep the text", ErrNoClipboard)
	}
	p.mu.Lock()
	p.stamp = objc.Send[int](board, objc.RegisterName("changeCount"))
	p.mu.Unlock()
	return nil
}

// Holds – see clipboard.
func (p *pasteboard) Holds() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stamp == 0 {
		return false
	}
	board := objc.ID(objc.GetClass("NSPasteboard")).Send(objc.RegisterName("generalPasteboard"))
	return objc.Send[int](board, objc.RegisterName("changeCount")) == p.stamp
}

func (p *pasteboard) Clear(context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stamp == 0 {
		return nil
	}
	board := objc.ID(objc.GetClass("NSPasteboard")).Send(objc.RegisterName("generalPasteboard"))
	if objc.Send[int](board, objc.RegisterName("changeCount")) == p.stamp {
		board.Send(objc.RegisterName("clearContents"))
	}
	p.stamp = 0
	return nil
}

// Marks: by secretMarks.
func (p *pasteboard) Marks(context.Context) (bool, error) { return true, nil }

func (p *pasteboard) Close() {}

func nsString(text string) objc.ID {
	return objc.ID(objc.GetClass("NSString")).Send(objc.RegisterName("stringWithUTF8String:"), text)
}
