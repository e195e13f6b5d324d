package sii

import (
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/beevik/etree"
)

// Bounds of an answer.
const (
	maxXMLDepth    = 64
	maxXMLElements = 200_000
)

var (
	errXMLSize  = errors.New("the answer is too deep or has too many elements")
	errXMLType  = errors.New("the answer has a document type")
	errXMLTags  = errors.New("the answer has tags that do not match")
	errXMLRoots = errors.New("the answer has more than one root")
)

// parseXML reads an XML document and returns its root. It tolerates what a
// damaged glosa may contain, and nothing else. Names are compared without
// prefix: the SII's answers differ in prefixes and namespaces, but not in names.
func parseXML(text string) (*etree.Element, error) {
	text = repairChars(strings.TrimLeft(text, "\ufeff \t\r\n"))
	doc := etree.NewDocument()
	doc.ReadSettings = etree.ReadSettings{
		Permissive: true, // an unescaped & in a text
		MaxDepth:   maxXMLDepth,
	}
	var syntax *xml.SyntaxError
	_, err := doc.ReadFrom(&elementCounter{r: strings.NewReader(text), left: maxXMLElements})
	roots := doc.ChildElements()
	switch {
	case errors.Is(err, etree.ErrMaxDepth):
		return nil, errXMLSize
	case errors.Is(err, etree.ErrXML) && len(roots) > 0 && !endsWith(text, roots[len(roots)-1]),
		errors.As(err, &syntax) && syntax.Msg == "unexpected EOF": // inside a tag
		return nil, io.ErrUnexpectedEOF
	case errors.Is(err, etree.ErrXML):
		return nil, errXMLTags
	case err != nil:
		return nil, err
	case hasDocumentType(&doc.Element):
		return nil, errXMLType
	case len(roots) == 0:
		return nil, io.ErrUnexpectedEOF
	case len(roots) > 1:
		return nil, errXMLRoots
	}
	return roots[0], nil
}

// endsWith reports whether a text ends with the end of the element, so nothing
// after it was cut off.
func endsWith(text string, root *etree.Element) bool {
	return strings.HasSuffix(strings.TrimRight(text, " \t\r\n"), "</"+root.FullTag()+">")
}

func hasDocumentType(e *etree.Element) bool {
	for _, token := range e.Child {
		switch token := token.(type) {
		case *etree.Directive:
			return true
		case *etree.Element:
			if hasDocumentType(token) {
				return true
			}
		}
	}
	return false
}

// elementCounter stops a document with too many elements while it is read,
// because the parser would build all of them.
type elementCounter struct {
	r     io.Reader
	left  int
	began bool // the last byte was a <
}

// Read implements io.Reader.
func (c *elementCounter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	for _, b := range p[:n] {
		if c.began && b != '/' && b != '!' && b != '?' {
			c.left--
		}
		c.began = b == '<'
	}
	if c.left < 0 {
		return 0, errXMLSize
	}
	return n, err
}

// childText returns the trimmed text of the first child of that name. The element
// may be nil.
func childText(e *etree.Element, name string) string {
	if e == nil {
		return ""
	}
	return elementText(e.SelectElement(name))
}

// elementText returns the trimmed text of an element, with all its parts:
// comments may be between them. The element may be nil.
func elementText(e *etree.Element) string {
	if e == nil {
		return ""
	}
	var text strings.Builder
	for _, token := range e.Child {
		if data, ok := token.(*etree.CharData); ok {
			text.WriteString(data.Data)
		}
	}
	return trim(text.String())
}

// findElement returns the first element of that name, including the given one,
// or nil.
func findElement(e *etree.Element, name string) *etree.Element {
	if e == nil || e.Tag == name {
		return e
	}
	for _, child := range e.ChildElements() {
		if found := findElement(child, name); found != nil {
			return found
		}
	}
	return nil
}

var charReference = regexp.MustCompile(`&#(?:x[0-9a-fA-F]{1,8}|[0-9]{1,10});`)

// repairChars replaces characters that XML does not allow and a damaged glosa
// may contain, so that the answer can be read.
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
