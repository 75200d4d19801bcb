package oauth

import (
	"net"
	"time"
)

// GiveUpAsConnected gives an attempt up between the connection's arrival and the news of it, and says what that came to.
func GiveUpAsConnected(c net.Conn) *Error {
	a := attempt{cancel: func() {}}
	a.giveUp()
	a.connected(c)
	return a.unanswered()
}

// ReadDevice reads the answer of a device authorization endpoint.
func ReadDevice(p Provider, reply Reply, now time.Time) (DeviceAuthorization, error) {
	return readDevice(p, reply, now)
}
