// Package redact blanks secrets in texts that people read: logs, errors and samples
// of answers.
//
// It knows secrets in two ways: by their value, in whatever encoding that
// services of the SII or HTTP use, and by the names that stand beside them, such
// as TOKEN, clave or Cookie.
package redact

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// Mark replaces a blanked secret. It is not blanked again.
const Mark = "***"

const (
	minKnown  = 4 // bytes of a secret that is looked for by its value
	maxRounds = 5 // of encodings within encodings
	maxInner  = 3 // of base64 or hexadecimal within the same
)

// Redactor blanks secrets. The zero value and nil know none by value. It is safe for
// concurrent use, except Learn and Clear.
type Redactor struct {
	known [][]byte // in lower case
}

// New returns a Redactor that knows these secrets by value, in addition to those that
// names show. It leaves out secrets of less than four bytes: they would match
// anywhere. It may miss a secret with characters that begin escapes (%, & and \) among
// escapes that give digits.
func New(secrets ...string) *Redactor {
	r := &Redactor{}
	for _, secret := range secrets {
		r.Learn([]byte(secret))
	}
	return r
}

// Learn adds a secret. The Redactor keeps only one copy of it, which Clear
// overwrites. Learn and Clear are not safe for concurrent use.
func (r *Redactor) Learn(secret []byte) {
	if len(secret) < minKnown {
		return
	}
	r.known = append(r.known, lower(secret))
	if bytes.Contains(secret, []byte("  ")) { // in a page that is read, or in a sentence that is cut
		r.known = append(r.known, oneSpace(r.known[len(r.known)-1]))
	}
	if latin, ok := latin1(secret); ok {
		r.known = append(r.known, latin, asLatin1(secret))
	}
}

// oneSpace returns the text with one space where it has several.
func oneSpace(text []byte) []byte {
	single := make([]byte, 0, len(text))
	for i, c := range text {
		if c != ' ' || i == 0 || text[i-1] != ' ' {
			single = append(single, c)
		}
	}
	return single
}

// latin1 returns a text that is not ASCII in ISO-8859-1, in lower case as to ASCII.
func latin1(text []byte) (latin []byte, ok bool) {
	latin = make([]byte, 0, len(text))
	for rest := text; len(rest) > 0; {
		c, size := utf8.DecodeRune(rest)
		if c == utf8.RuneError || c > 0xff {
			clear(latin)
			return nil, false
		}
		latin, rest = append(latin, byte(c)), rest[size:]
	}
	lowerInPlace(latin)
	return latin, len(latin) < len(text)
}

// asLatin1 returns what becomes of a text that is taken for ISO-8859-1.
func asLatin1(text []byte) []byte {
	wrong := make([]byte, 0, 2*len(text)) // never grown: a copy would be left behind
	for _, c := range text {
		wrong = utf8.AppendRune(wrong, rune(c))
	}
	lowerInPlace(wrong)
	return wrong
}

// Clear overwrites the secrets that the Redactor knows. It knows none afterwards.
func (r *Redactor) Clear() {
	for _, secret := range r.known {
		clear(secret)
	}
	r.known = nil
}

// Text returns the text with its secrets blanked, also those that were cut off at its
// end. It is for texts of some kilobytes, because it needs a multiple of their length.
// For longer ones, see Long.
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

// Text blanks secrets that their names show.
func Text(text string) string { return (*Redactor)(nil).Text(text) }

// mark reports the secret parts of the source of a view, in the view and in its
// decoded forms.
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

// markKnown reports where known secrets are, and where the text ends in the beginning
// of one.
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
	folded := bytes.Clone(text)
	lowerInPlace(folded)
	return folded
}

func lowerInPlace(text []byte) {
	for i, c := range text {
		switch {
		case 'A' <= c && c <= 'Z':
			text[i] = c + 'a' - 'A'
		case c == '+':
			text[i] = ' '
		}
	}
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
