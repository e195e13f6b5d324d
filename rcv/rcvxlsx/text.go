package rcvxlsx

import (
	"fmt"
	"regexp"
	"strconv"
)

// maxText bounds the text of a cell, in bytes. Excel allows 32,767 characters.
const maxText = 256 << 10

// text joins the elements t and v of a cell or a shared text, without the
// pronunciation.
type text struct {
	bytes     []byte
	inside    bool // an element t or v
	pronounce bool // an element rPh
}

func (t *text) start(name string) {
	switch name {
	case "rPh":
		t.pronounce = true
	case "t", "v":
		t.inside = !t.pronounce
	}
}

func (t *text) end(name string) {
	switch name {
	case "rPh":
		t.pronounce = false
	case "t", "v":
		t.inside = false
	}
}

func (t *text) add(part []byte) error {
	if !t.inside {
		return nil
	}
	if len(t.bytes)+len(part) > maxText {
		return fmt.Errorf("%w: a cell with more than %d bytes of text", ErrTooLarge, maxText)
	}
	t.bytes = append(t.bytes, part...)
	return nil
}

// escaped is a character that XML cannot hold, as Excel writes it.
var escaped = regexp.MustCompile(`_x([0-9A-Fa-f]{4})_`)

// take returns the text and begins another one.
func (t *text) take() string {
	all := escaped.ReplaceAllStringFunc(string(t.bytes), func(found string) string {
		code, err := strconv.ParseUint(found[2:6], 16, 16)
		if err != nil {
			return found
		}
		return string(rune(code))
	})
	t.bytes = t.bytes[:0]
	return all
}
