package redact

import (
	"bytes"
	"slices"
	"strings"
)

const (
	pieceSize  = 1 << 10   // from which on a long text is cut
	pieceMax   = 128 << 10 // what Replace is asked of at once
	minEncoded = 8         // digits of base64 or hexadecimal that hold a secret with its name
	maxFigures = 16        // digits in a row that are a number, not hexadecimal
	maxClean   = 10_000    // runs that are remembered
)

// Long redacts texts of megabytes, such as registers with many rows. It cuts a
// text between rows, elements or lines of CSV, and calls Replace only for parts that
// may have a secret. It is not safe for concurrent use.
type Long struct {
	redactor *Redactor
	with     func(secret string) string
	shortest int             // digits of base64 that hold the shortest secret
	clean    map[string]bool // runs that may be packed and have no secret
}

// Long returns a Long of the Redactor. The function gives the replacement of each
// secret.
func (r *Redactor) Long(with func(secret string) string) *Long {
	l := &Long{redactor: r, with: with, shortest: minEncoded, clean: map[string]bool{}}
	if r != nil {
		for _, secret := range r.known {
			l.shortest = min(l.shortest, (len(secret)*4+2)/3)
		}
	}
	return l
}

// Replace is Redactor.Replace. It reports whether it was done: a text of more than
// 128 KiB that cannot be cut is not.
func (l *Long) Replace(text string) (redacted string, ok bool) {
	var b strings.Builder
	b.Grow(len(text))
	for text != "" {
		piece := text[:cutAt(text)]
		text = text[len(piece):]
		switch {
		case len(piece) > pieceMax:
			return "", false
		case l.isClean(piece):
			b.WriteString(piece)
		default:
			b.WriteString(l.redactor.Replace(piece, l.with))
		}
	}
	return b.String(), true
}

// cutAt returns where the first piece of a text ends: between two rows of JSON, two
// elements of XML or two lines of CSV, where no secret and its name stand.
func cutAt(text string) int {
	for i := pieceSize; i < len(text); i++ {
		switch before, after := text[i-1], text[i]; {
		case before == ',' && after == '{' && text[i-2] == '}',
			before == '>' && after == '<',
			before == '\n' && after != '\n' && isCSV(text[max(0, i-100):i-1]) && isCSV(text[i:min(len(text), i+100)]):
			return i
		}
	}
	return len(text)
}

// isCSV reports whether a part of a text has several values in one line.
func isCSV(part string) bool { return strings.Count(part, ";") > 2 }

// isClean reports whether a text surely has no secret.
func (l *Long) isClean(text string) bool {
	if strings.ContainsAny(text, "%&\\\x00") {
		return false // escapes
	}
	folded := lower([]byte(text))
	for _, f := range forms {
		if slices.ContainsFunc(f.hints, func(hint []byte) bool { return len(hint) > 1 && bytes.Contains(folded, hint) }) {
			return false
		}
	}
	found := rutAndPassword.expression.MatchString(text)
	l.redactor.markKnown([]byte(text), func(int, int) { found = true })
	if found {
		return false
	}
	for _, run := range packedRuns([]byte(text)) {
		if !l.isCleanRun(text[run.from:run.to]) {
			return false
		}
	}
	return true
}

// isCleanRun reports whether what may be base64 or hexadecimal surely has no secret.
func (l *Long) isCleanRun(run string) bool {
	switch {
	case len(run) < l.shortest,
		len(run) < maxFigures && strings.Trim(run, "0123456789") == "":
		return true
	}
	clean, known := l.clean[run]
	if !known {
		clean = l.redactor.Replace(run, blank) == run
		if len(l.clean) >= maxClean {
			clear(l.clean)
		}
		l.clean[run] = clean
	}
	return clean
}
