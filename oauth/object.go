package oauth

import "bytes"

// objectEnd watches a body go by and knows when its JSON object is whole, and when a wanted field of it is, the refresh token. It does not judge
// whether the body is valid: whoever wants to know parses it then, once.
type objectEnd struct {
	depth        int
	text         bool // inside a string
	escaped      bool // behind a backslash
	word         []byte
	value        bool // behind the colon of the outermost object's field
	wanted       string
	named        bool // the field is the wanted one, and its value has not ended
	refreshToken bool // its value has ended
	objects      int  // that have ended
}

// maxObjects is how many ends of an object are worth a look: a strange prefix may hold one, but what goes on like that is no
// answer, and looking at each would take forever.
const maxObjects = 8

// longestName is how much of a string is kept to be compared with the one name that matters, blanks around it included.
const longestName = 64

// scan reports whether an object has ended in this part.
func (o *objectEnd) scan(part []byte) bool {
	before := o.objects
	for _, c := range part {
		if o.text {
			o.inText(c)
			continue
		}
		switch c {
		case '"':
			o.text, o.word = o.depth > 0, o.word[:0]
		case '{', '[':
			o.depth++
			o.value = o.value && o.depth > 1
		case ':':
			o.value = o.value || o.depth == 1
		case '}', ']':
			if o.depth == 1 {
				o.objects++
			}
			o.depth = max(0, o.depth-1)
			o.valueEnds()
		case ',':
			o.valueEnds()
			o.value = o.value && o.depth > 1
		}
	}
	return o.objects > before && o.objects <= maxObjects
}

func (o *objectEnd) inText(c byte) {
	switch {
	case o.escaped:
		o.escaped = false
	case c == '\\':
		o.escaped = true
	case c == '"':
		o.text = false
		if o.value {
			o.valueEnds()
		} else if o.depth == 1 {
			o.named = string(bytes.TrimSpace(o.word)) == o.wanted
		}
	case len(o.word) < longestName:
		o.word = append(o.word, c)
	}
}

func (o *objectEnd) valueEnds() {
	if o.named && o.value && o.depth <= 1 {
		o.named, o.refreshToken = false, true
	}
}
