package program

import (
	"os"
	"slices"
	"strings"
)

// ofTheShell reports whether a variable of the environment is one that a process which holds secrets shall not inherit from whoever
// happened to start it: it would load code into it, make it trust another certificate, or print its memory.
func ofTheShell(name string) bool {
	name = strings.ToUpper(name) // as Windows does
	for _, prefix := range []string{"LD_", "DYLD_", "SSL_CERT_", "SSLKEYLOG"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return slices.Contains([]string{"GODEBUG", "GOTRACEBACK", "LOCALDOMAIN", "RES_OPTIONS", "HOSTALIASES"}, name)
}

// isProxy reports whether a variable names a proxy, or what goes past it.
func isProxy(name string) bool { return strings.HasSuffix(strings.ToUpper(name), "_PROXY") }

// forAgent is an environment without what an agent does not take from a terminal: a proxy that a person set for a moment, to look at
// what a program sends, would see the secrets for as long as the agent runs.
func forAgent(environment []string) []string {
	return slices.DeleteFunc(slices.Clone(environment), func(line string) bool {
		name, _, _ := strings.Cut(line, "=")
		return ofTheShell(name) || isProxy(name)
	})
}

// CleanEnvironment takes out of this process's environment what an agent does not keep. A proxy stays unless the process was started
// from a terminal: else it is the session's.
func CleanEnvironment() {
	proxies := atTerminal()
	for _, line := range os.Environ() {
		if name, _, _ := strings.Cut(line, "="); ofTheShell(name) || (proxies && isProxy(name)) {
			_ = os.Unsetenv(name)
		}
	}
}
