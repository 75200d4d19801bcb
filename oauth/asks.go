package oauth

import (
	"maps"
	"slices"
	"strings"
)

// variable is a place in an address that differs from customer to customer, such as {domain}.
var variable = pattern(`\{([a-z_]+)\}`)

// variableValue is what may stand in such a place: part of a host's name or of a path, and nothing that would lead elsewhere.
var variableValue = pattern(`^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?(:[0-9]{1,5})?$`)

// Fill puts a person's values into the places that the provider's addresses leave open. The error is a *FieldError whose field is the place that
// has no value, or an unusable one.
func (p Provider) Fill(values map[string]string) (Provider, error) {
	for _, name := range slices.Sorted(maps.Keys(p.Asks)) {
		value := strings.TrimSpace(values[name])
		value = strings.TrimSuffix(strings.TrimPrefix(value, "https://"), "/") // as it is copied from a browser
		switch {
		case value == "":
			return p, &FieldError{Field: name, Code: FieldNotFilled, Detail: p.Asks[name]}
		case !variableValue().MatchString(value):
			return p, &FieldError{Field: name, Code: FieldNotPlace, Detail: p.Asks[name]}
		}
		for _, address := range p.addresses() {
			*address = strings.ReplaceAll(*address, "{"+name+"}", value)
		}
	}
	p.Asks = nil
	return p, nil
}

// unfilled is the first place that has no value, as a *FieldError; nil if none is open.
func (p Provider) unfilled() error {
	for _, name := range slices.Sorted(maps.Keys(p.Asks)) {
		return &FieldError{Field: name, Code: FieldNotFilled, Detail: p.Asks[name]}
	}
	return nil
}

// validateAsks reports a place that no address has, or one of an address that is not asked for.
func (p Provider) validateAsks() error {
	places := map[string]bool{}
	for name, address := range p.addresses() {
		for _, found := range variable().FindAllStringSubmatch(*address, -1) {
			if _, asked := p.Asks[found[1]]; !asked {
				return &FieldError{"asks", FieldMissing, name}
			}
			places[found[1]] = true
		}
	}
	for name := range p.Asks {
		if !places[name] {
			return &FieldError{"asks", FieldNotOffered, name}
		}
	}
	return nil
}
