package desktop

// Open finds the services of this session.
func Open() *Desktop {
	return &Desktop{
		clipboard: &windowsClipboard{}, notices: &toasts{}, host: taskBar{}, power: &windowsPower{}, proxies: systemProxies{}, session: endlessSession{},
		screen: silentScreen{}, shortcuts: hotKeys{},
	}
}
