package judge

import (
	"strconv"
	"strings"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
)

// Answer is what the SII would say of an upload. The zero value says nothing, and
// nothing of it is good.
type Answer struct {
	// Kind is what was judged: EnvioDTE, EnvioBOLETA, a single DTE, or empty if it
	// could not be read.
	Kind dte.Kind `json:"kind,omitempty"`

	// Upload is what the gateway answers at once. It is not made of a single DTE.
	Upload Receipt `json:"upload"`

	// State is the state of the envelope in the end: EPR (processed: ask the
	// documents), RSC, RFR or RCT; where the gateway refuses with STATUS 7 or 8, that
	// of the same reason. It is empty if it was not judged, and where the gateway
	// refuses for a reason that is no state. Of a single DTE it is RSC or empty.
	State State `json:"state,omitempty"`

	// Findings are of the envelope.
	Findings []Finding `json:"findings,omitempty"`

	// Gaps are checks of the envelope that were not made.
	Gaps []Gap `json:"gaps,omitempty"`

	// Documents are in the order of the file, as far as it could be read.
	Documents []Verdict `json:"documents,omitempty"`

	// Counts are by type, in the order of types, of an envelope that was processed.
	Counts []Count `json:"counts,omitempty"`
}

// Receipt is what the gateway answers to an upload.
type Receipt struct {
	// Made says that it was judged. Without it Status says nothing.
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

// State is a state of the SII, of an envelope or of a document. The zero value
// says that it was not judged.
type State string

// States of an envelope (EPR, RSC, RFR, RCT) and of a document.
const (
	EPR State = "EPR" // envelope processed: each document has its own state
	RSC State = "RSC" // envelope refused: schema
	RFR State = "RFR" // envelope refused: signature, or who signed has no right
	RCT State = "RCT" // envelope refused: carátula

	DOK State = "DOK" // document accepted
	RLV State = "RLV" // accepted, with minor reparos alone
	RPR State = "RPR" // accepted, with reparos
	RCH State = "RCH" // rejected
)

// Accepted reports whether it is a state of an accepted document.
func (s State) Accepted() bool { return s == DOK || s == RLV || s == RPR }

// Verdict is what the SII would say of one document.
type Verdict struct {
	ID chile.DocumentID `json:"id"`

	// DTE is what was read; its values are proved only if the state is an accepted
	// one.
	DTE *dte.DTE `json:"-"`

	// State is DOK, RLV, RPR or RCH. It is empty if something was not judged and
	// nothing rejects, and if the envelope is not processed.
	State State `json:"state,omitempty"`

	Findings []Finding `json:"findings,omitempty"`
	Gaps     []Gap     `json:"gaps,omitempty"`
}

// Has reports whether there is a finding with that code.
func (v *Verdict) Has(code Code) bool { return has(v.Findings, code) }

// Has reports whether there is a finding with that code, of the envelope or of a
// document.
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

// Accepted reports whether everything was judged, and every document would be
// accepted, with or without reparos.
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

// Count is how many documents of a type were processed, as the SII counts: those
// with reparos are not among the accepted.
type Count struct {
	Type     chile.DocType `json:"type"`
	Reported int           `json:"reported"` // INFORMADOS
	Accepted int           `json:"accepted"` // ACEPTADOS: without reparos
	Observed int           `json:"observed"` // REPAROS
	Rejected int           `json:"rejected"` // RECHAZADOS
	Unjudged int           `json:"unjudged"` // which the SII does not count
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
	Uncheckable Reason = "signatures with SHA-1 cannot be checked here" // FIPS 140, or more than a limit
	NoEnvelope  Reason = "there is no envelope"
	Unread      Reason = "the file could not be read"
	NoSchema    Reason = "no copy of the schema is at hand"
	Strange     Reason = "no such check, or no such kind of file"
	TooLarge    Reason = "amounts too large to add up"
)

// Finding is something that the SII would tell, of an envelope or of a document.
type Finding struct {
	Check Check `json:"check"`
	Code  Code  `json:"code"`
	Level Level `json:"level"`

	// Line is the number of the line of detail or reference, 0 for none.
	Line int `json:"line,omitempty"`

	// Path is where it is, from the document or the envelope on.
	Path string `json:"path,omitempty"`

	// Got is what stands there and Want what is expected. Either may be empty; long
	// values are cut.
	Got  string `json:"got,omitempty"`
	Want string `json:"want,omitempty"`

	// Words are those of the parser or schema processor, empty for other findings.
	Words string `json:"words,omitempty"`
}

// Text returns it in the SII's form: "DTE-3-101", "DET L[2] -2-200" or, of the
// schema, the whole sentence.
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

// English tells what the code means.
func (f *Finding) English() string { return codes[f.Code].english }

// Spanish tells what the code means, in Spanish.
func (f *Finding) Spanish() string { return codes[f.Code].spanish }

// maxShown bounds a value that is told.
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
