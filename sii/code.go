package sii

import (
	"strings"
	"time"
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
