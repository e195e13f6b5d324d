package rcv

// interner keeps one copy of each text, since names repeat from row to row. It
// forgets all of them when there are too many.
type interner struct {
	texts  map[string]string
	recent [512]string // some of them, each in its slot
}

// slot returns a text's slot in recent, by a few of its bytes.
func slot(b []byte) int {
	n := len(b)
	if n == 0 {
		return 0
	}
	return (n*67 + int(b[0])*31 + int(b[n/2])*17 + int(b[n-1])*7 + int(b[n*3/4])*3) % 512
}

const (
	maxInterned     = 8192
	maxInternedText = 128 // bytes; longer texts are not kept
)

// known returns the stored copy of a text.
func (in *interner) known(b []byte) (string, bool) {
	at := &in.recent[slot(b)]
	if len(b) > 0 && *at == string(b) {
		return *at, true
	}
	s, ok := in.texts[string(b)]
	if ok {
		*at = s
	}
	return s, ok
}

// text returns the copy of a text, and stores it.
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
