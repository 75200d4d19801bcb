package program

import (
	"os"
	"runtime"
	"slices"
	"strings"
)

// What an agent takes of the environment it is started in: who the person is, in which language, and where the session's services are.
// Whatever else there is may load code into it or its window, make it trust another certificate, or print its memory.
var (
	sessionVariables = []string{
		"HOME", "USER", "LOGNAME", "SHELL", "PATH", "TMPDIR", "TZ", "LANG", "LANGUAGE", "BROWSER", "APPIMAGE", "NO_AT_BRIDGE", "__CF_USER_TEXT_ENCODING",
		"DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "XMODIFIERS", "LIBGL_ALWAYS_SOFTWARE", "DBUS_SESSION_BUS_ADDRESS", "DBUS_SYSTEM_BUS_ADDRESS",
		"DESKTOP_SESSION", "KDE_FULL_SESSION", "KDE_SESSION_VERSION", "GNOME_DESKTOP_SESSION_ID",
		"GTK_IM_MODULE", "QT_IM_MODULE", "SDL_IM_MODULE", "GLFW_IM_MODULE", "GTK_THEME", "QT_QPA_PLATFORM", "MOZ_ENABLE_WAYLAND", // of the browser
	}
	sessionPrefixes = []string{"LC_", "XDG_", "XCURSOR_", "FYNE_"}
)

// systemPath is where programs are looked for by an agent that was started from a terminal, whose PATH may lead anywhere.
const systemPath = "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin:/opt/homebrew/bin:/run/current-system/sw/bin:/snap/bin"

// ofTheSession reports whether a variable is one that an agent may keep. Windows' own are too many to list; there what is known to
// be a trap goes.
func ofTheSession(name string) bool {
	if runtime.GOOS != "windows" {
		return slices.Contains(sessionVariables, name) || slices.ContainsFunc(sessionPrefixes, func(p string) bool { return strings.HasPrefix(name, p) })
	}
	name = strings.ToUpper(name)
	return !strings.HasPrefix(name, "SSL_CERT_") && !slices.Contains([]string{"SSLKEYLOGFILE", "GODEBUG", "GOTRACEBACK"}, name)
}

// ofATerminal reports whether a variable is taken from a session alone, never from a terminal: a proxy that a person set for a moment, to
// look at what a program sends, would see the secrets for as long as the agent runs; and other folders would name another browser.
func ofATerminal(name string) bool {
	return isProxy(name) || (runtime.GOOS != "windows" && slices.Contains([]string{"PATH", "BROWSER", "XDG_DATA_DIRS", "XDG_CONFIG_DIRS", "XDG_DATA_HOME"}, name))
}

// isProxy reports whether a variable names a proxy, or what goes past it.
func isProxy(name string) bool { return strings.HasSuffix(strings.ToUpper(name), "_PROXY") }

// forAgent is what an agent takes of a terminal's environment.
func forAgent(environment []string) []string {
	kept := slices.DeleteFunc(slices.Clone(environment), func(line string) bool {
		name, _, _ := strings.Cut(line, "=")
		return !ofTheSession(name) || ofATerminal(name)
	})
	if runtime.GOOS != "windows" {
		kept = append(kept, "PATH="+systemPath)
	}
	return kept
}

// CleanEnvironment takes out of this process's environment what an agent does not keep. What only a session may say stays unless the
// process was started from a terminal.
func CleanEnvironment() {
	fromTerminal := atTerminal()
	for _, line := range os.Environ() {
		name, _, _ := strings.Cut(line, "=")
		if fromTerminal && ofATerminal(name) || !ofTheSession(name) && !isProxy(name) {
			_ = os.Unsetenv(name)
		}
	}
	if fromTerminal && runtime.GOOS != "windows" {
		_ = os.Setenv("PATH", systemPath)
	}
}
