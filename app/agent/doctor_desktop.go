package agent

import (
	"freshkey/app/api"
	"freshkey/app/desktop"
	"freshkey/app/program"
	"freshkey/app/words"
)

// checkDesktop says what can be had of this desktop besides. Where nobody sits, and nobody wants a tray, there is nothing to say.
func (a *Agent) checkDesktop() (checks []api.Check) {
	kind := a.desk.SessionKind()
	if a.options.NoTray && kind == desktop.SessionNone {
		return nil
	}
	if kind != desktop.SessionNative {
		checks = append(checks, a.checkSession(kind))
	}
	return append(checks, a.checkWindow(kind), a.checkPower())
}

func (a *Agent) checkSession(kind desktop.SessionKind) api.Check {
	c := api.Check{Name: a.words.Text("doctor.session"), OK: true, Result: a.words.Text("doctor.session." + string(kind))}
	if kind == desktop.SessionNone {
		c.Advice = a.words.Text("doctor.session.none.advice")
	}
	return c
}

// checkWindow minds a window that is missing only where somebody would look at it.
func (a *Agent) checkWindow(kind desktop.SessionKind) api.Check {
	c := api.Check{Name: a.words.Text("doctor.window"), OK: true}
	path, err := program.Find(program.Window)
	if err == nil {
		c.Result = a.words.Text("doctor.window.ok", words.Args{Path: path})
		return c
	}
	missing := a.words.NoWindow()
	c.OK, c.Result, c.Advice = a.options.NoTray || kind == desktop.SessionNone, missing.What, missing.Advice
	return c
}

// checkPower says who tells of sleep and of the network. That nobody does is nothing bad: the keeper looks at the clock once a minute.
func (a *Agent) checkPower() api.Check {
	c := api.Check{Name: a.words.Text("doctor.power"), OK: true}
	switch sleep, network := a.desk.PowerSources(); {
	case sleep != "" && network != "":
		c.Result = a.words.Text("doctor.power.both", words.Args{Name: sleep, Server: network})
	case sleep != "":
		c.Result = a.words.Text("doctor.power.sleep", words.Args{Name: sleep})
	case network != "":
		c.Result = a.words.Text("doctor.power.network", words.Args{Server: network})
	default:
		c.Result = a.words.Text("doctor.power.none")
	}
	return c
}
