package sii

import (
	"errors"
	"io"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/ofitec/chile/rcv"
)

// Text is a text in Spanish and in English.
type Text struct{ ES, EN string }

// Retry says whether asking again can help.
type Retry string

// What may be repeated. The client does what the first four say by itself, of
// operations that change nothing at the SII; see RetrySettings.
const (
	RetryNever Retry = "never" // nothing changes until somebody does something
	RetryToken Retry = "token" // once, with a new token
	RetryOnce  Retry = "once"  // once, from the start
	RetrySoon  Retry = "soon"  // several times, each after a longer wait
	RetryLater Retry = "later" // after minutes or an hour, so not within a call
)

// Code is an entry of the catalogue: a code of the SII, or words or a symptom
// that stand in place of one, and what a caller can do about it. The code is
// verbatim: 0, 00 and 001 differ.
type Code struct {
	Table   string // see Catalogue
	Code    string
	Words   string // in lower case without accents, if it is known by its words
	Meaning Text

	Kind    error   // one of the Err sentinels; nil if it is no failure
	Verdict Verdict // of a state of a document or upload
	Retry   Retry   // of a failure
	Wait    time.Duration
	Advice  Text // empty if there is nothing to do
}

// Table is the codes of one service.
type Table struct {
	Name   string
	Title  Text
	Source string
	Codes  []Code
}

// Catalogue yields the tables of all codes that are known of the SII, also of
// services that the package does not call. docs/errores.md shows them.
func Catalogue() iter.Seq[Table] {
	return func(yield func(Table) bool) {
		for _, t := range tables {
			shown := *t
			shown.Codes = slices.Clone(t.Codes)
			if !yield(shown) {
				return
			}
		}
	}
}

// FindCode returns the entry of a table for a code, and whether there is one.
func FindCode(table, code string) (Code, bool) {
	for _, t := range tables {
		if t.Name == table {
			return t.find(code)
		}
	}
	return Code{}, false
}

//go:generate go test . -run TestDocumentOfTheCatalogue -update

// tables are the catalogue.
var tables = []*Table{
	httpCodes, networkCodes, pageCodes, portalCodes,
	seedCodes, tokenCodes, rcvCodes, rcvMessages,
	documentCodes, documentServerCodes, uploadCodes, uploadDetailCodes, signatureCodes, mailCodes, validationCodes,
	sendCodes, boletaCodes, claimCodes, cessionSendCodes, cessionCodes, cessionStates,
}

// newTable returns a table whose entries know where they are.
func newTable(name, es, en, source string, codes ...Code) *Table {
	t := &Table{Name: name, Title: Text{es, en}, Source: source, Codes: codes}
	for i := range t.Codes {
		t.Codes[i].Table = name
	}
	return t
}

func (t *Table) find(code string) (Code, bool) {
	for _, c := range t.Codes {
		if c.Code == code && c.Words == "" {
			return c, true
		}
	}
	return Code{}, false
}

// findWords returns the first entry whose words a text has, which is in lower case
// without accents.
func (t *Table) findWords(text string) (Code, bool) {
	for _, c := range t.Codes {
		if c.Words != "" && strings.Contains(text, c.Words) {
			return c, true
		}
	}
	return Code{}, false
}

// fine is a code that is no failure and no verdict.
func fine(code, es, en string) Code { return Code{Code: code, Meaning: Text{es, en}} }

// state is a code of the state of a document or upload.
func state(code string, verdict Verdict, advice Text, es, en string) Code {
	return Code{Code: code, Verdict: verdict, Advice: advice, Meaning: Text{es, en}}
}

// fail is a code of a failure.
func fail(code string, kind error, retry Retry, advice Text, es, en string) Code {
	return Code{Code: code, Kind: kind, Retry: retry, Advice: advice, Meaning: Text{es, en}}
}

// with returns the entry for those words.
func (c Code) with(words string) Code { c.Words = words; return c }

// after returns the entry of what passes by itself after that time.
func (c Code) after(wait time.Duration) Code { c.Wait = wait; return c }

// in returns the entry as one of that table.
func (c Code) in(table string) Code { c.Table = table; return c }

// each returns an entry for each of the codes.
func (c Code) each(codes ...string) (all []Code) {
	for _, code := range codes {
		c.Code = code
		all = append(all, c)
	}
	return all
}

// failed returns the error of the entry.
func (c Code) failed(op string) *Error {
	return &Error{Op: op, Kind: c.Kind, RetryAfter: c.Wait, code: &c}
}

// refused returns the error of the entry, with what the SII said.
func (c Code) refused(op, estado, glosa string) *Error {
	e := c.failed(op)
	e.Estado, e.Glosa = estado, cutGlosa(glosa)
	return e
}

// codeOf returns the entry of a table for a code of an answer; codeUnknown if there
// is none.
func codeOf(t *Table, code string) Code {
	if c, ok := t.find(code); ok && c.Kind != nil {
		return c
	}
	return codeUnknown
}

// unknownForm is the error of an answer that lacks what it must have.
func unknownForm(op, estado string, cause error) *Error {
	e := codeUnknown.refused(op, estado, "")
	e.Err = cause
	return e
}

// notUnderstood is the error of an answer that cannot be read: one that ends in its
// middle, or one in no known form.
func notUnderstood(op string, cause error) *Error {
	code := codeUnknown
	switch {
	case errors.Is(cause, io.ErrUnexpectedEOF), errors.Is(cause, io.EOF):
		code = codeTruncated
	case errors.Is(cause, rcv.ErrTooLong):
		code = codeLarge
	}
	e := code.failed(op)
	e.Err = cause
	return e
}
