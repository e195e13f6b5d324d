// Package redact blanks secrets in texts that people come to see: in logs, in
// errors and in samples of answers.
//
// It knows secrets in two ways: by their value, in whatever encoding that
// services of the SII or HTTP use, and by the names that stand beside them, such
// as TOKEN, clave or Cookie.
package redact

import (
	"bytes"
	"strings"
)

// Mark stands in place of what was blanked. It is not blanked again.
const Mark = "***"

const (
	minKnown  = 4 // bytes of a secret that is looked for by its value
	maxRounds = 5 // of encodings within encodings
	maxInner  = 3 // of base64 or hexadecimal within the same
)

// Redactor blanks secrets. The zero value and nil know none by value. It may be
// used from many goroutines at once.
type Redactor struct {
	known [][]byte // in lower case
}

// New returns a Redactor that knows these secrets by value, in addition to what
// names tell. Those of less than four bytes are left out: they would stand
// anywhere. One that has characters which begin escapes (%, & and \) may be missed
// where it stands among escapes that give digits.
func New(secrets ...string) *Redactor {
	r := &Redactor{}
	for _, secret := range secrets {
		if len(secret) >= minKnown {
			r.known = append(r.known, lower([]byte(secret)))
		}
	}
	return r
}

// Text returns the text with its secrets blanked, also those that were cut off
// at its end. It is meant for texts of some kilobytes: what it does takes a
// multiple of their length. See Long.
func (r *Redactor) Text(text string) string { return r.Replace(text, blank) }

func blank(string) string { return Mark }

// Replace returns the text with what the function gives in place of each secret.
// Secrets that touch each other count as one.
func (r *Redactor) Replace(text string, with func(secret string) string) string {
	marked := make([]bool, len(text))
	r.mark(viewOf([]byte(text)), 0, func(from, to int) {
		for i := from; i < to; i++ {
			marked[i] = true
		}
	})
	var b strings.Builder
	for i := 0; i < len(text); {
		from := i
		for i < len(text) && marked[i] == marked[from] {
			i++
		}
		if marked[from] {
			b.WriteString(with(text[from:i]))
		} else {
			b.WriteString(text[from:i])
		}
	}
	return b.String()
}

// Text blanks what names tell to be secret.
func Text(text string) string { return (*Redactor)(nil).Text(text) }

// mark reports the parts of the source of a view that are secret, in the view and
// in what it decodes to.
func (r *Redactor) mark(v view, inner int, report func(from, to int)) {
	for range maxRounds {
		of := func(from, to int) {
			if from < to {
				report(v.from[from], v.to[to-1])
			}
		}
		r.markKnown(v.text, of)
		if inner == 0 || isText(v.text) {
			markNamed(v.text, of)
		}
		if inner < maxInner {
			r.markPacked(v.text, inner, of)
		}
		decoded, changed := v.decode()
		if !changed {
			return
		}
		v = decoded
	}
}

// markKnown reports where known secrets stand, and where the text ends in the
// beginning of one.
func (r *Redactor) markKnown(text []byte, report func(from, to int)) {
	if r == nil || len(r.known) == 0 {
		return
	}
	folded := lower(text)
	for _, secret := range r.known {
		for from := 0; ; {
			at := bytes.Index(folded[from:], secret)
			if at < 0 {
				break
			}
			report(from+at, from+at+len(secret))
			from += at + 1
		}
		for n := min(len(secret)-1, len(folded)); n >= minKnown; n-- {
			if bytes.HasSuffix(folded, secret[:n]) {
				report(len(folded)-n, len(folded))
				break
			}
		}
	}
}

// lower returns the text in lower case, byte by byte as to ASCII, so that places
// stay where they are. A plus is a space, as in forms.
func lower(text []byte) []byte {
	folded := make([]byte, len(text))
	for i, c := range text {
		switch {
		case 'A' <= c && c <= 'Z':
			c += 'a' - 'A'
		case c == '+':
			c = ' '
		}
		folded[i] = c
	}
	return folded
}

// markPacked reports runs of base64 or hexadecimal that have a secret in them.
func (r *Redactor) markPacked(text []byte, inner int, report func(from, to int)) {
	for _, run := range packedRuns(text) {
		for _, unpacked := range run.unpack() {
			found := false
			r.mark(viewOf(unpacked), inner+1, func(int, int) { found = true })
			if found {
				report(run.from, run.to)
				break
			}
		}
	}
}
