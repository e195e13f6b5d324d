package judge

import (
	"strconv"
	"strings"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
)

// Answer is the SII's expected answer to an upload. The zero value says nothing, and
// nothing good.
type Answer struct {
	// Kind is the kind of file: EnvioDTE, EnvioBOLETA, a single DTE, or empty if it
	// could not be read.
	Kind dte.Kind `json:"kind,omitempty"`

	// Upload is the gateway's immediate answer. A single DTE has none.
	Upload Receipt `json:"upload"`

	// State is the final state of the envelope: EPR (processed: see its documents),
	// RSC, RFR or RCT. If the gateway refuses with STATUS 7 or 8, it is the state with
	// the same reason. It is empty if it was not judged, or if the gateway refuses for a
	// reason without state. For a single DTE it is RSC or empty.
	State State `json:"state,omitempty"`

	// Findings are those of the envelope.
	Findings []Finding `json:"findings,omitempty"`

	// Gaps are checks of the envelope that were not made.
	Gaps []Gap `json:"gaps,omitempty"`

	// Documents are in the order of the file, as far as it was readable.
	Documents []Verdict `json:"documents,omitempty"`

	// Counts are the counts of a processed envelope, in the order of types.
	Counts []Count `json:"counts,omitempty"`
}

// Receipt is the gateway's answer to an upload.
type Receipt struct {
	// Made says that it was judged. If it is false, Status means nothing.
	Made bool `json:"made"`

	// Status is STATUS: 0 received, 1 the person may not upload for the company, 2
	// size, 6 company not authorised, 7 schema, 8 signature, 99 the same bytes
	// again.
	Status int `json:"status"`

	// Errors are the texts of DETAIL/ERROR.
	Errors []string `json:"errors,omitempty"`
}

// Received reports whether the upload would get a track id.
func (r *Receipt) Received() bool { return r.Made && r.Status == 0 }

// State is the SII's state of an envelope or of a document. The zero value means not
// judged.
type State string

// States of an envelope (EPR, RSC, RFR, RCT) and of a document.
const (
	EPR State = "EPR" // envelope processed: each document has its own state
	RSC State = "RSC" // envelope refused: schema
	RFR State = "RFR" // envelope refused: signature, or the signer has no right
	RCT State = "RCT" // envelope refused: carátula

	DOK State = "DOK" // document accepted
	RLV State = "RLV" // accepted, with only minor reparos
	RPR State = "RPR" // accepted, with reparos
	RCH State = "RCH" // rejected
)

// Accepted reports whether the state is that of an accepted document.
func (s State) Accepted() bool { return s == DOK || s == RLV || s == RPR }

// Verdict is the SII's expected verdict on one document.
type Verdict struct {
	ID chile.DocumentID `json:"id"`

	// DTE is the document as read. Its values are proved only if State is an accepted
	// one.
	DTE *dte.DTE `json:"-"`

	// State is DOK, RLV, RPR or RCH. It is empty if a check was not made and nothing
	// rejects, or if the envelope is not processed.
	State State `json:"state,omitempty"`

	Findings []Finding `json:"findings,omitempty"`
	Gaps     []Gap     `json:"gaps,omitempty"`
}

// Has reports whether there is a finding with that code.
func (v *Verdict) Has(code Code) bool { return has(v.Findings, code) }

// Has reports whether the envelope or a document has a finding with that code.
func (a *Answer) Has(code Code) bool {
	for i := range a.Documents {
		if a.Documents[i].Has(code) {
			return true
		}
	}
	return has(a.Findings, code)
}

func has(list []Finding, code Code) bool {
	for i := range list {
		if list[i].Code == code {
			return true
		}
	}
	return false
}

// Accepted reports whether everything was judged and every document would be accepted,
// with or without reparos.
func (a *Answer) Accepted() bool {
	ok := a.Upload.Received() && a.State == EPR && len(a.Gaps) == 0 && len(a.Documents) > 0
	for i := range a.Documents {
		ok = ok && a.Documents[i].State.Accepted()
	}
	return ok
}

// Clean reports whether the envelope would be accepted without any finding.
func (a *Answer) Clean() bool {
	ok := a.Accepted() && len(a.Findings) == 0
	for i := range a.Documents {
		ok = ok && len(a.Documents[i].Findings) == 0
	}
	return ok
}

// Count counts the processed documents of a type as the SII does: documents with
// reparos are not counted as accepted.
type Count struct {
	Type     chile.DocType `json:"type"`
	Reported int           `json:"reported"` // INFORMADOS
	Accepted int           `json:"accepted"` // ACEPTADOS: without reparos
	Observed int           `json:"observed"` // REPAROS
	Rejected int           `json:"rejected"` // RECHAZADOS
	Unjudged int           `json:"unjudged"` // not judged here; the SII has no such count
}

// Gap is a check that was not made.
type Gap struct {
	Check Check  `json:"check"`
	Why   Reason `json:"why"`
}

// Reason is why a check was not made.
type Reason string

// The reasons.
const (
	Untold      Reason = "the world does not say"
	Hidden      Reason = "hidden by an earlier refusal"
	LeftOut     Reason = "not among the checks"
	Uncheckable Reason = "signatures with SHA-1 cannot be checked here" // FIPS 140, or above a limit
	NoEnvelope  Reason = "there is no envelope"
	Unread      Reason = "the file could not be read"
	NoSchema    Reason = "no copy of the schema is at hand"
	Strange     Reason = "no such check, or no such kind of file"
	TooLarge    Reason = "amounts too large to add up"
)

// Finding is one fault that the SII would report, in an envelope or a document.
type Finding struct {
	Check Check `json:"check"`
	Code  Code  `json:"code"`
	Level Level `json:"level"`

	// Line is the number of the line of detail or reference, 0 for none.
	Line int `json:"line,omitempty"`

	// Path is its place, relative to the document or the envelope.
	Path string `json:"path,omitempty"`

	// Got is the value there and Want the expected one. Either may be empty; long
	// values are cut.
	Got  string `json:"got,omitempty"`
	Want string `json:"want,omitempty"`

	// Words are the text of the parser or schema processor, empty for other findings.
	Words string `json:"words,omitempty"`
}

// Text returns the finding in the SII's form: "DTE-3-101", "DET L[2] -2-200" or, for
// the schema, the whole sentence.
func (f *Finding) Text() string {
	if f.Words != "" {
		return f.Words
	}
	if f.Line > 0 && codes[f.Code].lined {
		section, rest, _ := strings.Cut(string(f.Code), "-")
		return section + " L[" + strconv.Itoa(f.Line) + "] -" + rest
	}
	return string(f.Code)
}

// String returns the SII's form, the place and both values.
func (f *Finding) String() string {
	text := f.Text()
	if f.Path != "" {
		text += " " + f.Path
	}
	switch {
	case f.Want != "":
		text += " [" + f.Got + "] <> [" + f.Want + "]"
	case f.Got != "":
		text += " [" + f.Got + "]"
	}
	return text
}

// English returns what the code means, in English.
func (f *Finding) English() string { return codes[f.Code].english }

// Spanish returns what the code means, in Spanish.
func (f *Finding) Spanish() string { return codes[f.Code].spanish }

// maxShown bounds a value that a finding shows.
const maxShown = 80

func shown(s string) string {
	n := 0
	for i := range s {
		if n++; n > maxShown {
			return s[:i] + "…"
		}
	}
	return s
}
