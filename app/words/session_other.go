//go:build !windows && !darwin

package words

// sessionLanguages are none: the environment has said it all.
func sessionLanguages() []string { return nil }
