package sii

import (
	"fmt"
	"strings"

	"github.com/ofitec/chile/internal/redact"
)

// Evidence is the beginning of an invalid answer, or of a refusal. Tokens,
// seeds, cookies and passwords are removed; what it says about companies and
// documents is not, except in Error.Sample.
type Evidence struct {
	ContentType string // as announced
	Text        string // at most 2 KiB, as UTF-8
	Cut         bool   // there was more
}

const maxEvidence = 2 << 10

// Sample returns a report of a failure, for a file: the facts, and the shape of
// the answer. Of XML and JSON it has the names without values; of a page the
// words without digits.
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

// newEvidence returns the evidence of an answer with that beginning. The text is
// already redacted; whole says that there was no more of it.
func newEvidence(contentType, text string, whole bool) *Evidence {
	e := &Evidence{ContentType: cutTo(contentType, 100), Text: cutTo(text, maxEvidence)}
	e.Cut = len(e.Text) < len(text) || !whole
	return e
}
