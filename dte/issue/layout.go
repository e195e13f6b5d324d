package issue

import (
	"bytes"
	"errors"
	"fmt"
)

// ErrLine says that a line of a file is longer than 4,000 bytes, where the SII's
// parser stops (CHR-00002): shorten the text.
var ErrLine = errors.New("issue: line too long")

// maxLine bounds lines. The SII's parser was seen to stop at about 4,090
// characters.
const maxLine = 4000

// broken returns the flat XML of a DTE with line breaks between elements: before
// each part of the document and of its header, and wherever a line would become too
// long. There are none in the stamp, which stands in one line. Breaks are made
// before anything is signed.
func broken(flat []byte) []byte {
	l := layout{out: make([]byte, 0, len(flat)+len(flat)/16+64)}
	for pos := 0; pos < len(flat); {
		end := pos + nextTag(flat[pos:])
		l.out = append(l.out, flat[pos:end]...)
		l.text = l.text || end > pos
		pos = end + tagLen(flat[end:])
		if pos > end {
			l.tag(flat[end:pos])
		}
	}
	l.breakAt(len(l.out), false)
	return l.out
}

// layout writes tags.
type layout struct {
	out   []byte
	line  int // where the line begins
	safe  int // last place in the line where it may be broken
	depth int // elements that are open
	stamp int // depth of the stamp that is open, 0 for none
	part  int // depth of the header that is open, 0 for none

	text   bool // text stands before the tag
	opened bool // the tag before was a start tag
}

// tag writes a tag, and a line break before it if it begins a part.
func (l *layout) tag(tag []byte) {
	switch closing := tag[1] == '/'; {
	case tag[1] == '?':
		l.out = append(l.out, tag...)
		return
	case closing:
		l.depth--
		if !l.text && !l.opened && l.stamp == 0 {
			l.breakAt(len(l.out), l.depth < 2)
		}
		if l.depth < l.stamp {
			l.stamp = 0
		}
		if l.depth < l.part {
			l.part = 0
		}
		l.opened = false
	default:
		if !l.text && l.stamp == 0 {
			l.breakAt(len(l.out), l.depth > 0 && l.depth < 3 || l.part > 0 && l.depth == l.part)
		}
		l.depth++
		switch {
		case bytes.HasPrefix(tag, []byte("<TED")):
			l.stamp = l.depth
		case bytes.HasPrefix(tag, []byte("<Encabezado>")):
			l.part = l.depth
		}
		l.opened = true
	}
	l.out = append(l.out, tag...)
	l.text = false
}

// breakAt breaks the line here, if it must be, or where it last could have been, if
// it has become too long.
func (l *layout) breakAt(at int, must bool) {
	if at-l.line > maxLine && l.safe > l.line {
		l.out = append(l.out, 0)
		copy(l.out[l.safe+1:], l.out[l.safe:])
		l.out[l.safe] = '\n'
		l.line, at = l.safe+1, at+1
	}
	if must {
		l.out = append(l.out, '\n')
		at++
		l.line = at
	}
	l.safe = at
}

func nextTag(b []byte) int {
	if i := bytes.IndexByte(b, '<'); i >= 0 {
		return i
	}
	return len(b)
}

// tagLen returns the length of the tag that begins here. In quotes a '>' ends
// nothing.
func tagLen(b []byte) int {
	var quote byte
	for i, c := range b {
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			return i + 1
		}
	}
	return len(b)
}

// checkLines finds a line that is too long.
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
