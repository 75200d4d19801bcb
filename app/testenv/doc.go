// Package testenv is what Freshkey is tried on: a private D-Bus session with a real keyring, and on it a virtual desktop, on X11 or on
// Wayland, with a window manager, a panel with a tray, and a notifier. The desktop tests, `make demo`, `make bench` and `make torture` play on
// it. The product does not import it, and it runs on Linux only.
package testenv
