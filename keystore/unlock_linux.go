package keystore

import (
	"context"
	"fmt"
	"time"

	"github.com/godbus/dbus/v5"
)

const prompt = "org.freedesktop.Secret.Prompt"

// asking is a question that the Secret Service has put to the person.
type asking struct {
	done chan struct{}
	err  error // once done is closed
}

// answerTimeout is how long a question is listened to that nobody answers, and whose callers have long gone.
const answerTimeout = 10 * time.Minute

// unlock asks the person to open what is closed. A caller who gives up takes nothing back: the question stays until it is answered, and whoever
// calls meanwhile waits for the same answer. To dismiss it would be polite, and gnome-keyring up to 42 at least ends when it is told so while the
// person is being asked (assertion in perform_next_unlock), with the keyring of every program.
func (s *secretService) unlock(ctx context.Context) error {
	s.mu.Lock()
	a := s.asking
	if a == nil {
		a = &asking{done: make(chan struct{})}
		s.asking = a
		go func() {
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), answerTimeout)
			defer cancel()
			a.err = guarded(func() error { return s.openAll(ctx) })
			s.mu.Lock()
			s.asking = nil
			s.mu.Unlock()
			close(a.done)
		}()
	}
	s.mu.Unlock()
	select {
	case <-a.done:
		return a.err
	case <-ctx.Done():
		return ErrLocked
	}
}

// openAll opens the collection, or makes the default one where there is none, and then the service's own items, which
// KeePassXC opens one program at a time; the Secret Service asks the person. ErrLocked if the person does not want to.
func (s *secretService) openAll(ctx context.Context) error {
	conn, err := s.get()
	if err != nil {
		return err
	}
	collection, err := findCollection(ctx, conn)
	if err != nil {
		return err
	}
	if collection == "/" {
		label := map[string]dbus.Variant{"org.freedesktop.Secret.Collection.Label": dbus.MakeVariant("Login")}
		return prompted(ctx, conn, func() *dbus.Call {
			return conn.Object(secrets, root).CallWithContext(ctx, service+".CreateCollection", 0, label, "default")
		})
	}
	if err := open(ctx, conn, collection); err != nil {
		return err
	}
	shared, err := sharedBus()
	if err != nil {
		return err
	}
	items, err := find(ctx, shared, collection, map[string]string{"service": s.name})
	if err != nil {
		return err
	}
	var closed []dbus.ObjectPath
	for _, item := range items {
		if err := unlocked(ctx, shared, item, "Item"); err != nil {
			closed = append(closed, item)
		}
	}
	if len(closed) == 0 {
		return nil
	}
	return open(ctx, shared, closed...)
}

func open(ctx context.Context, conn *dbus.Conn, what ...dbus.ObjectPath) error {
	return prompted(ctx, conn, func() *dbus.Call {
		return conn.Object(secrets, root).CallWithContext(ctx, service+".Unlock", 0, what)
	})
}

// prompted makes a call whose second answer is the path of a prompt, and waits until the person has answered it.
func prompted(ctx context.Context, conn *dbus.Conn, call func() *dbus.Call) error {
	completed := make(chan *dbus.Signal, 8)
	conn.Signal(completed)
	defer conn.RemoveSignal(completed)
	match := []dbus.MatchOption{dbus.WithMatchInterface(prompt), dbus.WithMatchMember("Completed")}
	if err := conn.AddMatchSignalContext(ctx, match...); err != nil {
		return unavailable("listen to the prompt", err)
	}
	defer conn.RemoveMatchSignal(match...)
	var done any // what needed no prompt
	var ask dbus.ObjectPath
	if err := call().Store(&done, &ask); err != nil {
		return unavailable("unlock", err)
	}
	if ask == "/" {
		return nil
	}
	if err := conn.Object(secrets, ask).CallWithContext(ctx, prompt+".Prompt", 0, "").Err; err != nil {
		return unavailable("prompt", err)
	}
	for {
		select {
		case <-ctx.Done():
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
