package siiemit

import (
	"errors"
	"fmt"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte/issue"
	"github.com/ofitec/chile/storage"
)

// State is how far a document has come. The zero value is no state, and nothing good.
type State string

// The states of a document. Those of the last line are final.
const (
	StateReserved State = "reserved" // it has a folio, and is not signed
	StateSigned   State = "signed"   // it is signed and stored, and in no envelope
	StateWaiting  State = "waiting"  // it is signed, and waits for a document that it names
	StatePending  State = "pending"  // its envelope is to be sent
	StateSending  State = "sending"  // its envelope is under way
	StateUnknown  State = "unknown"  // its envelope has left, and no answer has come
	StateHeld     State = "held"     // the SII refused its envelope: see Emitter.Resend
	StateSent     State = "sent"     // the SII has its envelope, and has not judged it

	StateAccepted State = "accepted" // the SII accepted it
	StateObserved State = "observed" // the SII accepted it with objections (reparos)
	StateRejected State = "rejected" // the SII rejected it
	StateVoid     State = "void"     // it was given up before it was sent
)

// Final reports whether a state stays as it is.
func (s State) Final() bool {
	switch s {
	case StateAccepted, StateObserved, StateRejected, StateVoid:
		return true
	}
	return false
}

// ErrUndecided says that a document must not be handed out, as a PDF, a mail or a
// cession: nobody knows whether the SII has it, or it has none of it.
var ErrUndecided = errors.New("siiemit: document must not be handed out")

// Document is what a key stands for.
type Document struct {
	ID    chile.DocumentID
	Key   string
	State State

	// Instant is frozen: when the folio was taken, which is that of stamp and signature.
	Instant time.Time

	Receiver chile.RUT
	Date     chile.Date // of issue
	Total    chile.CLP  // of an export, that of OtraMoneda in pesos (PESO CL), 0 if there is none

	// XML is the signed document, in ISO-8859-1, and SHA256 its digest, lower-case hex.
	// They are empty of a document that is not signed, or that was adopted.
	XML    []byte
	SHA256 string

	TrackIDs []string // of its newest envelope, the first one first; copies of the same bytes may have several

	// Estado and Glosa are the SII's last code and text about the document or, before
	// there is one, about its envelope; verbatim.
	Estado, Glosa string

	// Codes are the SII's own of what it rejected or objects to. They come by mail:
	// CodesKnown says that they have come. Foreseen are those that this SDK expects, which
	// the SII has not said: of a draft the objections that were found, and of a document
	// that the SII objects to, until its codes have come, what dte/judge says.
	Codes      []storage.VerdictCode
	CodesKnown bool
	Foreseen   []storage.VerdictCode

	WaitsFor   []chile.DocumentID // what it still waits for
	Replaces   string             // the key of the rejected document that it replaces
	ReplacedBy string             // the key of the document that replaces it
	Reason     string             // why it is void

	folio    int64     // the id of its folio
	envelope int64     // the id of its newest envelope; 0 if it has none
	since    time.Time // when that envelope was made
	signed   *issue.Signed
}

// MayHandOut returns nil if the document may be given to its receiver, as a PDF, by
// mail or in a cession, and else ErrUndecided with the reason.
func (d *Document) MayHandOut() error {
	switch d.State {
	case StateSigned, StateWaiting, StatePending, StateSent, StateAccepted, StateObserved:
		return nil
	}
	return fmt.Errorf("%w: %s is %q", ErrUndecided, d.ID, d.State)
}
