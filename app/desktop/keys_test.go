package desktop

import "testing"

// What is taken comes back in one way of writing; all else is refused, however near it is.
func TestOnlyCombinationsOfKeysAreTaken(t *testing.T) {
	for text, want := range map[string]string{
		"Ctrl+Alt+C": "Ctrl+Alt+C", "ctrl+alt+c": "Ctrl+Alt+C", "ALT+CTRL+c": "Ctrl+Alt+C", "Super+1": "Super+1", "win+Shift+z": "Shift+Super+Z",
		"Ctrl+Alt+Shift+Super+F24": "Ctrl+Alt+Shift+Super+F24", "alt+f1": "Alt+F1", "Ctrl+F": "Ctrl+F", "Ctrl+0": "Ctrl+0",
		"": "", "C": "", "F5": "", "Shift+C": "", "Shift+F5": "", "Ctrl": "", "Ctrl+": "", "+C": "", "+": "", "Ctrl++C": "", "Ctrl+Alt": "", "C+Ctrl": "",
		"Ctrl+Ctrl+C": "", "Super+Win+C": "", "Ctrl+C+D": "", "Ctrl+F0": "", "Ctrl+F25": "", "Ctrl+F01": "", "Ctrl+F+1": "", "Ctrl+F-1": "", "Ctrl+ä": "",
		"Ctrl+ſ": "", "Ctrl+/": "", "Ctrl+:": "", "Ctrl+@": "", "Ctrl+[": "", "Ctrl + C": "", " Ctrl+C": "", "Ctrl+C\n": "", "Control+C": "", "Meta+C": "", "Ctrl-C": "",
		"Ctrl+Space": "", "Ctrl+１": "",
	} {
		k, err := ParseKeys(text)
		switch {
		case want == "" && err == nil:
			t.Errorf("%q was taken as %v", text, k)
		case want != "" && (err != nil || k.String() != want):
			t.Errorf("%q is %v (%v), want %s", text, k, err, want)
		}
	}
}

func FuzzKeys(f *testing.F) {
	for _, seed := range []string{"Ctrl+Alt+C", "Super+F24", "Ctrl++", "win+shift+alt+ctrl+0"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		k, err := ParseKeys(text)
		if again, errAgain := ParseKeys(k.String()); err == nil && (errAgain != nil || again != k) {
			t.Errorf("%q is %v, and that is %v (%v)", text, k, again, errAgain)
		}
	})
}
