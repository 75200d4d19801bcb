package desktop

import (
	"context"
)

// Open finds the services of this session.
func Open() *Desktop {
	return &Desktop{clipboard: &windowsClipboard{}, notices: &toasts{}, host: alwaysHost{}, power: minuteTick{}, proxies: systemProxies{}, session: endlessSession{}, screen: silentScreen{}}
}

// alwaysHost is a system whose task bar is always there.
type alwaysHost struct{}

func (alwaysHost) Present(context.Context) bool { return true }
func (alwaysHost) Usable() bool                 { return true }
func (alwaysHost) Close()                       {}

func (alwaysHost) Watch(ctx context.Context, changed func(bool)) {
	changed(true)
	<-ctx.Done()
}
