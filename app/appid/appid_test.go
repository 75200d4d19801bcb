package appid

import (
	"os"
	"strings"
	"testing"
)

// A desktop matches windows, notices and files by this one name.
func TestProgramsAndTheirPackagesHaveOneID(t *testing.T) {
	data, err := os.ReadFile("../../FyneApp.toml")
	if err != nil || !strings.Contains(string(data), "\nID = \""+ID+"\"\n") {
		t.Errorf("FyneApp.toml does not say %s: %v", ID, err)
	}
}
