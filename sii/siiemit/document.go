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
	StateReserved State = "reserved" // it has a folio, but is not signed
	StateSigned   State = "signed"   // it is signed and stored, but in no envelope
	StateWaiting  State = "waiting"  // it is signed, and waits for a document that it names
	StatePending  State = "pending"  // its envelope is not sent yet
	StateSending  State = "sending"  // its envelope is being sent
	StateUnknown  State = "unknown"  // its envelope may have left, and no answer has come
	StateHeld     State = "held"     // the SII refused its envelope: see Emitter.Resend
	StateSent     State = "sent"     // the SII has its envelope; there is no verdict

	StateAccepted State = "accepted" // the SII accepted it
	StateObserved State = "observed" // the SII accepted it with objections (reparos)
	StateRejected State = "rejected" // the SII rejected it
	StateVoid     State = "void"     // it was given up before it was sent
)

// Final reports whether a state never changes again.
func (s State) Final() bool {
	switch s {
	case StateAccepted, StateObserved, StateRejected, StateVoid:
		return true
	}
	return false
}

// ErrUndecided says that a document must not be handed out, as a PDF, a mail or a
// cession: the SII does not have it, or it is not known whether it has it.
var ErrUndecided = errors.New("siiemit: document must not be handed out")

// Document is the document of a key.
type Document struct {
	ID    chile.DocumentID
	Key   string
	State State

	// Instant is when the folio was taken. It is frozen: stamp and signature have it too.
	Instant time.Time

	Receiver chile.RUT
	Date     chile.Date // of issue
	Total    chile.CLP  // of an export, that of OtraMoneda in pesos (PESO CL), 0 if there is none

	// XML is the signed document, in ISO-8859-1, and SHA256 its digest, lower-case hex.
	// They are empty if the document is not signed or was adopted.
	XML    []byte
	SHA256 string

	TrackIDs []string // of its newest envelope, oldest first; each copy that the SII received has its own

	// Estado and Glosa are the SII's last code and text about the document, verbatim. If
	// there are none yet, they are those about its envelope.
	Estado, Glosa string

	// Codes are the SII's own codes for rejections and objections. They come by mail:
	// CodesKnown says that they have come. Foreseen are codes that this SDK expects and
	// the SII has not given: the objections found in the draft. If the SII objects to the
	// document, they are those of dte/judge until the SII's codes have come.
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
// mail or in a cession. Else it returns ErrUndecided with the state.
func (d *Document) MayHandOut() error {
	switch d.State {
	case StateSigned, StateWaiting, StatePending, StateSent, StateAccepted, StateObserved:
		return nil
	}
	return fmt.Errorf("%w: %s is %q", ErrUndecided, d.ID, d.State)
}
