package dte

import (
	"bytes"
	"iter"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/ofitec/chile/xmlsig"
)

// Form says over which bytes a stamp's signature is valid.
type Form string

// The forms, in the order in which they are tried. The first is the SII's rule.
// The others are for issuers whose program wrote one text and signed another.
const (
	// FormSII is the element as written in the file, flattened, in ISO-8859-1.
	FormSII Form = "iso-8859-1"
	// FormFile is the same in the encoding of the file, if that differs.
	FormFile Form = "encoding of the file"
	// FormRewritten is the element rewritten in ISO-8859-1, with quotes unchanged.
	FormRewritten Form = "rewritten"
	// FormQuotes is the element rewritten with quotes as &quot; and &apos;.
	FormQuotes Form = "rewritten, quotes as entities"
	// FormReferences is the element rewritten with letters outside ASCII as
	// &#225;.
	FormReferences Form = "rewritten, letters as references"
	// FormBoth is the element rewritten with both changes.
	FormBoth Form = "rewritten, quotes as entities, letters as references"
)

// maxSealed bounds the elements DD and DA; real ones have about 700 bytes.
const maxSealed = 32 << 10

// sealed is an element that a signature of a stamp or CAF covers, with the
// encoding of its document (xmlsig.Document.Encoding).
type sealed struct {
	element  xmlsig.Element
	encoding string
}

// forms yields the bytes over which a signature of the element may have been
// made, each once. All of them say exactly the same values as the element. For
// an element longer than 32 KiB there are none.
func (s sealed) forms() iter.Seq2[Form, []byte] {
	return func(yield func(Form, []byte) bool) {
		canonical := s.element.Canonical()
		if len(canonical) > maxSealed {
			return
		}
		canonical = flatten(canonical)
		var tried [][]byte
		try := func(form Form, text []byte, ok bool) bool {
			if !ok || slices.ContainsFunc(tried, func(b []byte) bool { return bytes.Equal(b, text) }) {
				return true
			}
			tried = append(tried, text)
			return yield(form, text)
		}
		if source, ok := s.written(canonical); ok {
			text, ok := toLatin1(s.encoding, source)
			if !try(FormSII, text, ok) || !try(FormFile, source, true) {
				return
			}
		}
		for _, rewrite := range rewrites {
			text, ok := toLatin1(utf8Name, rewrite.text(canonical))
			if !try(rewrite.form, text, ok) {
				return
			}
		}
	}
}

// written returns the element's own bytes, flattened, in the encoding of the
// file. They may hold comments, CDATA sections or white space that the canonical
// form does not cover, and so neither does the document's signature. They count
// only if reading them again gives the element's canonical form. Otherwise a
// stamp could be valid over values other than those that are read.
func (s sealed) written(canonical []byte) (source []byte, ok bool) {
	source = s.element.Source()
	if len(source) > maxSealed {
		return nil, false
	}
	source = flatten(source)
	if bytes.Equal(source, canonical) && (s.encoding == utf8Name || isASCII(source)) {
		return source, true
	}
	whole := append([]byte(`<?xml version="1.0" encoding="`+s.encoding+`"?>`), source...)
	again, err := xmlsig.Parse(whole)
	if err != nil {
		return nil, false
	}
	return source, bytes.Equal(flatten(again.Unverified().Canonical()), canonical)
}

// rewrites are the forms that programs sign after rewriting the element.
var rewrites = []struct {
	form Form
	text func(canonical []byte) []byte
}{
	{FormRewritten, func(canonical []byte) []byte { return canonical }},
	{FormQuotes, quoteEntities},
	{FormReferences, letterReferences},
	{FormBoth, func(canonical []byte) []byte { return letterReferences(quoteEntities(canonical)) }},
}

// quoteEntities writes the quotes in texts as entities. Quotes in attributes
// stay.
func quoteEntities(src []byte) []byte {
	dst := make([]byte, 0, len(src)+16)
	inTag := false
	for _, c := range src {
		switch {
		case c == '<':
			inTag = true
		case c == '>':
			inTag = false
		case c == '"' && !inTag:
			dst = append(dst, "&quot;"...)
			continue
		case c == '\'' && !inTag:
			dst = append(dst, "&apos;"...)
			continue
		}
		dst = append(dst, c)
	}
	return dst
}

// letterReferences writes what is not ASCII as decimal references.
func letterReferences(src []byte) []byte {
	dst := make([]byte, 0, len(src)+16)
	for _, r := range string(src) {
		if r < utf8.RuneSelf {
			dst = append(dst, byte(r))
			continue
		}
		dst = append(dst, "&#"...)
		dst = strconv.AppendInt(dst, int64(r), 10)
		dst = append(dst, ';')
	}
	return dst
}

const utf8Name = "UTF-8"

// toLatin1 converts a text of that encoding to ISO-8859-1. If ok is false, it
// holds a letter that ISO-8859-1 does not have.
func toLatin1(encoding string, text []byte) (latin []byte, ok bool) {
	if isASCII(text) {
		return text, true
	}
	switch encoding {
	case utf8Name:
		latin = make([]byte, 0, len(text))
		for _, r := range string(text) {
			if r > 0xff {
				return nil, false
			}
			latin = append(latin, byte(r))
		}
		return latin, true
	case "windows-1252":
		// The two differ only in 0x80 to 0x9f, where windows-1252 has letters.
		return text, !slices.ContainsFunc(text, func(c byte) bool { return c >= 0x80 && c < 0xa0 })
	}
	return text, true
}

func isASCII(text []byte) bool {
	return !slices.ContainsFunc(text, func(c byte) bool { return c >= utf8.RuneSelf })
}
