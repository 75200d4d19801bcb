//go:build linux

package testenv

import (
	"fmt"
	"os"
)

func (o *waylandObject) offer(form string) error {
	if o.chosen {
		return fmt.Errorf("invalid offer: %s after the source was used", form)
	}
	o.forms = append(o.forms, form)
	return nil
}

func (w *waylandClient) setSelection(source uint32) error {
	if source == 0 {
		w.compositor.choose(nil)
		return nil
	}
	o := w.objects[source]
	if o == nil || o.kind != kindSource || o.chosen {
		return fmt.Errorf("no source, or one that was used: %d", source)
	}
	o.chosen = true
	w.compositor.choose(&waylandCopy{owner: w, source: source, forms: o.forms})
	return nil
}

// receive passes the file on. An offer that is over is answered with nothing.
func (w *waylandClient) receive(o *waylandObject, m *waylandMessage) error {
	form := m.text()
	if len(w.files) == 0 {
		return fmt.Errorf("no file came for %s", form)
	}
	to := os.NewFile(uintptr(w.files[0]), "paste")
	w.files = w.files[1:]
	if o.copied != w.compositor.clip {
		return to.Close()
	}
	o.copied.give(form, to)
	return nil
}

// tellDevices tells what the clipboard holds, and what is marked with the mouse.
func (w *waylandClient) tellDevices() {
	c := w.compositor
	for id, o := range w.objects {
		if o.kind != kindDevice {
			continue
		}
		var marked uint32
		if o.marks {
			marked = w.newOffer(id, c.marked)
		}
		w.send(id, deviceSelection, w.newOffer(id, c.clip))
		if o.marks {
			w.send(id, devicePrimary, marked)
		}
	}
}

// newOffer tells a device of what was copied, and in which forms; 0 if nothing was.
func (w *waylandClient) newOffer(device uint32, copied *waylandCopy) uint32 {
	if copied == nil {
		return 0
	}
	offer := uint32(0xff000000) + w.offers
	w.offers++
	w.objects[offer] = &waylandObject{kind: kindOffer, copied: copied}
	w.send(device, deviceDataOffer, offer)
	for _, form := range copied.forms {
		w.send(offer, offersForms, form)
	}
	return offer
}
