package sii

import (
	"strings"
	"time"
)

// Text is a text in Spanish and in English.
type Text struct{ ES, EN string }

// Retry says whether a retry can help.
type Retry string

// What may be retried. The client does the first four itself, for operations
// that change nothing at the SII; see RetrySettings.
const (
	RetryNever Retry = "never" // nothing changes until someone acts
	RetryToken Retry = "token" // once, with a new token
	RetryOnce  Retry = "once"  // once, from the start
	RetrySoon  Retry = "soon"  // several times, each after a longer wait
	RetryLater Retry = "later" // after minutes or an hour, so not within a call
)

// Code is an entry of the catalogue: a code of the SII, or words or a symptom
// in place of one, with what a caller can do. The code is verbatim: 0, 00 and
// 001 are different codes.
type Code struct {
	Table   string // see Catalogue
	Code    string
	Words   string // in lower case without accents, if words identify it
	Meaning Text

	Kind    error   // one of the Err sentinels; nil if it is not a failure
	Verdict Verdict // for a state of a document or upload
	Retry   Retry   // for a failure
	Wait    time.Duration
	Advice  Text // empty if there is nothing to do
}

// Table holds the codes of one service.
type Table struct {
	Name   string
	Title  Text
	Source string
	Codes  []Code
}

// newTable returns a table whose entries have its name.
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

// findWords returns the first entry whose words are in a text, which must be in
// lower case without accents.
func (t *Table) findWords(text string) (Code, bool) {
	for _, c := range t.Codes {
		if c.Words != "" && strings.Contains(text, c.Words) {
			return c, true
		}
	}
	return Code{}, false
}

// fine returns a code that is neither a failure nor a verdict.
func fine(code, es, en string) Code { return Code{Code: code, Meaning: Text{es, en}} }

// state returns a code for the state of a document or upload.
func state(code string, verdict Verdict, advice Text, es, en string) Code {
	return Code{Code: code, Verdict: verdict, Advice: advice, Meaning: Text{es, en}}
}

// fail returns a code for a failure.
func fail(code string, kind error, retry Retry, advice Text, es, en string) Code {
	return Code{Code: code, Kind: kind, Retry: retry, Advice: advice, Meaning: Text{es, en}}
}

// with returns the entry for those words.
func (c Code) with(words string) Code { c.Words = words; return c }

// after returns the entry for a condition that passes after that time.
func (c Code) after(wait time.Duration) Code { c.Wait = wait; return c }

// in returns the entry as part of that table.
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

// refused returns the error of the entry, with the SII's words.
func (c Code) refused(op, estado, glosa string) *Error {
	e := c.failed(op)
	e.Estado, e.Glosa = estado, cutGlosa(glosa)
	return e
}
