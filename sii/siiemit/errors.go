package siiemit

import (
	"errors"
	"fmt"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte/issue"
	"github.com/ofitec/chile/storage"
)

// Why nothing was issued. Unless the error says otherwise, no folio was spent and the
// key is free.
var (
	// ErrRefused says that the SII would reject the draft: see RefusedError.
	ErrRefused = errors.New("siiemit: draft is refused")

	// ErrFutureDate says that a draft is dated after today, in Chile.
	ErrFutureDate = errors.New("siiemit: draft is dated after today")

	// ErrCompany says that a draft, a CAF or a document has another issuer.
	ErrCompany = errors.New("siiemit: of another company")

	// ErrNoResolution says that the Emitter does not have the company's resolution. A new
	// document needs it.
	ErrNoResolution = errors.New("siiemit: the company's resolution is not known")

	// ErrReference says that a note names a rejected or void document of this store.
	ErrReference = errors.New("siiemit: note on a document that was rejected or is void")

	// ErrMaybeIssued says that a document like the draft was issued after the store's
	// backup: see MaybeIssuedError.
	ErrMaybeIssued = errors.New("siiemit: perhaps issued already")

	// ErrFoliosUnproved says that neither a Witness nor the SII shows that the next folios
	// are unused. Try again when the SII answers, or give the Emitter a Witness.
	ErrFoliosUnproved = errors.New("siiemit: nothing proves that the next folios are free")

	// ErrStoreOld says that documents were issued that the store does not know: it was
	// restored from a backup. Nothing is issued until Emitter.Recover.
	ErrStoreOld = errors.New("siiemit: the store is older than what was issued")

	// ErrStale says that the folio of a key was taken long ago and its document was never
	// signed. A person decides: Emitter.Finish issues it with its old date, Emitter.Void
	// gives up the folio.
	ErrStale = errors.New("siiemit: the folio was taken too long ago")

	// ErrVoid says that the document of a key is void. Another order needs another key.
	ErrVoid = errors.New("siiemit: the document is void")
)

// The errors of Wait.
var (
	// ErrNoVerdict says that the SII has not judged a document for longer than
	// Settings.Follow asks for it. A person should look at it.
	ErrNoVerdict = errors.New("siiemit: no verdict")

	// ErrOutcomeUnknown says that it is not known whether the SII has received a document.
	// Never issue it again with another key: Resume and Wait find out.
	ErrOutcomeUnknown = errors.New("siiemit: it is not known whether the SII has the document")

	// ErrHeld says that the SII refused the envelope of a document. Wait has nothing to
	// wait for: see Emitter.Resend.
	ErrHeld = errors.New("siiemit: envelope was refused")
)

// RefusedError is ErrRefused, with the findings about the draft.
type RefusedError struct {
	Key      string
	Findings issue.Findings // all, also those that do not refuse
}

func (e *RefusedError) Error() string {
	var refusing issue.Findings
	for i := range e.Findings {
		if e.Findings[i].Level.Refuses() {
			refusing = append(refusing, e.Findings[i])
		}
	}
	return fmt.Sprintf("%v: %q: %s", ErrRefused, e.Key, refusing)
}

// Is reports whether the target is ErrRefused.
func (e *RefusedError) Is(target error) bool { return target == ErrRefused }

// Unwrap returns the findings that refuse.
func (e *RefusedError) Unwrap() (errs []error) {
	for i := range e.Findings {
		if e.Findings[i].Level.Refuses() {
			errs = append(errs, e.Findings[i])
		}
	}
	return errs
}

// MaybeIssuedError is ErrMaybeIssued, with the documents that are like the draft. If one
// of them is the same order, call Emitter.Adopt. If none is, set IssueOptions.Anyway.
type MaybeIssuedError struct {
	Key     string
	Orphans []storage.Orphan
}

func (e *MaybeIssuedError) Error() string {
	text := fmt.Sprintf("%v: %q is like", ErrMaybeIssued, e.Key)
	for i, o := range e.Orphans {
		if i == 5 {
			return text + fmt.Sprintf(", and %d more", len(e.Orphans)-i)
		}
		text += fmt.Sprintf(" %s of %s", o.Document, o.Date)
	}
	return text
}

// Is reports whether the target is ErrMaybeIssued.
func (e *MaybeIssuedError) Is(target error) bool { return target == ErrMaybeIssued }

// StoreOldError is ErrStoreOld, with the evidence.
type StoreOldError struct {
	Range    Range
	Next     chile.Folio // the next folio of the store
	Evidence string
}

func (e *StoreOldError) Error() string {
	return fmt.Sprintf("%v: the next folio of %s would be %d, but %s", ErrStoreOld, e.Range, int64(e.Next), e.Evidence)
}

// Is reports whether the target is ErrStoreOld.
func (e *StoreOldError) Is(target error) bool { return target == ErrStoreOld }

// StaleError is ErrStale, with the folio.
type StaleError struct {
	Key      string
	Document chile.DocumentID
	Instant  time.Time // when it was taken
}

func (e *StaleError) Error() string {
	return fmt.Sprintf("%v: %q has %s since %s", ErrStale, e.Key, e.Document, e.Instant.In(chile.Santiago()).Format(time.DateTime))
}

// Is reports whether the target is ErrStale.
func (e *StaleError) Is(target error) bool { return target == ErrStale }
