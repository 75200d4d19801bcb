// Package assets holds what is not code: icons, translations and provider files, embedded.
package assets

import "embed"

// Icons are the tray's and the window's pictures, NAME.png (64×64), NAME.ico and NAME.svg; freshkey-256.png is the app's.
//
//go:embed icons
var Icons embed.FS

// Providers are the provider files that come with the program, NAME.json.
//
//go:embed providers
var Providers embed.FS

// Translations are the catalogues of words, one XX.json a language.
//
//go:embed translations
var Translations embed.FS
