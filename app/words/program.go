package words

import (
	"fmt"

	"freshkey/app/api"
)

// Program names a program to a person: by its path, and by its process, which tells two of one path apart.
func (w Catalog) Program(p api.Program) string {
	switch {
	case p.Path == "":
		return w.Text("program.unknown", Args{Count: p.PID})
	case p.PID == 0: // a visitor at the door, say
		return p.Path
	}
	return fmt.Sprintf("%s (%d)", p.Path, p.PID)
}
