package keystore

import (
	"context"
	"fmt"

	"github.com/godbus/dbus/v5"
)

const prompt = "org.freedesktop.Secret.Prompt"

// unlock opens the collection, or makes the default one where there is none; the Secret Service asks the person for the
// password. ErrLocked if the person does not want to.
func (s *secretService) unlock(ctx context.Context) error {
	conn, err := s.get()
	if err != nil {
		return err
	}
	collection, err := findCollection(ctx, conn)
	if err != nil {
		return err
	}
	completed := make(chan *dbus.Signal, 8)
	conn.Signal(completed)
	defer conn.RemoveSignal(completed)
	match := []dbus.MatchOption{dbus.WithMatchInterface(prompt), dbus.WithMatchMember("Completed")}
	if err := conn.AddMatchSignalContext(ctx, match...); err != nil {
		return fmt.Errorf("%w: listen to the prompt: %w", ErrUnavailable, err)
	}
	defer conn.RemoveMatchSignal(match...)
	var ask dbus.ObjectPath
	if collection == "/" {
		label := map[string]dbus.Variant{"org.freedesktop.Secret.Collection.Label": dbus.MakeVariant("Login")}
		err = conn.Object(secrets, root).CallWithContext(ctx, service+".CreateCollection", 0, label, "default").Store(&collection, &ask)
	} else {
		var unlocked []dbus.ObjectPath
		err = conn.Object(secrets, root).CallWithContext(ctx, service+".Unlock", 0, []dbus.ObjectPath{collection}).Store(&unlocked, &ask)
	}
	if err != nil {
		return fmt.Errorf("%w: unlock: %w", ErrUnavailable, err)
	}
	if ask == "/" {
		return nil
	}
	if err := conn.Object(secrets, ask).CallWithContext(ctx, prompt+".Prompt", 0, "").Err; err != nil {
		return fmt.Errorf("%w: prompt: %w", ErrUnavailable, err)
	}
	for {
		select {
		case <-ctx.Done():
			_ = conn.Object(secrets, ask).Call(prompt+".Dismiss", dbus.FlagNoReplyExpected).Err
			return ErrLocked
		case signal, open := <-completed:
			if !open {
				return fmt.Errorf("%w: the bus has gone", ErrUnavailable)
			}
			if signal == nil || signal.Path != ask || len(signal.Body) == 0 {
				continue // somebody else's
			}
			if dismissed, _ := signal.Body[0].(bool); dismissed {
				return ErrLocked
			}
			return nil
		}
	}
}
