package xmlsig

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// scanner reads a document in one pass, and writes its canonical form as it
// goes (XML 1.0 without document type, Namespaces in XML 1.0). Most of a source
// is already canonical: src[mark:pos] is appended unchanged later.
type scanner struct {
	limits limits
	src    string // valid UTF-8
	pos    int
	mark   int
	doc    *Document
	open   []int32 // open elements
	part   string  // the name of elements to stop at, see Splitter
	nodes  int     // bound of elements, attributes and declarations of the source
}

func newScanner(text string, bounds limits) *scanner { return newScannerFor(text, len(text), bounds) }

// newScannerFor returns a scanner that has room for an element of that size.
func newScannerFor(text string, size int, bounds limits) *scanner {
	return &scanner{limits: bounds, nodes: maxNodes(len(text), bounds), src: text, open: make([]int32, 0, 16), doc: &Document{
		text:     text,
		canon:    make([]byte, 0, size+size/32+64),
		elements: make([]element, 0, size/48+8),
		around:   surroundings{scope: -1},
	}}
}

// again prepares for another text. The document before is no more: its memory is
// used again.
func (s *scanner) again(text string) {
	old := s.doc
	clear(old.ids)
	*s = scanner{limits: s.limits, nodes: maxNodes(len(text), s.limits), src: text, open: s.open[:0], doc: &Document{
		text: text, canon: old.canon[:0], elements: old.elements[:0], attrs: old.attrs[:0], scopes: old.scopes[:0],
		ids: old.ids, signatures: old.signatures[:0], around: surroundings{scope: -1},
	}}
}

func (s *scanner) fail(format string, args ...any) error {
	return fmt.Errorf("%w: at byte %d: %s", ErrMalformed, s.pos, fmt.Sprintf(format, args...))
}

// flush appends the text that was read and is already canonical. If the buffer
// is too small, its size is doubled.
func (s *scanner) flush() {
	const escaped = 16 // what may follow without a flush
	s.reserve(s.pos - s.mark + escaped)
	s.doc.canon = append(s.doc.canon, s.src[s.mark:s.pos]...)
	s.mark = s.pos
}

// reserve makes room for n bytes and at least doubles the buffer.
func (s *scanner) reserve(n int) {
	if canon := s.doc.canon; cap(canon)-len(canon) < n {
		s.doc.canon = slices.Grow(canon, max(len(canon), n))
	}
}

// canonLen returns the length of the canonical form so far.
func (s *scanner) canonLen() int32 { return int32(len(s.doc.canon) + s.pos - s.mark) } //nolint:gosec // the size is bounded

func (s *scanner) rest() string { return s.src[s.pos:] }

func (s *scanner) at(token string) bool { return strings.HasPrefix(s.rest(), token) }

func (s *scanner) skip(token string) bool {
	if s.at(token) {
		s.pos += len(token)
		return true
	}
	return false
}

// space skips white space, and reports whether there was any.
func (s *scanner) space() bool {
	start := s.pos
	for s.pos < len(s.src) && isSpace(s.src[s.pos]) {
		s.pos++
	}
	return s.pos > start
}

// document reads a whole document: declaration, root, and what may surround the
// root.
func (s *scanner) document() error {
	if err := s.prolog(); err != nil {
		return err
	}
	if err := s.tree(); err != nil {
		return err
	}
	return s.end()
}

// end reads what follows the root.
func (s *scanner) end() error {
	s.flush()
	if err := s.misc(); err != nil {
		return err
	}
	if s.pos < len(s.src) {
		return s.fail("something follows the root")
	}
	return nil
}

// prolog reads what precedes the root.
func (s *scanner) prolog() error {
	if s.at("<?xml") && len(s.rest()) > 5 && isSpace(s.rest()[5]) {
		if err := s.declaration(); err != nil {
			return err
		}
	}
	err := s.misc()
	s.mark = s.pos
	return err
}

// tree reads an element and its content.
func (s *scanner) tree() error {
	if !s.at("<") {
		return s.fail("an element is missing")
	}
	if err := s.startTag(); err != nil {
		return err
	}
	for len(s.open) > 0 {
		if err := s.content(); err != nil {
			return err
		}
	}
	return nil
}

// misc reads what may precede and follow the root. White space there is not in
// the canonical form.
func (s *scanner) misc() error {
	for {
		s.space()
		s.mark = s.pos
		var err error
		switch {
		case s.at("<!--"):
			err = s.comment()
		case s.at("<?"):
			err = s.outerInstruction()
		case s.at("<!"):
			return s.fail("a document type is not accepted")
		default:
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// outerInstruction reads a processing instruction outside the root. The
// canonical form puts it on its own line.
func (s *scanner) outerInstruction() error {
	after := len(s.doc.elements) > 0
	if after {
		s.doc.canon = append(s.doc.canon, '\n')
	}
	if err := s.instruction(); err != nil {
		return err
	}
	if !after {
		s.doc.canon = append(s.doc.canon, '\n')
	}
	return nil
}

// content reads text up to the next markup, and the markup.
func (s *scanner) content() error {
	tag, err := s.filling()
	switch {
	case err != nil || !tag:
		return err
	case s.src[s.pos+1] == '/':
		return s.endTag()
	default:
		return s.startTag()
	}
}

// filling reads text up to the next markup, and the markup if it is no tag.
func (s *scanner) filling() (tag bool, err error) {
	for src, start := s.src, s.pos; ; {
		i := s.pos
		for i < len(src) && plainText[src[i]] {
			i++
		}
		s.pos = i
		switch {
		case i+1 >= len(src):
			return false, s.fail("unfinished element")
		case src[i] != '<':
			if err := s.special(start); err != nil {
				return false, err
			}
			continue
		case src[i+1] == '?':
			return false, s.instruction()
		case src[i+1] != '!':
			return true, nil
		case s.at("<!--"):
			return false, s.comment()
		case s.at("<![CDATA["):
			return false, s.cdata()
		default:
			return false, s.fail("<! in an element")
		}
	}
}

// special reads a character of text that began at start: one that the canonical
// form changes, or that XML may not have.
func (s *scanner) special(start int) error {
	switch c := s.src[s.pos]; c {
	case '&':
		r, n, err := s.reference(s.rest())
		if err != nil {
			return err
		}
		s.flush()
		var buf [utf8.UTFMax]byte
		s.doc.canon = appendText(s.doc.canon, string(buf[:utf8.EncodeRune(buf[:], r)]))
		s.pos += n
	case '>':
		if s.pos-start >= 2 && s.src[s.pos-2:s.pos] == "]]" {
			return s.fail("]]> in text")
		}
		s.flush()
		s.doc.canon = append(s.doc.canon, "&gt;"...)
		s.pos++
	case '\r':
		s.flush()
		s.pos++
		if s.at("\n") {
			s.mark = s.pos
			s.pos++
			return nil
		}
		s.doc.canon = append(s.doc.canon, '\n')
	default:
		r, n := utf8.DecodeRuneInString(s.rest())
		if !isChar(r) {
			return s.fail("character %U", r)
		}
		s.pos += n
		return nil
	}
	s.mark = s.pos
	return nil
}

// literal appends text without references, with its line ends normalised.
func (s *scanner) literal(run string) error {
	if err := s.checkChars(run); err != nil {
		return err
	}
	s.pos += len(run)
	if strings.IndexByte(run, '\r') >= 0 {
		run = normaliseLineEnds(run)
	}
	s.doc.canon = appendText(s.doc.canon, run)
	return nil
}

func normaliseLineEnds(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}

// checkChars refuses characters that XML does not allow.
func (s *scanner) checkChars(text string) error {
	for i, r := range text {
		if !isChar(r) {
			s.pos += i
			return s.fail("character %U", r)
		}
	}
	return nil
}

// reference reads a character or entity reference at the start of text.
func (s *scanner) reference(text string) (r rune, n int, err error) {
	end := strings.IndexByte(text[:min(len(text), maxReference)], ';')
	if end < 0 {
		return 0, 0, s.fail("unfinished reference")
	}
	name := text[1:end]
	n = end + 1
	switch name {
	case "amp":
		return '&', n, nil
	case "lt":
		return '<', n, nil
	case "gt":
		return '>', n, nil
	case "quot":
		return '"', n, nil
	case "apos":
		return '\'', n, nil
	}
	digits, isNumber := strings.CutPrefix(name, "#")
	base := 10
	if hex, ok := strings.CutPrefix(digits, "x"); ok {
		digits, base = hex, 16
	}
	if !isNumber || digits == "" || digits[0] == '+' || digits[0] == '-' || strings.Contains(digits, "_") {
		return 0, 0, s.fail("entity %.20q is not defined", name)
	}
	code, convErr := strconv.ParseUint(digits, base, 32)
	if convErr != nil || code > utf8.MaxRune || !isChar(rune(code)) {
		return 0, 0, s.fail("character reference %.20q", name)
	}
	return rune(code), n, nil
}

// maxReference bounds the length of a reference: XML allows any number of
// leading zeros, but no program writes them.
const maxReference = 64

// cdata reads a CDATA section, which the canonical form has as text.
func (s *scanner) cdata() error {
	s.flush()
	s.pos += len("<![CDATA[")
	text, _, ok := strings.Cut(s.rest(), "]]>")
	if !ok {
		return s.fail("unfinished CDATA section")
	}
	if err := s.literal(text); err != nil {
		return err
	}
	s.pos += len("]]>")
	s.mark = s.pos
	return nil
}

// comment reads a comment, which the canonical form leaves out.
func (s *scanner) comment() error {
	s.flush()
	s.pos += len("<!--")
	text, _, ok := strings.Cut(s.rest(), "--")
	if !ok {
		return s.fail("unfinished comment")
	}
	if err := s.checkChars(text); err != nil {
		return err
	}
	s.pos += len(text)
	if !s.skip("-->") {
		return s.fail("-- in a comment")
	}
	s.mark = s.pos
	return nil
}

// instruction reads a processing instruction.
func (s *scanner) instruction() error {
	s.flush()
	s.pos += len("<?")
	target, err := s.ncName()
	if err != nil {
		return err
	}
	if strings.EqualFold(target, "xml") {
		return s.fail("misplaced XML declaration")
	}
	data, _, ok := strings.Cut(s.rest(), "?>")
	if !ok {
		return s.fail("unfinished processing instruction")
	}
	if data != "" && !isSpace(data[0]) {
		return s.fail("processing instruction without space behind its target")
	}
	if err := s.checkChars(data); err != nil {
		return err
	}
	s.pos += len(data) + len("?>")
	s.mark = s.pos
	s.doc.canon = append(append(s.doc.canon, "<?"...), target...)
	if data = strings.TrimLeft(normaliseLineEnds(data), " \t\n"); data != "" {
		// An instruction keeps its line ends, but not carriage returns.
		s.doc.canon = append(append(s.doc.canon, ' '), data...)
	}
	s.doc.canon = append(s.doc.canon, "?>"...)
	return nil
}

// ncName reads a name without colon.
func (s *scanner) ncName() (string, error) {
	start := s.pos
	for s.pos < len(s.src) {
		r, n := rune(s.src[s.pos]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRuneInString(s.rest())
		}
		if s.pos == start && !isNameStart(r) || !isNamePart(r) {
			break
		}
		s.pos += n
	}
	switch n := s.pos - start; {
	case n == 0:
		return "", s.fail("a name is missing")
	case n > s.limits.name:
		return "", fmt.Errorf("%w: at byte %d: a name of %d bytes", ErrLimit, start, n)
	}
	return s.src[start:s.pos], nil
}

// qName reads a name with or without prefix.
func (s *scanner) qName() (prefix, local string, err error) {
	if local, err = s.ncName(); err != nil {
		return "", "", err
	}
	if s.skip(":") {
		prefix = local
		local, err = s.ncName()
	}
	return prefix, local, err
}
