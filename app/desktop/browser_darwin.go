package desktop

import "context"

func browse(ctx context.Context, address string) error {
	if tryOpener(ctx, "/usr/bin/open", address) {
		return nil
	}
	return ErrNoBrowser
}
