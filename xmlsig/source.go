package xmlsig

import (
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// source reads text in the encoding that it declares.
type source struct {
	r       io.Reader
	limit   int
	charset charset
	buffer  []byte // into which is read
	left    []byte // the beginning of a character, in buffer
	text    string // what was read and not dropped
	done    bool   // nothing follows
}

// readAhead is how much is read at a time: many parts, so few must be parsed
// twice.
const readAhead = 256 << 10

// read calls parse with more and more of the text until it succeeds: a failure
// may only mean that the text read so far ended.
func (s *source) read(parse func() error) error {
	for {
		if s.text != "" || s.done {
			err := parse()
			if err == nil || s.done || errors.Is(err, ErrLimit) {
				return err
			}
		}
		if err := s.fill(); err != nil {
			return err
		}
	}
}

// fill reads more text, twice as much each time.
func (s *source) fill() error {
	if len(s.text) > s.limit+readAhead {
		return fmt.Errorf("%w: more than %d bytes without an end", ErrLimit, s.limit)
	}
	size := len(s.left) + max(readAhead, len(s.text))
	if cap(s.buffer) < size {
		s.buffer = append(make([]byte, 0, size), s.left...)
	}
	buffer := s.buffer[:size]
	copy(buffer, s.left)
	n, err := io.ReadFull(s.r, buffer[len(s.left):])
	buffer = buffer[:len(s.left)+n]
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		s.done = true
	case err != nil:
		return fmt.Errorf("xmlsig: reading: %w", err)
	}
	if s.charset == "" {
		if buffer, s.charset, err = charsetOf(buffer); err != nil {
			return err
		}
	}
	whole := len(buffer)
	if s.charset == utf8Charset && !s.done {
		whole = wholeRunes(buffer)
	}
	s.left = buffer[whole:]
	s.text, err = s.charset.decode(s.text, buffer[:whole])
	return err
}

func (s *source) drop(n int) { s.text = s.text[n:] }

// wholeRunes returns the length of b without an incomplete last character.
func wholeRunes(b []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(b); n++ {
		if utf8.RuneStart(b[len(b)-n]) {
			if !utf8.FullRune(b[len(b)-n:]) {
				return len(b) - n
			}
			break
		}
	}
	return len(b)
}
