package desktop

import "context"

// Open finds the services of this session.
func Open() *Desktop {
	return &Desktop{clipboard: &pasteboard{}, notices: scriptedNotices{}, host: menuBar{}, power: minuteTick{}, proxies: systemProxies{}, session: endlessSession{}, screen: silentScreen{}, shortcuts: noShortcuts{}}
}

// menuBar is always there.
type menuBar struct{}

func (menuBar) Present(context.Context) bool { return true }
func (menuBar) Usable() bool                 { return true }
func (menuBar) Await(context.Context)        {}
func (menuBar) Close()                       {}

func (menuBar) Watch(ctx context.Context, changed func(bool)) {
	changed(true)
	<-ctx.Done()
}
