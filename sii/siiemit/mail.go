package siiemit

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/internal/redact"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/storage"
)

// ErrResult says that a file is not the result of a known upload of this company.
var ErrResult = errors.New("siiemit: not the result of an upload of this company")

// Limits of the SII's mails and words.
const (
	maxMail  = 8 << 20 // bytes of a mail's attachment: 2,000 documents with ten lines each have less than half
	maxCodes = 20
	maxWords = 300 // bytes of each text that is stored
)

// mailed is the SII's mail about an upload (RESULTADO_ENVIO).
type mailed struct {
	trackID   string
	estado    string // its first word: EPR, RFR …
	glosa     string // the rest
	processed bool   // the documents were judged one by one
	refused   []string
	reviews   map[docName]review
	counts    map[chile.DocType]dte.UploadCount
}

// docName names a document of the company.
type docName struct {
	typ   chile.DocType
	folio chile.Folio
}

// review is the SII's answer about one document.
type review struct {
	estado  string
	verdict sii.Verdict
	codes   []storage.VerdictCode
}

// readMail reads a RESULTADO_ENVIO.
func readMail(xml []byte, company chile.RUT) (*mailed, error) {
	if len(xml) > maxMail {
		return nil, fmt.Errorf("%w: %d bytes", ErrResult, len(xml))
	}
	file, err := dte.Parse(xml)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrResult, err)
	}
	result := file.UploadResult
	switch {
	case result == nil:
		return nil, fmt.Errorf("%w: it is a %s", ErrResult, file.Kind)
	case result.Identification.Issuer != company:
		return nil, fmt.Errorf("%w: it is of %s", ErrResult, result.Identification.Issuer)
	case strings.TrimSpace(result.Identification.TrackID) == "":
		return nil, fmt.Errorf("%w: it has no track id", ErrResult)
	}
	m := &mailed{trackID: strings.TrimSpace(result.Identification.TrackID), reviews: map[docName]review{}, counts: map[chile.DocType]dte.UploadCount{}}
	m.estado, m.glosa = splitState(result.Identification.State)
	m.processed = m.estado == "EPR"
	if result.Errors != nil {
		m.refused = result.Errors.Details
	}
	if result.Statistics != nil {
		for _, c := range result.Statistics.Counts {
			m.counts[c.Type] = c
		}
	}
	if result.Review == nil {
		return m, nil
	}
	for i := range result.Review.Documents {
		d := &result.Review.Documents[i]
		name := docName{d.Type, d.Folio}
		if _, twice := m.reviews[name]; twice {
			return nil, fmt.Errorf("%w: it has two verdicts on %d/%d", ErrResult, int(d.Type), int64(d.Folio))
		}
		estado, _ := splitState(d.State)
		m.reviews[name] = review{estado: estado, verdict: reviewVerdict(estado), codes: codesOf(d.Details)}
	}
	return m, nil
}

// reviewVerdict returns the meaning of a document's state, or VerdictUnknown.
func reviewVerdict(estado string) sii.Verdict {
	if estado == "DOK" {
		return sii.VerdictAccepted
	}
	code, _ := sii.FindCode("dte.upload", estado)
	switch code.Verdict {
	case sii.VerdictAccepted, sii.VerdictObserved, sii.VerdictRejected:
		return code.Verdict
	}
	return sii.VerdictUnknown
}

// splitState reads EPR - Envio Procesado.
func splitState(text string) (estado, glosa string) {
	text = strings.TrimSpace(text)
	end := strings.IndexFunc(text, func(r rune) bool { return (r < 'A' || r > 'Z') && (r < '0' || r > '9') })
	if end < 0 {
		return redact.Cut(text, maxWords), ""
	}
	return text[:end], redact.Cut(strings.TrimLeft(text[end:], " -:"), maxWords)
}

// leading finds the code at the start of the SII's words: (DTE-3-101), REF L[5] -3-758.
var leading = regexp.MustCompile(`^\s*\(?\s*([A-Z]{3}(?:\s+L\[\d+\])?\s*-\d+(?:-\d+)?)\s*\)?[\s:.-]*`)

// codesOf reads codes from the SII's words.
func codesOf(details []string) (codes []storage.VerdictCode) {
	for i, text := range details {
		if i == maxCodes {
			break
		}
		var c storage.VerdictCode
		if found := leading.FindStringSubmatchIndex(text); found != nil {
			c.Code, text = text[found[2]:found[3]], text[found[1]:]
		}
		c.Text = redact.Cut(strings.TrimSpace(text), maxWords)
		codes = append(codes, c)
	}
	return codes
}

// isDuplicate reports whether a code says that the SII had the folio or the document
// before. For a document that was sent twice, that is no verdict.
func isDuplicate(c storage.VerdictCode) bool {
	return strings.HasPrefix(c.Code, "DTE-") && (strings.HasSuffix(c.Code, "-100") || strings.HasSuffix(c.Code, "-101"))
}

// repeated reports whether the SII's objection is that it had the document before.
func (r review) repeated() bool {
	for _, c := range r.codes {
		if isDuplicate(c) {
			return true
		}
	}
	return false
}
