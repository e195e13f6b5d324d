package judge

import (
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
)

// World is what the SII knows when an envelope arrives. Missing data are not guessed: a
// check that needs them is not made and is reported as a Gap. The zero World accepts
// nothing: it knows no company, so every upload is refused.
//
// Envelope calls the functions in its own goroutine. They may read a database.
type World struct {
	// Environment is the SII's environment. Folios that were authorised in another one
	// are refused. The zero value means unknown.
	Environment chile.Environment

	// Now is when the envelope arrives. The zero value means unknown.
	Now time.Time

	// Uploader is the person who uploads: the owner of the token. The zero value means
	// unknown.
	Uploader chile.RUT

	// Company returns a company that may issue electronic documents. If nil, no company
	// is known.
	Company func(chile.RUT) (Company, bool)

	// Keys are the SII's keys for CAFs, beside or instead of those of production and
	// certification.
	Keys dte.Keys

	// CAF returns the authorisation that was granted for a folio, without its private
	// key. If set, a folio without CAF is not authorised, and a CAF that it returns needs
	// no further proof. If nil, the SII's signature in the CAF decides.
	CAF func(chile.DocumentID) (dte.CAFData, bool)

	// Folio returns the state of a folio. If nil, it is unknown.
	Folio func(chile.DocumentID) Folio

	// Document returns a document that the SII has accepted, with or without reparos. If
	// nil, it is unknown.
	Document func(chile.DocumentID) (Known, bool)

	// Uploaded returns an earlier upload of the same bytes, by their SHA-256. If nil, it
	// is unknown.
	Uploaded func(sum [32]byte) (Upload, bool)

	// Schema is the set of schemas: dte.SchemaNewer by default.
	Schema dte.SchemaSet

	// Format25 says that the elements of format 2.5 (2026) are accepted. If false, the
	// schema of a document with such elements is not judged: this SDK has no copy of it.
	Format25 bool

	// Checks are the checks to make, in their order: DefaultChecks if nil. A check that
	// is not in the list is reported as a Gap. The first one that refuses hides those
	// after it.
	Checks []Check

	// Gateway are the checks that the upload makes before it gives a track id:
	// DefaultGateway if nil. They refuse with a STATUS.
	Gateway []Check

	// Thorough makes all checks, also those after one that refused, so that a person sees
	// all faults at once. The SII does not do this.
	Thorough bool

	// Levels are levels of codes other than the default ones, because reports disagree.
	Levels map[Code]Level

	// Whole are codes of documents that refuse the whole envelope, with that state. Some
	// issuers got RFR for a folio that was received before.
	Whole map[Code]State

	// SameAgain is the code of a document that was received before with the same data:
	// DTE-3-101 if empty. Some issuers saw DTE-3-100.
	SameAgain Code

	// SameEnvelope says that documents earlier in the envelope count as received for the
	// references of later ones. Reports say that they do not.
	SameEnvelope bool

	// InnerXSI accepts documents that were signed with their own xmlns:xsi declaration.
	// One program reports that they were accepted, three that they were not.
	InnerXSI bool

	// Expiring are the types whose CAFs expire after six months: 33, 43, 46, 56 and
	// 61 if nil.
	Expiring []chile.DocType

	// MaxBytes bounds a file, 64 MiB if 0, and MaxLine a line, 4,090 bytes if 0.
	// The SII has published no limit of files.
	MaxBytes, MaxLine int
}

// Company is what the SII knows of a company that may issue electronic documents.
type Company struct {
	// Resolution is the SII's authorisation of the company in this environment. The zero
	// value means unknown.
	Resolution Resolution

	// Activities are its registered codes of activity. Nil means unknown.
	Activities []int

	// Users are the persons enrolled for it. Nil means unknown.
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

// The rights. A person without any cannot upload for the company. A person enrolled
// without the right to send can upload, but envelopes that this person signed are
// refused.
const (
	NoRight Right = iota
	Enrolled
	MaySend
)

// Folio is the state of a folio.
type Folio int

// States of a folio. The zero value means unknown.
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
	Times   int // how often these bytes were uploaded
}

// defaultMaxLine is the longest line that the gateway reads, as issuers observed: "Line
// too long (4090)".
const defaultMaxLine = 4090

const defaultMaxBytes = 64 << 20
