package storage

import (
	"context"
	"iter"
	"slices"
	"time"

	"github.com/ofitec/chile"
)

// Outbox keeps envelopes, byte for byte, from before they are sent until their outcome
// is known. If the answer to an upload was lost, the same bytes are sent again. It is
// an optional ability of a store with Issued; all stores of this SDK have it.
type Outbox interface {
	// PutEnvelope stores an envelope as EnvelopePending and returns it without its
	// bytes. The store computes the digest. To put the same bytes again is no error: it
	// returns the stored envelope, whatever its state.
	//
	// Its documents must be of its issuer and their folios FolioSigned, else it is
	// ErrFolioState. If a document is in another pending, sending, sent or unknown
	// envelope, it is ErrInEnvelope. A folio without document is absent. An envelope of
	// another environment than the store's is ErrEnvironment. One without issuer, kind,
	// bytes or documents, or with a document twice, is ErrInvalid.
	PutEnvelope(ctx context.Context, envelope NewEnvelope) (*Envelope, error)

	// Envelope returns an envelope with its bytes and the ids of its documents' folios.
	// An envelope that was never stored is absent. Bytes that do not match the digest
	// are ErrDamaged.
	Envelope(ctx context.Context, id int64) (*Envelope, error)

	// Envelopes yields the selected envelopes in the order of their ids, without bytes
	// and folios.
	Envelopes(ctx context.Context, query EnvelopeQuery) iter.Seq2[Envelope, error]

	// MoveEnvelope moves an envelope from one state to the next and returns it without
	// its bytes. A move that EnvelopeState.CanBecome does not allow is ErrInvalid. If the
	// envelope is no longer in the first state, it is ErrOvertaken, with the state. A
	// move into or out of EnvelopeSending is also ErrOvertaken if the envelope was moved
	// into it with a greater fence. A move to EnvelopeSent brings a true answer: its
	// fence does not matter.
	//
	// A move to EnvelopeSending counts an attempt; it is committed before the bytes may
	// leave. If the bytes may have left, a move to EnvelopePending becomes one to
	// EnvelopeUnknown. A move to EnvelopeSent adds the track id and sets the documents'
	// folios to FolioSent unless they have a verdict. With the first track id it also
	// stores the Submission, in the same transaction. If neither the move nor the
	// envelope has a track id, it is ErrInvalid. A move to EnvelopeRejected sets folios
	// without verdict back to FolioSigned, and the Submission to Rejected.
	//
	// An envelope with a void document cannot move to EnvelopePending or EnvelopeSending:
	// it is ErrFolioState. If another live envelope has one of its documents, it is
	// ErrInEnvelope. An envelope that is not stored is absent.
	MoveEnvelope(ctx context.Context, move EnvelopeMove) (*Envelope, error)

	// OutboxCounts counts the envelopes that are pending, sending, unknown or held, in
	// the order of issuer, kind and state. It also returns since when the oldest of each
	// is in its state. A zero issuer selects all.
	OutboxCounts(ctx context.Context, issuer chile.RUT) ([]OutboxCount, error)
}

// EnvelopeState is how far an envelope has come.
type EnvelopeState string

// The states of an envelope.
const (
	EnvelopePending  EnvelopeState = "pending"  // to be sent; nothing has left
	EnvelopeSending  EnvelopeState = "sending"  // its bytes may be leaving now
	EnvelopeSent     EnvelopeState = "sent"     // the SII has it, and has given a track id
	EnvelopeUnknown  EnvelopeState = "unknown"  // its bytes may have left, and no answer has come
	EnvelopeRejected EnvelopeState = "rejected" // the SII has refused all of it; its documents may go in another envelope
	EnvelopeHeld     EnvelopeState = "held"     // not sent until a person decides
)

// nextStates are the states that an envelope may move into. A move into the same
// state stores news.
var nextStates = map[EnvelopeState][]EnvelopeState{
	EnvelopePending: {EnvelopePending, EnvelopeSending, EnvelopeHeld},
	EnvelopeSending: {EnvelopePending, EnvelopeSent, EnvelopeUnknown, EnvelopeRejected, EnvelopeHeld},
	EnvelopeSent:    {EnvelopeSent, EnvelopeRejected},
	EnvelopeUnknown: {EnvelopeUnknown, EnvelopeSending, EnvelopeSent, EnvelopeRejected, EnvelopeHeld},
	EnvelopeHeld:    {EnvelopeHeld, EnvelopePending, EnvelopeSent, EnvelopeRejected},
}

// CanBecome reports whether an envelope may move from the state to the next one. A
// pending, sent, unknown or held one may move into its own state, to store an answer
// or the time of the next try. A rejected one never moves.
func (s EnvelopeState) CanBecome(next EnvelopeState) bool {
	return slices.Contains(nextStates[s], next)
}

// Live reports whether the state keeps an envelope's documents out of other envelopes.
func (s EnvelopeState) Live() bool {
	return s != EnvelopeRejected && s != EnvelopeHeld
}

// NewEnvelope is an envelope to send.
type NewEnvelope struct {
	Environment chile.Environment
	Issuer      chile.RUT
	Kind        string  // DTE, BOLETA …: that of its Submission
	XML         []byte  // as it will be sent
	Folios      []int64 // the ids of the folios of its documents, in their order
}

// Envelope is a stored envelope.
type Envelope struct {
	ID          int64
	Environment chile.Environment
	Issuer      chile.RUT
	Kind        string
	State       EnvelopeState
	Since       time.Time // when it moved into the state

	XML    []byte
	SHA256 string  // of the bytes, lower-case hex
	Folios []int64 // the ids of the folios of its documents, in their order

	Fence    int64     // the greatest of its moves
	Attempts int       // how often it was moved into EnvelopeSending
	Left     bool      // its bytes may have left
	NextTry  time.Time // not before then; zero means at once

	Answer        string   // the last one, from the caller
	Estado, Glosa string   // the SII's last code and text, verbatim
	TrackIDs      []string // as the SII gave them, oldest first; each copy it received has its own

	CreatedAt, UpdatedAt time.Time
}

// EnvelopeMove moves an envelope.
type EnvelopeMove struct {
	ID       int64
	From, To EnvelopeState
	Fence    int64 // that of the caller's lease; 0 without a lease

	NextTry time.Time // replaces the stored one
	TrackID string    // only for a move to EnvelopeSent; empty if there is no new one

	// Answer, Estado and Glosa replace the stored ones unless they are empty.
	Answer, Estado, Glosa string
}

// EnvelopeQuery selects envelopes. Every zero value selects all.
type EnvelopeQuery struct {
	Issuer chile.RUT
	Kind   string
	States []EnvelopeState

	Folio     int64     // only those with the document of this folio
	TrackID   string    // only those with a track id that ends in these digits; leading zeros may be left out
	Due       time.Time // only those whose next try is not after it
	Undecided bool      // only those with a document without verdict

	AfterID int64 // only envelopes with a greater id
	Limit   int   // at most this many; 0 is no limit, a negative one is ErrInvalid
}

// OutboxCount counts the envelopes in one state.
type OutboxCount struct {
	Issuer chile.RUT
	Kind   string
	State  EnvelopeState
	Count  int64
	Oldest time.Time // when the oldest of them moved into the state
}
