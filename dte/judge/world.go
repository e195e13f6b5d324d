package judge

import (
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
)

// World is what the SII knows when an envelope arrives. What it does not say is
// not guessed: a check that needs it is not made, and is told as a Gap. Of the
// zero World nothing is accepted: it knows no company, so that every upload is
// refused.
//
// The functions are asked by the goroutine that called Envelope. They may be as
// large as a database.
type World struct {
	// Environment is which of the SII's systems it is. Folios that were authorised
	// in another are refused. The zero value does not say.
	Environment chile.Environment

	// Now is when the envelope arrives. The zero value does not say.
	Now time.Time

	// Uploader is the person who uploads: the owner of the token. The zero value
	// does not say.
	Uploader chile.RUT

	// Company returns a company that may issue electronic documents. Nil knows
	// none.
	Company func(chile.RUT) (Company, bool)

	// Keys are keys of the SII for CAFs besides, or in the place of, those of
	// production and certification.
	Keys dte.Keys

	// CAF returns the authorisation that was granted for a folio, without its
	// private key. Where it is set, a folio without one is not authorised, and a CAF
	// that it knows needs no further proof. Nil does not say: then the SII's
	// signature in the CAF decides.
	CAF func(chile.DocumentID) (dte.CAFData, bool)

	// Folio tells what became of a folio. Nil does not say.
	Folio func(chile.DocumentID) Folio

	// Document returns a document that the SII has, accepted with or without
	// reparos. Nil does not say.
	Document func(chile.DocumentID) (Known, bool)

	// Uploaded returns the upload that brought the same bytes before, by their
	// SHA-256. Nil does not say.
	Uploaded func(sum [32]byte) (Upload, bool)

	// Schema is the set of schemas: dte.SchemaNewer by default.
	Schema dte.SchemaSet

	// Format25 says that the elements of format 2.5 (2026) are accepted. Without it
	// the schema of a document that has them is not judged: no copy of it is at
	// hand.
	Format25 bool

	// Checks are the checks that are made, in their order: DefaultChecks if nil. A
	// check that is not among them is told as a Gap. The first of them that refuses
	// hides those behind it.
	Checks []Check

	// Gateway are the checks that the upload itself makes, before there is a track
	// id: DefaultGateway if nil. What they refuse is answered with a STATUS.
	Gateway []Check

	// Thorough makes all checks, also those behind one that refused, so that a
	// person sees everything at once. The SII does not.
	Thorough bool

	// Levels are levels of codes that differ from those of Codes, since reports
	// disagree.
	Levels map[Code]Level

	// Whole are codes of documents that refuse the whole envelope, in that state: a
	// folio that was received before came back as RFR to some.
	Whole map[Code]State

	// SameAgain is the code of a document that was received before with the same
	// data: DTE-3-101 if empty; others saw DTE-3-100.
	SameAgain Code

	// SameEnvelope says that documents that stand earlier in the envelope count as
	// received for the references of later ones. Reports say that they do not.
	SameEnvelope bool

	// InnerXSI accepts documents that declare xmlns:xsi themselves and were signed
	// so. One program reports that they were accepted, three that they were not.
	InnerXSI bool

	// Expiring are the types whose CAFs expire after six months: 33, 43, 46, 56 and
	// 61 if nil.
	Expiring []chile.DocType

	// MaxBytes bounds a file, 64 MiB if 0, and MaxLine a line, 4,090 bytes if 0.
	// The SII has told no limit of files.
	MaxBytes, MaxLine int
}

// Company is what the SII knows of one that may issue electronic documents.
type Company struct {
	// Resolution is what the SII authorised it with, in this environment. The zero
	// value does not say.
	Resolution Resolution

	// Activities are its registered codes of activity. Nil does not say.
	Activities []int

	// Users are the persons who are enrolled for it. Nil does not say.
	Users map[chile.RUT]Right
}

// Resolution is the resolution by which a company issues electronic documents. In
// certification its number is 0.
type Resolution struct {
	Date   chile.Date
	Number int
}

// Right is what a person may do for a company.
type Right int

// The rights. Who has none cannot upload for the company; who is enrolled without
// the right to send can, but what he signed is refused.
const (
	NoRight Right = iota
	Enrolled
	MaySend
)

// Folio is what became of a folio.
type Folio int

// States of a folio. The zero value does not say.
const (
	FolioUntold Folio = iota
	FolioFree
	FolioReceived
	FolioAnnulled
)

// Known is what the SII knows of a document that it has.
type Known struct {
	Date     chile.Date
	Receiver chile.RUT
	Total    dte.Decimal
}

// Upload is an earlier upload.
type Upload struct {
	TrackID string
	Times   int // how often these bytes were uploaded so far
}

// defaultMaxLine is the length of a line that the gateway still reads, as issuers
// observed: "Line too long (4090)".
const defaultMaxLine = 4090

const defaultMaxBytes = 64 << 20
