package xmlsig

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// scanner reads a document in one pass, and writes its canonical form as it
// goes (XML 1.0 without document type, Namespaces in XML 1.0).
type scanner struct {
	limits limits
	src    string
	pos    int
	doc    *Document
	open   []int // open elements
}

func (s *scanner) fail(format string, args ...any) error {
	return fmt.Errorf("%w: at byte %d: %s", ErrMalformed, s.pos, fmt.Sprintf(format, args...))
}

func (s *scanner) rest() string { return s.src[s.pos:] }

func (s *scanner) at(token string) bool { return strings.HasPrefix(s.rest(), token) }

func (s *scanner) skip(token string) bool {
	if s.at(token) {
		s.pos += len(token)
		return true
	}
	return false
}

// space skips white space, and says whether there was any.
func (s *scanner) space() bool {
	start := s.pos
	for s.pos < len(s.src) && isSpace(s.src[s.pos]) {
		s.pos++
	}
	return s.pos > start
}

// document reads a whole document: declaration, root, and what may stand around
// the root.
func (s *scanner) document() error {
	if s.at("<?xml") && len(s.rest()) > 5 && isSpace(s.rest()[5]) {
		if err := s.declaration(); err != nil {
			return err
		}
	}
	if err := s.misc(); err != nil {
		return err
	}
	if err := s.startTag(); err != nil {
		return err
	}
	for len(s.open) > 0 {
		if err := s.content(); err != nil {
			return err
		}
	}
	if err := s.misc(); err != nil {
		return err
	}
	if s.pos < len(s.src) {
		return s.fail("something follows the root")
	}
	return nil
}

// declaration reads the XML declaration. The encoding was taken from it before.
func (s *scanner) declaration() error {
	end := strings.Index(s.rest(), "?>")
	if end < 0 || end+len("?>") > maxDeclaration {
		return s.fail("unfinished or overlong XML declaration")
	}
	s.pos += len("<?xml")
	end += s.pos - len("<?xml")
	for n, name := range []string{"version", "encoding", "standalone"} {
		before := s.pos
		spaced := s.space()
		if !spaced || !s.skip(name) {
			if name == "version" {
				return s.fail("XML declaration without version")
			}
			s.pos = before
			continue
		}
		s.space()
		if !s.skip("=") {
			return s.fail("XML declaration")
		}
		s.space()
		value, ok := s.quoted()
		if !ok || !validDeclaration(n, value) {
			return s.fail("%s in the XML declaration", name)
		}
	}
	s.space()
	if s.pos != end || !s.skip("?>") {
		return s.fail("XML declaration")
	}
	return nil
}

func (s *scanner) quoted() (string, bool) {
	if s.pos >= len(s.src) || s.src[s.pos] != '"' && s.src[s.pos] != '\'' {
		return "", false
	}
	value, _, ok := strings.Cut(s.src[s.pos+1:], s.src[s.pos:s.pos+1])
	if ok {
		s.pos += len(value) + 2
	}
	return value, ok
}

func validDeclaration(n int, value string) bool {
	switch n {
	case 0:
		minor, ok := strings.CutPrefix(value, "1.")
		_, err := strconv.ParseUint(minor, 10, 16)
		return ok && err == nil
	case 1:
		return value != "" // decode has judged it
	default:
		return value == "yes" || value == "no"
	}
}

// misc reads what may stand before and after the root.
func (s *scanner) misc() error {
	for {
		s.space()
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

// outerInstruction reads a processing instruction outside the root, which the
// canonical form sets on a line of its own.
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

// content reads the next piece of content of the innermost open element.
func (s *scanner) content() error {
	switch {
	case s.pos >= len(s.src):
		return s.fail("unfinished element %s", s.doc.elements[s.open[len(s.open)-1]].local)
	case s.src[s.pos] != '<':
		return s.charData()
	case s.at("</"):
		return s.endTag()
	case s.at("<!--"):
		return s.comment()
	case s.at("<![CDATA["):
		return s.cdata()
	case s.at("<?"):
		return s.instruction()
	default:
		return s.startTag()
	}
}

// charData reads text up to the next tag.
func (s *scanner) charData() error {
	text := s.rest()
	if end := strings.IndexByte(text, '<'); end >= 0 {
		text = text[:end]
	}
	if i := strings.Index(text, "]]>"); i >= 0 {
		s.pos += i
		return s.fail("]]> in text")
	}
	for text != "" {
		if text[0] == '&' {
			r, n, err := s.reference(text)
			if err != nil {
				return err
			}
			var buf [utf8.UTFMax]byte
			s.doc.canon = appendText(s.doc.canon, string(buf[:utf8.EncodeRune(buf[:], r)]))
			s.pos += n
			text = text[n:]
			continue
		}
		run := text
		if i := strings.IndexByte(text, '&'); i >= 0 {
			run = text[:i]
		}
		if err := s.literal(run); err != nil {
			return err
		}
		text = text[len(run):]
	}
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

// checkChars refuses characters that XML does not have.
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
	end := strings.IndexByte(text, ';')
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

// cdata reads a CDATA section, which the canonical form has as text.
func (s *scanner) cdata() error {
	s.pos += len("<![CDATA[")
	text, _, ok := strings.Cut(s.rest(), "]]>")
	if !ok {
		return s.fail("unfinished CDATA section")
	}
	if err := s.literal(text); err != nil {
		return err
	}
	s.pos += len("]]>")
	return nil
}

// comment reads a comment, which the canonical form leaves out.
func (s *scanner) comment() error {
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
	return nil
}

// instruction reads a processing instruction.
func (s *scanner) instruction() error {
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
	s.doc.canon = append(append(s.doc.canon, "<?"...), target...)
	if data = strings.TrimLeft(normaliseLineEnds(data), " \t\n"); data != "" {
		// Line ends stand as they are in an instruction; a carriage return cannot.
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
	if s.pos == start {
		return "", s.fail("a name is missing")
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
