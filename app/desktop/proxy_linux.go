package desktop

import (
	"context"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/godbus/dbus/v5"
	"golang.org/x/net/http/httpproxy"
)

// proxyPatience is how long the user's systemd is waited for.
const proxyPatience = time.Second

// sessionProxies are those of the session's environment: as the user's systemd has it, whoever started this process; where there is
// none, as this process was given it. Desktops' own settings are not asked: the portal that knows them answers no process whose
// memory is closed.
type sessionProxies struct{ bus *bus }

func (p sessionProxies) For(to *url.URL) (*url.URL, error) {
	lines, known := p.ofSystemd()
	if !known {
		lines = os.Environ()
	}
	values := map[string]string{}
	for _, line := range lines {
		name, value, _ := strings.Cut(line, "=")
		if name = strings.ToLower(name); value != "" { // either spelling is in use
			values[name] = value
		}
	}
	c := httpproxy.Config{HTTPProxy: values["http_proxy"], HTTPSProxy: values["https_proxy"], NoProxy: values["no_proxy"]}
	return c.ProxyFunc()(to)
}

// ofSystemd is the environment that the user's systemd gives to what it starts.
func (p sessionProxies) ofSystemd() (lines []string, known bool) {
	conn, err := p.bus.get()
	if err != nil {
		return nil, false
	}
	ctx, cancel := context.WithTimeout(context.Background(), proxyPatience)
	defer cancel()
	err = conn.Object("org.freedesktop.systemd1", "/org/freedesktop/systemd1").CallWithContext(
		ctx, "org.freedesktop.DBus.Properties.Get", dbus.FlagNoAutoStart, "org.freedesktop.systemd1.Manager", "Environment").Store(&lines)
	return lines, err == nil
}
