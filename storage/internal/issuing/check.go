// Package issuing is what the stores share of folios, documents and envelopes: what
// may be stored, and which folio is handed out.
package issuing

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/storage"
)

const (
	maxType  chile.DocType = 9999
	maxFolio chile.Folio   = 9_999_999_999 // SiiTypes_v10.xsd, FolioType
	maxKey                 = 200
	maxSkip                = 100_000
)

func invalid(what string) error { return fmt.Errorf("%w: %s", storage.ErrInvalid, what) }

// CheckCAF returns why a CAF cannot be stored, and completes it.
func CheckCAF(c *storage.CAF) error {
	switch {
	case c.Issuer.IsZero() || c.Type < 1 || c.Type > maxType:
		return invalid("a CAF has an issuer and a type")
	case c.First < 1 || c.Last < c.First || c.Last > maxFolio:
		return invalid("a CAF has a range of folios")
	case c.Authorized.IsZero() || c.Digest == "" || len(c.File) == 0:
		return invalid("a CAF has an authorisation date, a digest and a file")
	}
	if c.FirstFree == 0 {
		c.FirstFree = c.First
	}
	if c.FirstFree < c.First || c.FirstFree > c.Last+1 {
		return invalid("the first free folio is one of the CAF, or the one after them")
	}
	c.Environment = c.Environment.Known()
	return storage.CheckText(c.Digest)
}

// SameCAF returns why a CAF is not the stored one of its digest.
func SameCAF(c, stored *storage.CAF) error {
	if c.Issuer == stored.Issuer && c.Type == stored.Type && c.First == stored.First && c.Last == stored.Last {
		return nil
	}
	return &storage.CAFError{Kind: storage.ErrForeignCAF, Stored: *stored}
}

// Overlaps reports whether CAFs of one issuer and type share folios.
func Overlaps(c, stored *storage.CAF) bool {
	return c.Issuer == stored.Issuer && c.Type == stored.Type && c.First <= stored.Last && stored.First <= c.Last
}

// CheckRequests returns why folios cannot be asked for so.
func CheckRequests(requests []storage.FolioRequest) error {
	for i := range requests {
		r := &requests[i]
		switch {
		case r.Issuer.IsZero() || r.Type < 1 || r.Type > maxType:
			return invalid("a request for a folio has an issuer and a type")
		case r.Key == "" || utf8.RuneCountInString(r.Key) > maxKey:
			return invalid(fmt.Sprintf("a request for a folio has a key of at most %d characters", maxKey))
		case r.DraftHash == "" || r.Day.IsZero() || r.Instant.IsZero():
			return invalid("a request for a folio has the hash of a draft, a day and an instant")
		case r.Replaces == r.Key:
			return invalid("a key replaces another one")
		case r.Issuer != requests[0].Issuer || r.Environment.Known() != requests[0].Environment.Known():
			return invalid("requests for folios have one issuer and one environment")
		}
		if err := storage.CheckText(r.Key, r.DraftHash, r.Replaces); err != nil {
			return err
		}
	}
	return nil
}

// Has reports whether the folio of a document is one of a CAF.
func Has(c *storage.CAF, id chile.DocumentID) bool {
	return c.Issuer == id.Issuer && c.Type == id.Type && c.First <= id.Folio && id.Folio <= c.Last
}

// HoldReason is why a CAF is held if an orphan has one of its folios and the folios
// from next on are still to be handed out; empty if it is not held.
func HoldReason(orphan, next chile.Folio) string {
	if orphan < next {
		return ""
	}
	return fmt.Sprintf("folio %d was used, and was not handed out here: the store is older than it", orphan)
}

// CheckSkip returns why folios are not skipped. orphan is the greatest folio of the
// CAF that an orphan has, 0 for none.
func CheckSkip(c *storage.CAF, through chile.Folio, reason string, orphan chile.Folio) error {
	if err := CheckReason(reason); err != nil {
		return err
	}
	if through < c.First || through > c.Last || through-c.Next+1 > maxSkip {
		return invalid(fmt.Sprintf("folios are skipped within a CAF, at most %d at once", maxSkip))
	}
	if orphan > through {
		return &storage.FolioStateError{Kind: storage.ErrFolioState, Document: chile.DocumentID{Issuer: c.Issuer, Type: c.Type, Folio: orphan}}
	}
	return nil
}

// CheckReason returns why a text is no reason.
func CheckReason(reason string) error {
	if reason == "" {
		return invalid("a reason is needed")
	}
	return storage.CheckText(reason)
}

// CheckBound returns the bound that a CAF is to have.
func CheckBound(c *storage.CAF, from, to chile.Folio) (chile.Folio, error) {
	if to = min(to, c.Last); from < 0 || to <= from {
		return 0, invalid("a bound is raised")
	}
	return to, nil
}

// CheckOpen returns why folios are not opened.
func CheckOpen(c *storage.CAF, through chile.Folio) error {
	if through > c.Bound {
		return &storage.BoundError{CAF: *c, Through: through}
	}
	return nil
}

// CheckOrphans returns why orphans cannot be stored.
func CheckOrphans(orphans []storage.Orphan) error {
	for i := range orphans {
		o := &orphans[i]
		if err := CheckDocumentID(o.Document); err != nil {
			return err
		}
		if o.Source == "" {
			return invalid("an orphan was seen somewhere")
		}
		if err := storage.CheckText(o.Source); err != nil {
			return err
		}
	}
	return nil
}

// CheckDocumentID returns why an id names no document.
func CheckDocumentID(id chile.DocumentID) error {
	if id.Issuer.IsZero() || id.Type < 1 || id.Type > maxType || id.Folio < 1 || id.Folio > maxFolio {
		return invalid("a document has an issuer, a type and a folio")
	}
	return nil
}

// CheckAdoption returns why an orphan is not the document of a request.
func CheckAdoption(document chile.DocumentID, request *storage.FolioRequest) error {
	if err := CheckDocumentID(document); err != nil {
		return err
	}
	if document.Issuer != request.Issuer || document.Type != request.Type {
		return invalid("an orphan is adopted for its own issuer and type")
	}
	return CheckRequests([]storage.FolioRequest{*request})
}

// CheckIssued returns why signed documents cannot be stored.
func CheckIssued(documents []storage.NewIssued) error {
	for i := range documents {
		d := &documents[i]
		if len(d.XML) == 0 || d.Receiver.IsZero() || d.Date.IsZero() {
			return invalid("a signed document has bytes, a receiver and a date")
		}
		for j, waited := range d.WaitsFor {
			if err := CheckDocumentID(waited); err != nil {
				return err
			}
			if slices.Contains(d.WaitsFor[:j], waited) {
				return invalid("a document waits for another one once")
			}
		}
		if err := checkCodes(d.Foreseen); err != nil {
			return err
		}
	}
	return nil
}

func checkCodes(codes []storage.VerdictCode) error {
	for _, code := range codes {
		if err := storage.CheckText(code.Code, code.Text); err != nil {
			return err
		}
	}
	return nil
}

// CheckVerdict returns why a verdict cannot be stored.
func CheckVerdict(v *storage.Verdict) error {
	switch v.State {
	case storage.VerdictNone, storage.VerdictAccepted, storage.VerdictObserved, storage.VerdictRejected:
	default:
		return invalid("a verdict is accepted, observed, rejected or none")
	}
	if err := storage.CheckText(v.Estado, v.Glosa); err != nil {
		return err
	}
	return checkCodes(v.Codes)
}

// CheckEnvelope returns why an envelope cannot be stored.
func CheckEnvelope(e *storage.NewEnvelope) error {
	if e.Issuer.IsZero() || e.Kind == "" || len(e.XML) == 0 || len(e.Folios) == 0 {
		return invalid("an envelope has an issuer, a kind, bytes and documents")
	}
	sorted := slices.Sorted(slices.Values(e.Folios))
	if len(slices.Compact(sorted)) != len(e.Folios) {
		return invalid("an envelope has a document once")
	}
	return storage.CheckText(e.Kind)
}

// CheckMove returns why an envelope is never moved so.
func CheckMove(m *storage.EnvelopeMove) error {
	if !m.From.CanBecome(m.To) {
		return invalid(fmt.Sprintf("an envelope that is %q does not become %q", m.From, m.To))
	}
	if m.TrackID != "" && m.To != storage.EnvelopeSent {
		return invalid("an envelope with a track id was sent")
	}
	return storage.CheckText(m.TrackID, m.Answer, m.Estado, m.Glosa)
}

// Digest returns the SHA-256 of bytes as it is stored.
func Digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// CheckBytes returns ErrDamaged if bytes are not those of the digest.
func CheckBytes(b []byte, digest string) error {
	if Digest(b) != digest {
		return fmt.Errorf("%w: bytes that are not those of the digest %s", storage.ErrDamaged, digest)
	}
	return nil
}
