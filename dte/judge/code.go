package judge

import (
	"maps"
	"slices"
)

// Code is the SII's name of a reason, such as DTE-3-101. If no report has its number,
// it is the section with or without level (TED, CAF, HED-2) or the envelope's state
// (RFR, RCT): Numbered tells them apart. The list is closed: see Codes.
type Code string

// The codes.
const (
	CodeSize     Code = "STATUS 2"
	CodeAgain    Code = "STATUS 99"
	CodeCompany  Code = "STATUS 6"
	CodeUploader Code = "STATUS 1"

	CodeLine       Code = "CHR-00002"
	CodeSchemaName Code = "SCH-00001"
	CodeXML        Code = "LPX"

	CodeSchemaExtra     Code = "LSX-00204"
	CodeSchemaMissing   Code = "LSX-00213"
	CodeSchemaShort     Code = "LSX-00221"
	CodeSchemaLong      Code = "LSX-00222"
	CodeSchemaAttribute Code = "LSX-00265"
	CodeSchemaList      Code = "LSX-00290"
	CodeSchemaPattern   Code = "LSX-00333"
	CodeSchemaOther     Code = "LSX"

	CodeSchema            Code = "ENV-3-0"
	CodeSender            Code = "ENV-3-6"
	CodeEnvelopeSignature Code = "RFR"
	CodeResolution        Code = "CRT-3-19"
	CodeCover             Code = "RCT"

	CodeRepeated  Code = "DTE-3-100"
	CodeReceived  Code = "DTE-3-101"
	CodeSignature Code = "DTE-3-505"
	CodeAnnulled  Code = "DTE-3-601"
	CodeLate      Code = "DTE-1-650"

	CodeCAF        Code = "CAF"
	CodeExpired    Code = "CAF-3-517"
	CodeStamp      Code = "TED-2-510"
	CodeEarlyStamp Code = "TED-1-646"
	CodeStampTotal Code = "TED-3-640"
	CodeStampData  Code = "TED"

	CodeEarlyIssue      Code = "HED-3-305"
	CodeActivity        Code = "HED-3-861"
	CodeBoletaReference Code = "HED-3-211"
	CodeHeader          Code = "HED-3"

	CodeLineSum       Code = "DET-2-200"
	CodeBoletaLineSum Code = "HED-3-100"
	CodeNet           Code = "HED-2-210"
	CodeExempt        Code = "HED-2-220"
	CodeTotal         Code = "HED-2-260"
	CodeSum           Code = "HED-2"
	CodeTaxLine       Code = "HED-2-300"
	CodeTax           Code = "HED-2-302"

	CodeNoPayment Code = "HED-1-803"
	CodePackages  Code = "HED-2-804"
	CodeCurrency  Code = "HED-3-834"

	CodeReference      Code = "REF-3-415"
	CodeUnreceived     Code = "REF-3-750"
	CodeReferenceCode  Code = "REF-3-758"
	CodeAnnulment      Code = "REF-2-780"
	CodeTextCorrection Code = "REF-2-781"
)

// Level is the effect of a finding.
type Level int

// The levels. The digit in a code is no verdict: reports have TED-3-640 as a reparo.
const (
	// Slight is a minor reparo: a document with only such findings is RLV.
	Slight Level = iota + 1
	// Serious is a reparo: the document is accepted, RPR.
	Serious
	// Rejects rejects the document or the envelope.
	Rejects
)

// String returns "slight", "serious" or "rejects", and "" for any other value.
func (l Level) String() string {
	switch l {
	case Slight:
		return "slight"
	case Serious:
		return "serious"
	case Rejects:
		return "rejects"
	}
	return ""
}

// MarshalText writes what String returns.
func (l Level) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// Codes returns all codes that the judge knows.
func Codes() []Code { return slices.Sorted(maps.Keys(codes)) }

// Level returns the level of a code if the World names no other. It is 0 for an unknown
// code.
func (c Code) Level() Level { return codes[c].level }

// Source is the source of a code, or of its rule if it has no number.
type Source string

// The sources, the surest first.
const (
	Official  Source = "official"   // a format, manual, schema or sample of the SII
	Issuers   Source = "issuers"    // several issuers met it
	OneIssuer Source = "one issuer" // one issuer met it, or reports disagree
	Processor Source = "processor"  // a message of the SII's schema processor; nobody reported it
)

// Source returns the source of a code. It is empty for an unknown code.
func (c Code) Source() Source { return codes[c].source }

// English returns what the code means, in English.
func (c Code) English() string { return codes[c].english }

// Spanish returns what the code means, in Spanish.
func (c Code) Spanish() string { return codes[c].spanish }

// Numbered reports whether the code has the SII's own number.
func (c Code) Numbered() bool { return codes[c].english != "" && !codes[c].unnumbered }
