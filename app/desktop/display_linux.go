package desktop

import "os"

// HasScreen reports whether there is a screen on which a window could be seen, as this process was told.
func HasScreen() bool { return os.Getenv("DISPLAY") != "" || os.Getenv("WAYLAND_DISPLAY") != "" }
