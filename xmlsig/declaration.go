package xmlsig

import (
	"strconv"
	"strings"
)

// declaration reads the XML declaration. The encoding was read from it before.
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
