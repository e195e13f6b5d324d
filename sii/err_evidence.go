package sii

import (
	"fmt"
	"strings"

	"github.com/ofitec/chile/internal/redact"
)

// Evidence is the beginning of an answer that was none, or that refused. Tokens,
// seeds, cookies and passwords are blanked; what it says of companies and
// documents is not, except in Error.Sample.
type Evidence struct {
	ContentType string // as announced
	Text        string // at most 2 KiB, as UTF-8
	Cut         bool   // there was more
}

const (
	headBytes   = 4 << 10 // of an answer that are kept for evidence, until it was read
	maxEvidence = 2 << 10
)

// newEvidence returns the evidence of an attempt that failed, or nil if nothing
// came.
func (a *attempt) newEvidence() *Evidence {
	if a.response == nil || len(a.response.first) == 0 {
		return nil
	}
	text := redact.New(a.secrets...).Text(printable(headText(a.response.first)))
	if operationOf(a.op).signIn {
		text = redact.Shape(text) // what is new there may be a token under another name
	}
	e := &Evidence{ContentType: cutTo(a.response.header.Get("Content-Type"), 100), Text: cutTo(text, maxEvidence)}
	e.Cut = len(e.Text) < len(text) || !a.response.whole
	return e
}

// printable replaces control characters, so that the text can be shown anywhere.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\r' && r != '\t' || r == 0x7f {
			return '\ufffd'
		}
		return r
	}, text)
}

func cutTo(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	return strings.ToValidUTF8(text[:limit], "")
}

// Sample returns what there is to report of a failure, to be saved in a file: the
// facts, and the shape of what came. Of XML and JSON it has the names and no
// values; of a page the words, without digits.
func (e *Error) Sample() string {
	var b strings.Builder
	code := e.Code()
	fmt.Fprintf(&b, "op: %s\nkind: %s\nhttp status: %d\nestado: %s\nentry: %s %s\n", e.Op, KindName(e), e.HTTPStatus, e.Estado, code.Table, code.Code)
	if e.Err != nil {
		fmt.Fprintf(&b, "cause: %s\n", redact.Text(e.Err.Error()))
	}
	if e.Evidence != nil {
		fmt.Fprintf(&b, "content type: %s\nthere was more: %t\n\n%s\n", e.Evidence.ContentType, e.Evidence.Cut, redact.Shape(e.Evidence.Text))
	}
	return b.String()
}
