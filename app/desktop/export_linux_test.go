package desktop

import (
	"context"
	"errors"
)

// OpenWithoutDataControl is Open where the compositor lets no program without a window copy.
func OpenWithoutDataControl() *Desktop {
	d := Open()
	d.clipboard.(*linuxClipboard).open = func(context.Context) (*dataControl, error) { return nil, errors.New("no such protocol") }
	return d
}
