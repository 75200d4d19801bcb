package desktop

import (
	"context"
	"fmt"
	"os/exec"
	"sync"

	"github.com/ebitengine/purego"
	"github.com/ebitengine/purego/objc"
)

// Open finds the services of this session.
func Open() *Desktop {
	return &Desktop{clipboard: &pasteboard{}, notices: scriptedNotices{}, host: menuBar{}, power: minuteTick{}}
}

// menuBar is always there.
type menuBar struct{}

func (menuBar) Present(context.Context) bool { return true }
func (menuBar) Usable() bool                 { return true }
func (menuBar) Close()                       {}

func (menuBar) Watch(ctx context.Context, changed func(bool)) {
	changed(true)
	<-ctx.Done()
}

// pasteboard is NSPasteboard, with the mark that password managers use (nspasteboard.org).
type pasteboard struct {
	once sync.Once
	err  error

	mu    sync.Mutex // guards stamp
	stamp int        // the board's number after our copy
}

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
	board.Send(objc.RegisterName("clearContents"))
	set := objc.RegisterName("setString:forType:")
	kind := nsString("public.utf8-plain-text")
	ok := objc.Send[bool](board, set, nsString(text), kind)
	board.Send(set, nsString(""), nsString("org.nspasteboard.ConcealedType"))
	back := board.Send(objc.RegisterName("stringForType:"), kind)
	if !ok || back == 0 || !objc.Send[bool](back, objc.RegisterName("isEqualToString:"), nsString(text)) {
		return fmt.Errorf("%w: it did not keep the text", ErrNoClipboard)
	}
	p.mu.Lock()
	p.stamp = objc.Send[int](board, objc.RegisterName("changeCount"))
	p.mu.Unlock()
	return nil
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

func (p *pasteboard) Close() {}

func nsString(text string) objc.ID {
	return objc.ID(objc.GetClass("NSString")).Send(objc.RegisterName("stringWithUTF8String:"), text)
}

// scriptedNotices asks osascript; the texts are arguments, so that no text can become script.
type scriptedNotices struct{}

func (scriptedNotices) Show(ctx context.Context, n Notice, _ func()) error {
	return exec.CommandContext(ctx, "/usr/bin/osascript", "-e", "on run argv",
		"-e", "display notification (item 2 of argv) with title (item 1 of argv)", "-e", "end run", n.Title, n.Body).Run()
}

func (scriptedNotices) Clear(context.Context, string) {}
func (scriptedNotices) Server(context.Context) (string, error) {
	return exec.LookPath("/usr/bin/osascript")
}
func (scriptedNotices) Close() {}
