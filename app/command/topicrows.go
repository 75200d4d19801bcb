package command

import (
	"cmp"
	"path/filepath"
	"slices"
	"strconv"

	"freshkey/app/api"
	"freshkey/oauth"
	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

// scriptExamples are lines of scripts, and what is to be said of each.
var scriptExamples = [][2]string{
	{"TOKEN=$(freshkey token work)", "help.script.token"},
	{"freshkey token work --min-valid 1h --json", "help.script.json"},
	{"freshkey token work --wait 5m", "help.script.wait"},
	{`env=$(freshkey token work --env) && eval "$env"`, "help.script.env"},
	{"freshkey exec work -- pytest tests/", "help.script.exec"},
	{`freshkey sign work GET "$URL" --curl | curl -s --config -`, "help.script.sign"},
	{`freshkey call work "$URL"`, "help.script.call"},
	{"freshkey hold work 2h", "help.script.hold"},
	{"freshkey check < token.txt", "help.script.check"},
	{"freshkey events --json --reconnect", "help.script.events"},
	{"export FRESHKEY_PROFILE=qa", "help.script.profile"},
	{"timeout 20 freshkey token work", "help.script.timeout"},
	{"docker run --env-file <(freshkey token work --env=dotenv) IMAGE", "help.script.docker"},
	{"ssh host freshkey token work", "help.script.ssh"},
	{`ssh -N -o ExitOnForwardFailure=yes -R "$(ssh host 'echo $XDG_RUNTIME_DIR')/here.sock:$XDG_RUNTIME_DIR/freshkey/freshkey.sock" host`, "help.script.socket"},
	{"freshkey door add postman --account work", "help.script.door"},
}

// headlessLines are for a machine that nobody sits at.
var headlessLines = [][2]string{
	{"systemctl --user enable --now freshkey-headless", "help.headless.unit"},
	{"loginctl enable-linger", "help.headless.linger"},
	{"gnome-keyring-daemon --replace --unlock < password", "help.headless.unlock"},
	{"freshkey --background --no-tray", "help.headless.plain"},
	{"freshkey login work --code-url -", "help.headless.login"},
	{"freshkey login work --device", "help.headless.device"},
	{"freshkey doctor", "help.headless.doctor"},
}

// jsonFields are those of an account, and below those of a token.
var jsonFields = []string{
	"id", "name", "provider", "client_id", "redirect_uri", "state", "reason", "detail", "since", "issued_at", "expires_at", "next_refresh_at", "last_refresh_at", "cause",
	"generation", "fingerprint", "held_until", "sent_at", "sign_in_by", "superseded_at", "copy_superseded_at", "has_mac_key", "ask", "origins", "confirmed_origins",
	"token_type", "sign_in_soon", "revocable", "device", "removed", "open_id", "scope", "access_token", "mac_key", "mac_algorithm", "expires_in", "sign_in_needed",
}

// settingKeys are those of config.json that a person may want to write by hand.
var settingKeys = [][2]string{
	{"settings", "min_valid"},
	{"settings", "clear_clipboard"},
	{"settings", "share_left"},
	{"settings", "shortcut"},
	{"settings", "quiet"},
	{"settings", "lock"},
	{"settings", "check_releases"},
	{"settings", "proxy"},
	{"settings", "theme"},
	{"settings", "language"},
	{"accounts[]", "ask"},
	{"accounts[]", "held_until"},
	{"door", "port"},
}

// variables are those that Freshkey looks at, and what they say.
var variables = [][2]string{
	{api.ProfileVariable, "help.variable.profile"},
	{"XDG_CONFIG_HOME", "help.variable.config"},
	{"XDG_STATE_HOME", "help.variable.state"},
	{"XDG_RUNTIME_DIR", "help.variable.runtime"},
	{"DBUS_SESSION_BUS_ADDRESS", "help.variable.bus"},
	{"WAYLAND_DISPLAY, DISPLAY", "help.variable.display"},
	{"BROWSER", "help.variable.browser"},
	{"HTTPS_PROXY, NO_PROXY", "help.variable.proxy"},
	{"LC_ALL, LC_MESSAGES, LANG", "help.variable.language"},
}

// rows are a topic's: what each is about, and the key of its sentence.
func rows(name string, at Places) (all [][2]string) {
	switch name {
	case "scripts":
		socket := cmp.Or(at.Socket, "SOCKET")
		return append(slices.Clone(scriptExamples), [2]string{"curl --unix-socket " + socket + " http://localhost/v1/accounts/work/token", "help.script.api"})
	case "headless":
		return headlessLines
	case "environment":
		return variables
	case "json":
		return said(jsonFields, "help.json.")
	case "settings":
		for _, key := range settingKeys {
			all = append(all, [2]string{key[0] + "." + key[1], "help.setting." + key[1]})
		}
	case "faults":
		return said(sandbox.Faults(), "help.fault.")
	case "exit-codes":
		for code := range 8 {
			all = append(all, [2]string{strconv.Itoa(code), "help.exit." + strconv.Itoa(code)})
		}
		return append(all, [2]string{"126, 127", "help.exit.exec"}, [2]string{"130", "help.exit.interrupted"})
	case "reasons":
		return said(reasons, "what.")
	case "states":
		return said(states, "help.state.")
	case "files":
		return [][2]string{
			{filepath.Join(at.Config, "config.json"), "help.file.config"},
			{filepath.Join(at.State, "agent.log"), "help.file.log"},
			{at.State, "help.file.state"},
			{at.Socket, "help.file.socket"},
		}
	}
	return all
}

// reasons are those that an account or an error can have, as JSON has them.
var reasons = []oauth.Reason{
	oauth.ReasonNoConnection, oauth.ReasonServer, oauth.ReasonRateLimited, oauth.ReasonNoAnswer, oauth.ReasonUnreadable, keeper.ReasonInterrupted,
	keeper.ReasonLostAnswer, oauth.ReasonRefused, oauth.ReasonSettings, keeper.ReasonEndpointChanged, keeper.ReasonNotSignedIn, keeper.ReasonNoRefreshToken,
	keeper.ReasonRival, keeper.ReasonElsewhere, keeper.ReasonMoved, keeper.ReasonLocked, keeper.ReasonKeychain, keeper.ReasonRecordMissing,
	keeper.ReasonRecordBroken, keeper.ReasonRecordTooNew, keeper.ReasonNoRoom, keeper.ReasonOutOfReach, keeper.ReasonNotRead, keeper.ReasonDue,
	keeper.ReasonSettling, keeper.ReasonJustRefreshed, keeper.ReasonInternal, oauth.ReasonCodeRefused, oauth.ReasonDenied, oauth.ReasonWrongState,
	oauth.ReasonNoCode, keeper.ReasonExpired, oauth.ReasonCallRefused, oauth.ReasonCallUnanswered,
}

// said are names, each with the key of its sentence.
func said[T ~string](names []T, key string) (all [][2]string) {
	for _, name := range names {
		all = append(all, [2]string{string(name), key + string(name)})
	}
	return all
}

// states are those that an account can be in, as JSON has them; what works comes first.
var states = []keeper.State{
	keeper.StateFresh, keeper.StateRefreshing, keeper.StateHeld, keeper.StateWaiting, keeper.StateOffline, keeper.StateUncertain,
	keeper.StateUnsaved, keeper.StateLocked, keeper.StateMisconfigured, keeper.StateSignIn,
}
