package rcv

// interner keeps one copy of each text, since names repeat from row to row. It
// forgets them all when it has too many.
type interner struct {
	texts map[string]string
}

const (
	maxInterned     = 8192
	maxInternedText = 128 // bytes; longer texts are not kept
)

// known returns the copy of a text that was kept before.
func (in *interner) known(b []byte) (string, bool) {
	s, ok := in.texts[string(b)]
	return s, ok
}

// text returns the copy of a text, which it keeps.
func (in *interner) text(b []byte) string {
	if len(b) > maxInternedText {
		return string(b)
	}
	if s, ok := in.known(b); ok {
		return s
	}
	if in.texts == nil || len(in.texts) >= maxInterned {
		in.texts = make(map[string]string)
	}
	s := string(b)
	in.texts[s] = s
	return s
}
