package words

import (
	"fmt"
	"strings"

	"freshkey/app/api"
)

// Program names a program to a person: by its path, and by its process, which tells two of one path apart.
func (w Catalog) Program(p api.Program) string {
	switch {
	case p.Path == "":
		return w.Text("program.unknown", Args{Count: p.PID})
	case p.PID == 0: // a visitor at the door, say
		return ProgramPath(p.Path)
	}
	return fmt.Sprintf("%s (%d)", ProgramPath(p.Path), p.PID)
}

// ProgramPath is a program as people are told of it: of a key of the door its name, and not the sum behind it.
func ProgramPath(path string) string {
	if key, isDoor := strings.CutPrefix(path, "door: "); isDoor {
		name, _, _ := strings.Cut(key, " ")
		return "door: " + name
	}
	return path
}
