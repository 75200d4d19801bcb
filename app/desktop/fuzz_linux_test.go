package desktop

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"testing"

	"github.com/godbus/dbus/v5"
)

// Whatever the system's bus brings, what is let through of it godbus can cope with.
func FuzzSignalOnTheSystemsBus(f *testing.F) {
	for _, body := range [][]any{{true}, {uint32(70)}, {"c1", dbus.ObjectPath("/s/1")}, {"name", ":1.1", ":1.2"}, {dbus.MakeVariant("v")}, {[]string{"a"}}, {}} {
		m := &dbus.Message{Type: dbus.TypeSignal, Headers: map[dbus.HeaderField]dbus.Variant{
			dbus.FieldPath: dbus.MakeVariant(dbus.ObjectPath("/org/freedesktop/login1")), dbus.FieldInterface: dbus.MakeVariant(manager),
			dbus.FieldMember: dbus.MakeVariant("PrepareForSleep"), dbus.FieldSender: dbus.MakeVariant(":1.7"),
		}, Body: body}
		if len(body) > 0 {
			m.Headers[dbus.FieldSignature] = dbus.MakeVariant(dbus.SignatureOf(body...))
		}
		for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
			var b bytes.Buffer
			if err := m.EncodeTo(&b, order); err != nil {
				f.Fatal(err)
			}
			f.Add(b.Bytes())
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		message, err := nextMessage(bufio.NewReader(bytes.NewReader(data)))
		if err != nil || message == nil || message[1] != signalMessage {
			return
		}
		if len(message) > maxSignal {
			t.Fatalf("%d bytes", len(message))
		}
		_, _ = dbus.DecodeMessage(bytes.NewReader(message)) // panics at what it cannot cope with
	})
}
