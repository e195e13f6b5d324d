package storage

import (
	"context"
	"iter"
	"slices"
	"time"

	"github.com/ofitec/chile"
)

// Outbox keeps envelopes, byte for byte, from before they are sent until it is known
// what became of them, so that an upload whose answer was lost is repeated with
// the same bytes. It is an ability beside Storage that a store with Issued may have;
// all stores of this SDK do.
type Outbox interface {
	// PutEnvelope stores an envelope as EnvelopePending and returns it without its
	// bytes. The store computes the digest. The same bytes again are no error: what is
	// stored is returned, whatever its state.
	//
	// Its documents are of its issuer, and their folios are FolioSigned, or else it is
	// ErrFolioState. No other envelope with one of them is pending, sending, sent or
	// unknown, or else it is ErrInEnvelope. A folio that has no document is absent. One of
	// another environment than the store's is ErrEnvironment; without issuer, kind,
	// bytes or documents, or with a document twice, it is ErrInvalid.
	PutEnvelope(ctx context.Context, envelope NewEnvelope) (*Envelope, error)

	// Envelope returns an envelope with its bytes and the ids of the folios of its
	// documents. One that was never stored is absent. Bytes that are not those of the
	// digest are ErrDamaged.
	Envelope(ctx context.Context, id int64) (*Envelope, error)

	// Envelopes yields the envelopes that a query selects in the order of their ids,
	// without bytes and folios.
	Envelopes(ctx context.Context, query EnvelopeQuery) iter.Seq2[Envelope, error]

	// MoveEnvelope moves an envelope from one state to the next, if it still is in the
	// first, and returns it without its bytes. A move that EnvelopeState.CanBecome does
	// not allow is ErrInvalid. If the envelope is in another state it is ErrOvertaken,
	// which tells the state. So it is into or out of EnvelopeSending if the envelope was
	// moved into it with a greater fence; but a move to EnvelopeSent brings a true
	// answer, and is made whatever its fence.
	//
	// Into EnvelopeSending it counts an attempt, and is committed before the bytes may
	// leave. Into EnvelopePending an envelope whose bytes may have left goes as
	// EnvelopeUnknown. Into EnvelopeSent it takes a track id, has the folios of its
	// documents be FolioSent unless they were judged already, and with its first track
	// id stores the Submission, all in one transaction; without a track id it is
	// ErrInvalid, unless the envelope has one. Into EnvelopeRejected it has folios that
	// were not judged be FolioSigned again, and the Submission be Rejected.
	//
	// An envelope with a void document never moves into EnvelopePending or
	// EnvelopeSending again, which is ErrFolioState; nor does one with a document that
	// another live one has, which is ErrInEnvelope. An envelope that is not stored is
	// absent.
	MoveEnvelope(ctx context.Context, move EnvelopeMove) (*Envelope, error)

	// OutboxCounts returns how many envelopes are pending, sending, unknown or held, by
	// issuer, kind and state in that order, and since when the oldest of each is. A zero
	// issuer is all.
	OutboxCounts(ctx context.Context, issuer chile.RUT) ([]OutboxCount, error)
}

// EnvelopeState is where an envelope is on its way.
type EnvelopeState string

// The states of an envelope.
const (
	EnvelopePending  EnvelopeState = "pending"  // to be sent; nothing has left
	EnvelopeSending  EnvelopeState = "sending"  // its bytes may be leaving now
	EnvelopeSent     EnvelopeState = "sent"     // the SII has it, and has given a track id
	EnvelopeUnknown  EnvelopeState = "unknown"  // its bytes have left, and no answer has come
	EnvelopeRejected EnvelopeState = "rejected" // the SII has refused all of it; its documents may go in another one
	EnvelopeHeld     EnvelopeState = "held"     // not sent until somebody decides
)

// nextStates are the states that an envelope may move into. In the same state it
// may be told news.
var nextStates = map[EnvelopeState][]EnvelopeState{
	EnvelopePending: {EnvelopePending, EnvelopeSending, EnvelopeHeld},
	EnvelopeSending: {EnvelopePending, EnvelopeSent, EnvelopeUnknown, EnvelopeRejected, EnvelopeHeld},
	EnvelopeSent:    {EnvelopeSent, EnvelopeRejected},
	EnvelopeUnknown: {EnvelopeUnknown, EnvelopeSending, EnvelopeSent, EnvelopeRejected, EnvelopeHeld},
	EnvelopeHeld:    {EnvelopeHeld, EnvelopePending, EnvelopeSent, EnvelopeRejected},
}

// CanBecome reports whether an envelope may move from the state to the next one.
// Pending, sent, unknown and held ones may move into the state that they have, to
// keep an answer or the time of the next try. A rejected one stays as it is.
func (s EnvelopeState) CanBecome(next EnvelopeState) bool {
	return slices.Contains(nextStates[s], next)
}

// Live reports whether no other envelope may have a document of one in that state.
func (s EnvelopeState) Live() bool {
	return s != EnvelopeRejected && s != EnvelopeHeld
}

// NewEnvelope is an envelope that is to be sent.
type NewEnvelope struct {
	Environment chile.Environment
	Issuer      chile.RUT
	Kind        string  // DTE, BOLETA …: that of its Submission
	XML         []byte  // as it is to leave
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
	NextTry  time.Time // not before then; zero is at once

	Answer        string   // the last one, as told by the caller
	Estado, Glosa string   // the SII's last code and text, verbatim
	TrackIDs      []string // as the SII gave them, the first one first; copies of an envelope have others

	CreatedAt, UpdatedAt time.Time
}

// EnvelopeMove moves an envelope.
type EnvelopeMove struct {
	ID       int64
	From, To EnvelopeState
	Fence    int64 // that of the lease under which it is moved; 0 if it is not under one

	NextTry time.Time // in place of the one before
	TrackID string    // only into EnvelopeSent; empty is none that is new

	// Answer, Estado and Glosa take the place of those before unless they are empty.
	Answer, Estado, Glosa string
}

// EnvelopeQuery selects envelopes. Every zero value selects all.
type EnvelopeQuery struct {
	Issuer chile.RUT
	Kind   string
	States []EnvelopeState

	Folio     int64     // only those with the document of that folio
	TrackID   string    // only those of which a track id ends in it: digits, so that zeros in front may be left out
	Due       time.Time // only those whose next try is not after it
	Undecided bool      // only those with a document without verdict

	AfterID int64 // only envelopes with a greater id
	Limit   int   // at most that many; 0 is no limit, a negative one is ErrInvalid
}

// OutboxCount counts the envelopes in one state.
type OutboxCount struct {
	Issuer chile.RUT
	Kind   string
	State  EnvelopeState
	Count  int64
	Oldest time.Time // since when the oldest of them is in the state
}
