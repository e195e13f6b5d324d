package xmlsig

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"unicode/utf8"
)

// SignParts signs, by its ID, the element that holds the parts of that name, as
// SignAfter does: the set of an envelope of thousands of DTEs. It reads the
// document part by part, as a Splitter does, so that it takes memory for one.
//
// The signature is inserted into src, as slices.Insert does: use only the result
// afterwards. If src has the capacity, nothing is copied.
//
// The errors are those of SignAfter; ErrShape too if the element holds no parts.
func SignParts(src []byte, id *Identity, ref, part string, opts ...Option) ([]byte, error) {
	if err := checkFIPS(); err != nil {
		return nil, err
	}
	s := NewSplitter(bytes.NewReader(src), part, opts...)
	if err := s.skipAll(); err != nil {
		return nil, err
	}
	d := s.Around()
	if target, ok := d.ids[ref]; !ok || target != s.container {
		return nil, shapeError("no element that holds elements %.40q has the ID %.40q", part, ref)
	}
	container := &d.elements[s.container]
	signature, err := d.signature(int(container.parent), "#"+ref, algC14N, d.split.sum[:], id, lineLength)
	if err != nil {
		return nil, err
	}
	behind := d.text[container.srcEnd:]
	at := len(src) - len(behind)
	if d.charset != utf8Charset {
		at = len(src) - utf8.RuneCountInString(behind)
	}
	return slices.Insert(src, at, []byte(signature)...), nil
}

// skipAll reads to the end.
func (s *Splitter) skipAll() error {
	for {
		switch err := s.Skip(); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
	}
}
