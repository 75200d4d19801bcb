package keeper

// rare holds what few accounts have: where it is the zero value it takes no more room than a pointer. It is set as a whole and never changed
// within, so that a copy of the facts stays what it was.
type rare[T comparable] struct{ value *T }

func rarely[T comparable](v T) rare[T] {
	var zero T
	if v == zero {
		return rare[T]{}
	}
	return rare[T]{&v}
}

func (r rare[T]) get() T {
	if r.value == nil {
		var zero T
		return zero
	}
	return *r.value
}
