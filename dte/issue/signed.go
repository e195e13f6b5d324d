package issue

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/xmlsig"
)

// Signed is a document that is ready to send: signed, and verified as the SII does. The
// zero value is no document.
//
// It does not change and may be used from many goroutines.
type Signed struct {
	file        []byte
	element     []byte // the DTE in the file, as it goes into envelopes
	id          chile.DocumentID
	receiver    chile.RUT
	environment chile.Environment // that the CAF names, empty for none
	ref         string            // its ID
}

// Why a signed document is refused, beside *RefusedError.
var (
	// ErrEncoding says that a signed document is not in ISO-8859-1. It goes into
	// envelopes as it is, and a signed document cannot be written again: ask for the
	// original file, or issue the document in this encoding.
	ErrEncoding = errors.New("issue: signed document is not in ISO-8859-1")

	// ErrContext says that the signature is valid only with namespaces declared outside
	// of the DTE. The SII judges each DTE alone (DTE-3-505).
	ErrContext = errors.New("issue: signature does not hold over the DTE as a text of its own")
)

// RefusedError tells what is wrong with a document. errors.Is finds dte.ErrStamp,
// dte.ErrCAF, dte.ErrSchema and the like in it.
type RefusedError struct {
	ID       chile.DocumentID
	Findings []dte.Finding // those that are Wrong, at least one
}

// Error lists all findings.
func (e *RefusedError) Error() string {
	told := make([]string, len(e.Findings))
	for i := range e.Findings {
		told[i] = e.Findings[i].Error()
	}
	return fmt.Sprintf("issue: %s does not hold: %s", e.ID, strings.Join(told, "; "))
}

// Unwrap returns the errors of the findings.
func (e *RefusedError) Unwrap() []error {
	errs := make([]error, len(e.Findings))
	for i := range e.Findings {
		errs[i] = e.Findings[i]
	}
	return errs
}

// ParseSigned reads a file with one DTE that was signed earlier, perhaps by another
// program. It verifies the document again, with the given options; if nil, the defaults
// apply. It does not check who signed: use dte.Verify and a policy for that.
//
// The errors are *RefusedError, ErrNoDocument, ErrEncoding, ErrContext, ErrLine,
// dte.ErrKind, and ErrMalformed and ErrLimit of xmlsig.
func ParseSigned(src []byte, o *dte.VerifyOptions) (*Signed, error) {
	return verified(bytes.Clone(src), o)
}

// verified returns a signed document if the file is one. It keeps the file.
func verified(file []byte, o *dte.VerifyOptions) (*Signed, error) {
	report, err := dte.Verify(file, o)
	switch {
	case err != nil:
		return nil, fmt.Errorf("issue: signed document: %w", err)
	case report.File.DTE == nil:
		return nil, fmt.Errorf("issue: signed document: %w: %s, not %s", dte.ErrKind, report.File.Kind, dte.KindDTE)
	case !isOne(report.File.DTE):
		return nil, ErrNoDocument
	}
	v := &report.Documents[0]
	s := &Signed{
		file: file, id: v.DTE.ID(), receiver: v.DTE.Receiver(), ref: v.Signature.ID,
		environment: v.DTE.Stamp().Data.CAF.Data.Environment(),
	}
	if v.Schema.Has(dte.CodeSchemaRoot) {
		v.Schema = schemaInEnvelope(report, o)
	}
	accepted := dte.Policy{AnySigner: true, Environment: v.CAF.Environment}
	if refusals := report.Refusals(accepted); len(refusals) > 0 {
		return nil, &RefusedError{ID: s.id, Findings: refusals}
	}
	if c := v.Signature.Verdict.Context; c != xmlsig.InPlace {
		return nil, fmt.Errorf("%w: %s, but with %s", ErrContext, s.id, c)
	}
	if c := v.Signature.Verdict.InfoContext; c != xmlsig.InPlace {
		return nil, fmt.Errorf("%w: %s, but SignedInfo with %s", ErrContext, s.id, c)
	}
	s.element = elementOf(file, v.DTE)
	if !isISO8859(s.element, report.File.Encoding()) {
		return nil, fmt.Errorf("%w but in %s: %s", ErrEncoding, report.File.Encoding(), s.id)
	}
	if err := checkLines(s.element); err != nil {
		return nil, fmt.Errorf("%w: %s", err, s.id)
	}
	return s, nil
}

// schemaInEnvelope returns the schema's faults of a DTE that declares no namespace. Many
// programs sign it like this: the envelope gives it the SII's namespace.
func schemaInEnvelope(report *dte.Report, o *dte.VerifyOptions) dte.Grade {
	rest, ok := bytes.CutPrefix(report.Documents[0].DTE.Source(), []byte("<DTE"))
	if !ok {
		return report.Documents[0].Schema
	}
	file := slices.Concat([]byte(`<?xml version="1.0" encoding="`+report.File.Encoding()+`"?><DTE xmlns="http://www.sii.cl/SiiDte"`), rest)
	inside, err := dte.Verify(file, o)
	if err != nil {
		return report.Documents[0].Schema // it declares another namespace
	}
	return inside.Documents[0].Schema
}

// elementOf returns the DTE of a file. It shares the file's bytes, because both are kept
// for long.
func elementOf(file []byte, d *dte.DTE) []byte {
	if rest, ok := bytes.CutPrefix(file, []byte(declaration)); ok && bytes.HasPrefix(rest, []byte("<DTE ")) && bytes.HasSuffix(rest, []byte("</DTE>\n")) {
		return slices.Clip(rest[:len(rest)-1]) // as Sign writes it
	}
	source := d.Source()
	at := bytes.Index(file, source)
	return slices.Clip(file[at : at+len(source)])
}

// isISO8859 reports whether a file of an encoding has the same bytes in ISO-8859-1.
func isISO8859(text []byte, encoding string) bool {
	switch encoding {
	case string(dte.ISO8859):
		return true
	case "windows-1252":
		return !slices.ContainsFunc(text, func(c byte) bool { return c >= 0x80 && c < 0xA0 })
	default:
		return !slices.ContainsFunc(text, func(c byte) bool { return c >= 0x80 })
	}
}

// Bytes returns a copy of the file, in ISO-8859-1, with its declaration.
func (s *Signed) Bytes() []byte { return bytes.Clone(s.file) }

// ID returns the document's issuer, type and folio.
func (s *Signed) ID() chile.DocumentID { return s.id }

// SHA256 returns the SHA-256 of the file, in lower-case hex.
func (s *Signed) SHA256() string {
	sum := sha256.Sum256(s.file)
	return hex.EncodeToString(sum[:])
}

// Document reads the document again, as it was signed. It returns nil for the zero value.
// The caller may change the result.
func (s *Signed) Document() *dte.DTE {
	doc, err := dte.ParseDTE(s.file)
	if err != nil {
		return nil // only the zero value: all others were read before
	}
	return doc
}
