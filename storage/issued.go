package storage

import (
	"context"
	"iter"
	"time"

	"github.com/ofitec/chile"
)

// Issued keeps the documents that a company has signed, byte for byte, and the SII's
// verdict on each. A company must keep them for six years: no method deletes one. It
// is an optional ability of a store with Folios; all stores of this SDK have it.
type Issued interface {
	// PutIssued stores signed documents, all of them or none, and sets their folios to
	// FolioSigned. The store computes the digest. To put the same bytes again is no
	// error and changes nothing. If the folio already has other bytes, it is
	// ErrOtherBytes. A void, skipped or adopted folio is ErrFolioState. A folio that was
	// never taken is absent. A document without bytes, receiver or date is ErrInvalid.
	PutIssued(ctx context.Context, documents []NewIssued) error

	// IssuedDocument returns the signed document of a folio, with its bytes. A folio
	// without document is absent. Bytes that do not match the digest are ErrDamaged.
	IssuedDocument(ctx context.Context, folio int64) (*IssuedDocument, error)

	// IssuedDocuments yields the selected documents in the order of their folios' ids.
	// They have their bytes if the query asks for them; bytes that do not match the
	// digest are ErrDamaged. A query without issuer is ErrInvalid.
	IssuedDocuments(ctx context.Context, query IssuedQuery) iter.Seq2[IssuedDocument, error]

	// PutVerdict stores the SII's verdict on a document, and sets its folio to
	// FolioAccepted or FolioRejected. VerdictNone keeps the stored verdict. An empty
	// estado and glosa keep the stored ones. If CodesKnown is false, the stored codes
	// stay.
	//
	// To reject an accepted document is ErrAccepted. A rejected document may become
	// accepted. An unknown VerdictState is ErrInvalid. The document of a void folio gets
	// no verdict: it is ErrFolioState. A folio without document is absent.
	PutVerdict(ctx context.Context, folio int64, verdict Verdict) error

	// Waits returns the documents that a document waits for or waited for, in the order
	// of their ids.
	Waits(ctx context.Context, folio int64) ([]Wait, error)

	// PutWait stores news of a document that another one waits for. A wait that was not
	// stored with the document is absent.
	PutWait(ctx context.Context, folio int64, wait Wait) error
}

// NewIssued is a signed document to store.
type NewIssued struct {
	Folio    int64  // the id of its folio
	XML      []byte // as it was signed
	Receiver chile.RUT
	Date     chile.Date // of issue
	Total    chile.CLP

	WaitsFor []chile.DocumentID // the SII must accept these before it is sent
	Foreseen []VerdictCode      // the codes that the SII is expected to give
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

	Waiting int // the number of documents it still waits for: see Issued.Waits

	Verdict  Verdict
	Foreseen []VerdictCode // the codes that the SII was expected to give; not the SII's own

	CreatedAt, UpdatedAt time.Time // of the bytes, and of the verdict
}

// VerdictState is the SII's verdict on a document. The zero value means that no
// verdict is known.
type VerdictState string

// The verdicts.
const (
	VerdictNone     VerdictState = ""
	VerdictAccepted VerdictState = "accepted"
	VerdictObserved VerdictState = "observed" // accepted with objections (reparos)
	VerdictRejected VerdictState = "rejected"
)

// Verdict is what the SII said about a document.
type Verdict struct {
	State         VerdictState
	Estado, Glosa string // the SII's words, verbatim

	// Codes are the SII's own codes. They come later than the verdict. CodesKnown says
	// that they have come, even if there are none.
	Codes      []VerdictCode
	CodesKnown bool
}

// VerdictCode is the SII's code for a fault or objection, such as DTE-3-101, with its
// text.
type VerdictCode struct {
	Code string `json:"code"`
	Text string `json:"text,omitempty"`
}

// Wait is a document that another one waits for.
type Wait struct {
	Document chile.DocumentID
	Over     bool      // the wait has ended
	Estado   string    // the SII's last answer about it
	Asked    time.Time // when the SII was last asked; zero if never
}

// IssuedQuery selects documents. Issuer is required; every other zero value selects
// all.
type IssuedQuery struct {
	Issuer chile.RUT
	Type   chile.DocType
	State  FolioState

	// Month selects by the date of issue.
	Month chile.Period

	Envelope   int64            // only those in the envelope with this id
	WaitingFor chile.DocumentID // only those that still wait for this document

	Unwrapped bool // only signed ones that were never in an envelope
	Held      bool // only those without verdict that have envelopes, all EnvelopeHeld or EnvelopeRejected

	WithXML bool // with the bytes

	AfterID int64 // only documents whose folio has a greater id
	Limit   int   // at most this many; 0 is no limit, a negative one is ErrInvalid
}
