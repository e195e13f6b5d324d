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

func (in *interner) text(b []byte) string {
	if len(b) > maxInternedText {
		return string(b)
	}
	if s, ok := in.texts[string(b)]; ok {
		return s
	}
	if in.texts == nil || len(in.texts) >= maxInterned {
		in.texts = make(map[string]string)
	}
	s := string(b)
	in.texts[s] = s
	return s
}
