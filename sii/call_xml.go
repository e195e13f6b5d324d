package sii

import (
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// node is an element of an answer. Names are without prefix, since the SII's
// answers differ in prefixes and namespaces, but not in names.
type node struct {
	name     string
	chardata string
	children []*node
}

// Bounds of an answer.
const (
	maxNodeDepth = 64
	maxNodes     = 200_000
)

// parseNode reads an XML document. It is lenient with what a damaged glosa may
// hold, and with nothing else.
func parseNode(text string) (*node, error) {
	decoder := xml.NewDecoder(strings.NewReader(repairChars(strings.TrimLeft(text, "\ufeff \t\r\n"))))
	decoder.Strict = false                                                                           // an unescaped & in a text
	decoder.CharsetReader = func(_ string, input io.Reader) (io.Reader, error) { return input, nil } // is UTF-8 by now
	var stack []*node
	var root *node
	count := 0
	for {
		token, err := decoder.RawToken()
		switch {
		case errors.Is(err, io.EOF) && root != nil && len(stack) == 0:
			return root, nil
		case errors.Is(err, io.EOF):
			return nil, io.ErrUnexpectedEOF
		case err != nil:
			return nil, err
		}
		switch token := token.(type) {
		case xml.StartElement:
			if count++; count > maxNodes || len(stack) >= maxNodeDepth {
				return nil, errors.New("the answer is too deep or has too many elements")
			}
			n := &node{name: token.Name.Local}
			switch {
			case len(stack) > 0:
				parent := stack[len(stack)-1]
				parent.children = append(parent.children, n)
			case root == nil:
				root = n
			default:
				return nil, errors.New("the answer has more than one root")
			}
			stack = append(stack, n)
		case xml.EndElement:
			if len(stack) == 0 || stack[len(stack)-1].name != token.Name.Local {
				return nil, errors.New("the answer has tags that do not match")
			}
			stack = stack[:len(stack)-1]
		case xml.CharData:
			if len(stack) > 0 {
				stack[len(stack)-1].chardata += string(token)
			}
		case xml.Directive:
			return nil, errors.New("the answer has a document type")
		}
	}
}

// child returns the first child of that name, or nil.
func (n *node) child(name string) *node {
	if n == nil {
		return nil
	}
	for _, c := range n.children {
		if c.name == name {
			return c
		}
	}
	return nil
}

// text returns the trimmed text of the first child of that name.
func (n *node) text(name string) string {
	if c := n.child(name); c != nil {
		return trim(c.chardata)
	}
	return ""
}

// find returns the first element of that name, the node itself included.
func (n *node) find(name string) *node {
	if n == nil || n.name == name {
		return n
	}
	for _, c := range n.children {
		if found := c.find(name); found != nil {
			return found
		}
	}
	return nil
}

var charReference = regexp.MustCompile(`&#(?:x[0-9a-fA-F]{1,8}|[0-9]{1,10});`)

// repairChars replaces characters that XML does not have, which a damaged glosa
// may hold, so that the answer can be read at all.
func repairChars(s string) string {
	s = strings.Map(func(r rune) rune {
		if isXMLChar(r) {
			return r
		}
		return utf8.RuneError
	}, s)
	return charReference.ReplaceAllStringFunc(s, func(ref string) string {
		digits, base := ref[2:len(ref)-1], 10
		if digits[0] == 'x' {
			digits, base = digits[1:], 16
		}
		code, err := strconv.ParseUint(digits, base, 32)
		if err != nil || code > utf8.MaxRune || !isXMLChar(rune(code)) {
			return string(utf8.RuneError)
		}
		return ref
	})
}

func isXMLChar(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || r >= 0x20 && r <= 0xD7FF || r >= 0xE000 && r <= 0xFFFD || r >= 0x10000
}
