package dte

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/ofitec/chile/dte/internal/schema"
	"github.com/ofitec/chile/xmlsig"
)

// Stream verifies an envelope document by document, in constant memory. The
// envelope's own signature comes last, and so does its verdict.
//
// A Stream is read once, by one goroutine.
type Stream struct {
	in    *xmlsig.Splitter
	opts  VerifyOptions
	cover *Cover
	check coverCheck

	count  int
	report *Report
	err    error
}

// NewStream reads an EnvioDTE or EnvioBOLETA. VerifyOptions.Parse bounds each
// document, and the text around all of them: 4 MiB by default.
func NewStream(r io.Reader, opts *VerifyOptions) *Stream {
	s := &Stream{}
	if opts != nil {
		s.opts = *opts
	}
	s.in = xmlsig.NewSplitter(r, "DTE", s.opts.Parse...)
	return s
}

// Documents yields the verdict of each document. At that point the envelope's
// signature is not checked yet: call Report when the sequence has ended. An error
// ends the sequence: ErrKind, ErrMalformed and ErrLimit of xmlsig, or the
// reader's.
func (s *Stream) Documents() iter.Seq2[*Verdict, error] {
	return func(yield func(*Verdict, error) bool) {
		for s.report == nil {
			v, err := s.next()
			if errors.Is(err, io.EOF) {
				return
			}
			if !yield(v, err) || err != nil {
				return
			}
		}
	}
}

// Cover returns the Carátula; nil before the first document. It is not proved
// before the end.
func (s *Stream) Cover() *Cover { return s.cover }

// Report returns, after Documents has ended, the verdict on the envelope
// without its documents. Before that, or if it failed, Report returns nil and
// an error.
func (s *Stream) Report() (*Report, error) {
	switch {
	case s.report != nil:
		return s.report, nil
	case s.err != nil:
		return nil, s.err
	default:
		return nil, errUnfinished
	}
}

var errUnfinished = errors.New("dte: the envelope was not read to its end")

func (s *Stream) next() (*Verdict, error) {
	if s.err != nil {
		return nil, s.err
	}
	part, err := s.in.Next()
	if errors.Is(err, io.EOF) {
		if s.err = s.end(); s.err == nil {
			return nil, io.EOF
		}
		return nil, s.err
	}
	if err == nil {
		err = s.begin()
	}
	if err != nil {
		s.err = err
		return nil, err
	}
	s.count++
	return s.document(part), nil
}

// begin reads what precedes the first document.
func (s *Stream) begin() error {
	if s.cover != nil {
		return nil
	}
	name, namespace := s.in.Root()
	if kind := Kind(name); kind != KindEnvelope && kind != KindBoletaEnvelope || namespace != siiNamespace && namespace != "" {
		return fmt.Errorf("%w: root %.40q in namespace %.80q", ErrKind, name, namespace)
	}
	s.cover = &Cover{}
	s.check.cover = s.cover
	for e := range s.in.Beside() {
		if e.Name() == "Caratula" && ofSII(e) {
			_ = decode(e, s.cover) // its faults are reported at the end
			break
		}
	}
	return nil
}

// document grades one document.
func (s *Stream) document(part *xmlsig.Document) *Verdict {
	root := part.Unverified()
	v := &Verdict{DTE: &DTE{element: root}}
	v.Values.Made = true
	v.Values.unreadable(decode(root, v.DTE))
	v.Signature.absent(root)
	for _, g := range gradeSignatures(part) {
		if g.signed == v.DTE.main() && g.signed.Exists() {
			v.Signature = g
			break
		}
	}
	v.grade(part.Encoding(), &s.opts)
	s.check.document(v.DTE)
	name, _ := s.in.Root()
	v.Schema.violations(schema.CheckIn(name, root, s.opts.Schema.internal(), maxViolations))
	return v
}

// end grades the envelope around the documents.
func (s *Stream) end() error {
	if err := s.begin(); err != nil { // there was no document
		return err
	}
	around := s.in.Around()
	file, err := read(around)
	var values *ValuesError
	if err != nil && !errors.As(err, &values) {
		return err
	}
	r := &Report{File: file, Signatures: gradeSignatures(around)}
	r.Values.Made = true
	r.Values.unreadable(err)
	s.check.end(r.signer("SetDTE"))
	r.Cover = s.check.Grade
	list := schema.CheckWithout("DTE", s.count, around.Unverified(), s.opts.Schema.internal(), maxViolations)
	r.Schema.violations(list)
	s.report = r
	return nil
}

// ErrEnvelope says that the policy does not accept an envelope, and so none of
// its documents.
var ErrEnvelope = errors.New("dte: envelope is not accepted")

// ErrChanged says that a file changed between two readings.
var ErrChanged = errors.New("dte: file has changed between two readings")

// VerifyTwice verifies an envelope in two passes. It yields documents only
// after the whole was read and the policy accepts the envelope around them.
// Each document has its own verdict, which the caller must judge. Errors are
// those of Documents, and ErrEnvelope, which wraps the reasons, and ErrChanged.
func VerifyTwice(r io.ReadSeeker, policy Policy, opts *VerifyOptions) iter.Seq2[*Verdict, error] {
	return func(yield func(*Verdict, error) bool) {
		start, err := r.Seek(0, io.SeekCurrent)
		if err != nil {
			yield(nil, fmt.Errorf("dte: %w", err))
			return
		}
		sums, err := firstPass(r, policy, opts)
		if err == nil {
			_, err = r.Seek(start, io.SeekStart)
		}
		if err != nil {
			yield(nil, err)
			return
		}
		n := 0
		for v, err := range NewStream(r, opts).Documents() {
			if err == nil && (n >= len(sums) || sums[n] != digest(v)) {
				err = ErrChanged
			}
			if err != nil {
				yield(nil, err)
				return
			}
			if n++; !yield(v, nil) {
				return
			}
		}
		if n < len(sums) {
			yield(nil, ErrChanged)
		}
	}
}

// firstPass returns the digests of the documents of an envelope that a policy
// accepts.
func firstPass(r io.Reader, policy Policy, opts *VerifyOptions) (sums [][sha256.Size]byte, err error) {
	s := NewStream(r, opts)
	for v, err := range s.Documents() {
		if err != nil {
			return nil, err
		}
		if len(sums) >= maxStreamed {
			return nil, fmt.Errorf("%w: more than %d documents", xmlsig.ErrLimit, maxStreamed)
		}
		sums = append(sums, digest(v))
	}
	report, err := s.Report()
	if err != nil {
		return nil, err
	}
	if refusals := report.Refusals(policy); len(refusals) > 0 {
		reasons := []error{ErrEnvelope}
		for _, f := range refusals[:min(len(refusals), maxReasons)] {
			reasons = append(reasons, f)
		}
		return nil, errors.Join(reasons...)
	}
	return sums, nil
}

// Bounds of what is remembered about an envelope: the reasons against it, and
// the digests of its documents.
const (
	maxReasons  = 20
	maxStreamed = 500_000
)

func digest(v *Verdict) [sha256.Size]byte { return sha256.Sum256(v.DTE.element.Canonical()) }
