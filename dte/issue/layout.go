package issue

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/ofitec/chile/dte"
)

// ErrLine says that a line of a file is longer than 4,000 bytes. The SII's parser stops
// there (CHR-00002): shorten the text.
var ErrLine = errors.New("issue: line too long")

// declaration begins every file. The SII refuses other declarations, such as one with
// standalone, with SCH-00001.
const declaration = `<?xml version="1.0" encoding="ISO-8859-1"?>` + "\n"

// laidOut turns a DTE on one line, in UTF-8, into a file in ISO-8859-1. It breaks lines
// between elements, before each part of the document and of its header, and where a line
// would become too long. This happens before anything is signed. The error is
// dte.ErrUnencodable.
func laidOut(flat []byte) ([]byte, error) {
	l := layout{out: make([]byte, 0, len(declaration)+len(flat)+len(flat)/16+64)}
	l.out = append(l.out, declaration...)
	l.line = len(l.out)
	for pos := 0; pos < len(flat); {
		end := pos + nextTag(flat[pos:])
		l.write(flat[pos:end])
		l.text = end > pos
		pos = end + tagLen(flat[end:])
		if pos > end {
			l.tag(flat[end:pos])
		}
	}
	l.breakAt(true)
	return l.out, l.err
}

// layout writes tags.
type layout struct {
	out   []byte
	line  int // where the line begins
	safe  int // last place where the line may be broken
	depth int // elements that are open
	part  int // depth of the header that is open, 0 for none

	text   bool // text is before the tag, which is an end tag
	opened bool // the tag before was a start tag

	err error // the first character that cannot be written
}

// write writes UTF-8.
func (l *layout) write(text []byte) {
	for done := 0; done < len(text); {
		next := done
		for next < len(text) && text[next] >= ' ' && text[next] < 0x7F {
			next++
		}
		l.out = append(l.out, text[done:next]...)
		if done = next; done == len(text) {
			return
		}
		r, n := utf8.DecodeRune(text[done:])
		if !writable(r) && l.err == nil {
			l.err = fmt.Errorf("%w: %q", dte.ErrUnencodable, text[done:done+n])
		}
		l.out = append(l.out, byte(r))
		done += n
	}
}

// tag writes a tag, and a line break before it if it begins a part.
func (l *layout) tag(tag []byte) {
	if closing := tag[1] == '/'; closing {
		l.depth--
		if !l.text && !l.opened {
			l.breakAt(l.depth < 2)
		}
		if l.depth < l.part {
			l.part = 0
		}
		l.opened = false
	} else {
		l.breakAt(l.depth > 0 && l.depth < 3 || l.part > 0 && l.depth == l.part)
		l.depth++
		if bytes.Equal(tag, []byte("<Encabezado>")) {
			l.part = l.depth
		}
		l.opened = true
	}
	l.write(tag)
}

// breakAt breaks the line here if it must. If the line has become too long, it breaks it
// at the last safe place.
func (l *layout) breakAt(must bool) {
	if len(l.out)-l.line > maxLine && l.safe > l.line {
		l.out = slices.Insert(l.out, l.safe, '\n')
		l.line = l.safe + 1
	}
	if must {
		l.out = append(l.out, '\n')
		l.line = len(l.out)
	}
	l.safe = len(l.out)
}

func nextTag(b []byte) int {
	if i := bytes.IndexByte(b, '<'); i >= 0 {
		return i
	}
	return len(b)
}

// tagLen returns the length of the tag that begins here. No written attribute has a '>'.
func tagLen(b []byte) int { return bytes.IndexByte(b, '>') + 1 }

// checkLines returns ErrLine for a line that is too long.
func checkLines(b []byte) error {
	for number := 1; len(b) > 0; number++ {
		line, rest, _ := bytes.Cut(b, []byte("\n"))
		if len(line) > maxLine {
			return fmt.Errorf("%w: line %d has %d bytes, more than %d", ErrLine, number, len(line), maxLine)
		}
		b = rest
	}
	return nil
}
