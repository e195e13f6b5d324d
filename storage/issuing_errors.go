package storage

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ofitec/chile"
)

// Why a CAF is not stored, or a folio not handed out. Nothing was written.
var (
	// ErrCAFOverlap says that a CAF shares folios with another one of its issuer and
	// type. The error is a *CAFError.
	ErrCAFOverlap = errors.New("storage: CAF with folios of another CAF")

	// ErrForeignCAF says that a CAF file is already stored with another issuer, type or
	// range. The error is a *CAFError.
	ErrForeignCAF = errors.New("storage: CAF file of another issuer, type or range")

	// ErrNoKey says that the store has no key to seal a private key. Give it a sealer.
	ErrNoKey = errors.New("storage: no key to seal with")

	// ErrKeyReused says that a key was used before for another document. Use another
	// key. The error is a *KeyReusedError.
	ErrKeyReused = errors.New("storage: key was used for another document")

	// ErrReplaced says that another key already replaces the rejected document. The
	// error is a *KeyReusedError about that key.
	ErrReplaced = errors.New("storage: document is replaced already")

	// ErrNoFolios says that no folio is left for a document of that day. Get another
	// CAF. The error is a *NoFoliosError.
	ErrNoFolios = errors.New("storage: no folios left")

	// ErrFoliosHeld says that a CAF is held: see Folios.HoldCAF. The error is a
	// *CAFError.
	ErrFoliosHeld = errors.New("storage: folios are held")

	// ErrAboveBound says that a folio is above the open folios of its CAF: see
	// Folios.RaiseBound. The error is a *BoundError.
	ErrAboveBound = errors.New("storage: folio above the bound")

	// ErrFolioState says that the state of a folio does not allow the call. The error
	// is a *FolioStateError.
	ErrFolioState = errors.New("storage: state of the folio")

	// ErrHandedOut says that a document was or may have been handed out, so its folio
	// cannot be void. Issue a note about it. The error is a *FolioStateError.
	ErrHandedOut = errors.New("storage: document was handed out")
)

// Why a document or envelope is not stored, or not moved. Nothing was written.
var (
	// ErrOtherBytes says that the document of a folio is stored with other bytes.
	ErrOtherBytes = errors.New("storage: document is stored with other bytes")

	// ErrAccepted says that a document was accepted and cannot be rejected any more.
	ErrAccepted = errors.New("storage: document was accepted")

	// ErrInEnvelope says that a document is in another envelope. The error is an
	// *InEnvelopeError.
	ErrInEnvelope = errors.New("storage: document is in another envelope")

	// ErrOvertaken says that another caller has moved an envelope. Read it again. The
	// error is an *OvertakenError.
	ErrOvertaken = errors.New("storage: envelope was moved by somebody else")
)

// CAFError is ErrCAFOverlap, ErrForeignCAF or ErrFoliosHeld, with the stored CAF.
type CAFError struct {
	Kind   error
	Stored CAF // without its file
}

func (e *CAFError) Error() string {
	c := &e.Stored
	text := fmt.Sprintf("%v: CAF %d of %s, type %d, folios %d to %d", e.Kind, c.ID, c.Issuer, c.Type, c.First, c.Last)
	if e.Kind == ErrFoliosHeld { //nolint:errorlint // a field, not a chain
		text += ": " + c.Held
	}
	return text
}

// Is reports whether the target is its kind.
func (e *CAFError) Is(target error) bool { return target == e.Kind }

// KeyReusedError is ErrKeyReused or ErrReplaced, with the document that has the key.
type KeyReusedError struct {
	Kind     error
	Key      string
	Document chile.DocumentID // zero if the key is twice in one call
	State    FolioState
	Taken    time.Time
}

func (e *KeyReusedError) Error() string {
	if e.Document.IsZero() {
		return fmt.Sprintf("%v: key %q, in one call", e.Kind, e.Key)
	}
	return fmt.Sprintf("%v: key %q has document %s, %s", e.Kind, e.Key, e.Document, e.State)
}

// Is reports whether the target is its kind.
func (e *KeyReusedError) Is(target error) bool { return target == e.Kind }

// NoFoliosError is ErrNoFolios, with what is missing.
type NoFoliosError struct {
	Issuer  chile.RUT
	Missing []MissingFolios // in the order of types and days
}

// MissingFolios is what is missing of one type, for documents of one day.
type MissingFolios struct {
	Type          chile.DocType
	Day           chile.Date
	Wanted, Found int64
	Idle          int64 // left of CAFs that are authorised after the day, or whose last day is before it
}

func (e *NoFoliosError) Error() string {
	parts := make([]string, len(e.Missing))
	for i, m := range e.Missing {
		parts[i] = fmt.Sprintf("type %d on %s: %d wanted, %d found", m.Type, m.Day, m.Wanted, m.Found)
		if m.Idle > 0 {
			parts[i] += fmt.Sprintf(" (%d of other days)", m.Idle)
		}
	}
	return fmt.Sprintf("%v for %s: %s", ErrNoFolios, e.Issuer, strings.Join(parts, "; "))
}

// Is reports whether the target is ErrNoFolios.
func (e *NoFoliosError) Is(target error) bool { return target == ErrNoFolios }

// BoundError is ErrAboveBound, with the CAF and the folio that is not open.
type BoundError struct {
	CAF     CAF         // without its file
	Through chile.Folio // the greatest requested folio
}

func (e *BoundError) Error() string {
	return fmt.Sprintf("%v: CAF %d of %s, type %d: folio %d, open up to %d, bound %d", ErrAboveBound, e.CAF.ID, e.CAF.Issuer, e.CAF.Type, e.Through, e.CAF.Open, e.CAF.Bound)
}

// Is reports whether the target is ErrAboveBound.
func (e *BoundError) Is(target error) bool { return target == ErrAboveBound }

// FolioStateError is ErrFolioState or ErrHandedOut, with the folio.
type FolioStateError struct {
	Kind     error
	Document chile.DocumentID
	State    FolioState // empty if the folio was not taken
}

func (e *FolioStateError) Error() string {
	if e.State == "" {
		return fmt.Sprintf("%v: %s was not taken", e.Kind, e.Document)
	}
	return fmt.Sprintf("%v: %s is %s", e.Kind, e.Document, e.State)
}

// Is reports whether the target is its kind.
func (e *FolioStateError) Is(target error) bool { return target == e.Kind }

// InEnvelopeError is ErrInEnvelope, with the envelope that has the document.
type InEnvelopeError struct {
	Document chile.DocumentID
	Envelope int64
	State    EnvelopeState
}

func (e *InEnvelopeError) Error() string {
	return fmt.Sprintf("%v: %s is in envelope %d, which is %s", ErrInEnvelope, e.Document, e.Envelope, e.State)
}

// Is reports whether the target is ErrInEnvelope.
func (e *InEnvelopeError) Is(target error) bool { return target == ErrInEnvelope }

// OvertakenError is ErrOvertaken, with the envelope's present state.
type OvertakenError struct {
	Envelope int64
	State    EnvelopeState
	Fence    int64
}

func (e *OvertakenError) Error() string {
	return fmt.Sprintf("%v: envelope %d is %s, with fence %d", ErrOvertaken, e.Envelope, e.State, e.Fence)
}

// Is reports whether the target is ErrOvertaken.
func (e *OvertakenError) Is(target error) bool { return target == ErrOvertaken }
