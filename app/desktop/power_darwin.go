package desktop

import "context"

// minuteTick is a system whose power events are not listened to: the engine's look at the clock once a minute has to do.
type minuteTick struct{}

func (minuteTick) Watch(context.Context, func(), func())  {}
func (minuteTick) Sources() (string, string)              { return "", "" }
func (minuteTick) Inhibit(context.Context, string) func() { return func() {} }
func (minuteTick) Close()                                 {}
