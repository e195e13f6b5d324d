package storage

import (
	"context"
	"iter"
	"time"

	"github.com/ofitec/chile"
)

// Issued keeps the documents that a company has signed, byte for byte, and what the
// SII said of each. A company keeps them for six years: nothing here deletes one. It
// is an ability beside Storage that a store with Folios may have; all stores of
// this SDK do.
type Issued interface {
	// PutIssued stores signed documents, all of them or none, and has their folios be
	// FolioSigned. The store computes the digest. The same bytes again are no error and
	// change nothing; other bytes for a folio that has some are ErrOtherBytes. A folio
	// that is void, skipped or adopted is ErrFolioState, one that was never taken is
	// absent. A document without bytes, receiver or date is ErrInvalid.
	PutIssued(ctx context.Context, documents []NewIssued) error

	// IssuedDocument returns the signed document of a folio, with its bytes. A folio
	// without one is absent. Bytes that are not those of the digest are ErrDamaged.
	IssuedDocument(ctx context.Context, folio int64) (*IssuedDocument, error)

	// IssuedDocuments yields the signed documents that a query selects in the order of
	// the ids of their folios; with their bytes if the query asks for them, of which
	// those that are not of the digest are ErrDamaged. A query without issuer is
	// ErrInvalid.
	IssuedDocuments(ctx context.Context, query IssuedQuery) iter.Seq2[IssuedDocument, error]

	// PutVerdict stores what the SII said of a document, and has its folio be
	// FolioAccepted or FolioRejected. VerdictNone leaves the verdict that is there, an
	// empty estado and glosa those that are there, and codes that are not known those
	// that are.
	//
	// A document that was accepted is never rejected, which is ErrAccepted; one that was
	// rejected may be found to be accepted. A state that is none of VerdictState is
	// ErrInvalid. The document of a void folio has no verdict, which is ErrFolioState. A
	// folio without document is absent.
	PutVerdict(ctx context.Context, folio int64, verdict Verdict) error

	// Waits returns the documents that a document waits for, or has waited for, in the
	// order of their ids.
	Waits(ctx context.Context, folio int64) ([]Wait, error)

	// PutWait stores what is known of one of the documents that a document waits for. A
	// wait that was not given with the document is absent.
	PutWait(ctx context.Context, folio int64, wait Wait) error
}

// NewIssued is a document that was signed.
type NewIssued struct {
	Folio    int64  // the id of its folio
	XML      []byte // as it was signed
	Receiver chile.RUT
	Date     chile.Date // of issue
	Total    chile.CLP

	WaitsFor []chile.DocumentID // documents that are to be accepted before it is sent
	Foreseen []VerdictCode      // what the SII is expected to say of it
}

// IssuedDocument is a stored document.
type IssuedDocument struct {
	Folio    int64 // the id of its folio
	Document chile.DocumentID
	Key      string
	State    FolioState

	XML    []byte // as it was signed
	SHA256 string // of the bytes, lower-case hex

	Receiver chile.RUT
	Date     chile.Date
	Total    chile.CLP

	Waiting int // how many documents it still waits for: see Issued.Waits

	Verdict  Verdict
	Foreseen []VerdictCode // what the SII was expected to say of it, which it has not said

	CreatedAt, UpdatedAt time.Time // of the bytes, and of the verdict
}

// VerdictState is how the SII has judged a document. The zero value says that it
// has not, so far as is known.
type VerdictState string

// The verdicts.
const (
	VerdictNone     VerdictState = ""
	VerdictAccepted VerdictState = "accepted"
	VerdictObserved VerdictState = "observed" // accepted with objections (reparos)
	VerdictRejected VerdictState = "rejected"
)

// Verdict is what the SII said of a document.
type Verdict struct {
	State         VerdictState
	Estado, Glosa string // the SII's words, verbatim

	// Codes are the SII's own codes. They come later than the verdict: CodesKnown says
	// that they have come, also if there are none.
	Codes      []VerdictCode
	CodesKnown bool
}

// VerdictCode is a code that the SII gives for a fault or objection, such as
// DTE-3-101, with its words.
type VerdictCode struct {
	Code string `json:"code"`
	Text string `json:"text,omitempty"`
}

// Wait is a document that another one waits for.
type Wait struct {
	Document chile.DocumentID
	Over     bool      // it is waited for no longer
	Estado   string    // what the SII last said of it
	Asked    time.Time // when the SII was last asked; zero if it was not
}

// IssuedQuery selects documents. Issuer is required; every other zero value selects
// all.
type IssuedQuery struct {
	Issuer chile.RUT
	Type   chile.DocType
	State  FolioState

	// Month selects by the date of issue: what is to be kept, or handed over, of a
	// month.
	Month chile.Period

	Envelope   int64            // only those in the envelope of that id
	WaitingFor chile.DocumentID // only those that still wait for that document

	Unwrapped bool // only those that no envelope has, or ever had, and that are signed
	Held      bool // only those without verdict of which every envelope is EnvelopeHeld or EnvelopeRejected, and that have one

	WithXML bool // with the bytes

	AfterID int64 // only documents whose folio has a greater id
	Limit   int   // at most that many; 0 is no limit, a negative one is ErrInvalid
}
