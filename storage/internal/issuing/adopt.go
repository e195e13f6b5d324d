package issuing

import (
	"slices"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/storage"
)

// Adopted tells whether an orphan is the document of a request already, or why it
// cannot be: of what its key has and of what its folio is known as, nil for none,
// and of the CAF of its folio.
func Adopted(document chile.DocumentID, r *storage.FolioRequest, byKey, has *storage.TakenFolio, caf *storage.CAF) (done bool, err error) {
	switch {
	case byKey != nil:
		if byKey.Document != document {
			return false, KeyReused(storage.ErrKeyReused, byKey)
		}
		return true, SameRequest(r, byKey)
	case has != nil && has.State != storage.FolioSkipped:
		return false, KeyReused(storage.ErrKeyReused, has)
	case has == nil && caf != nil && caf.Next <= document.Folio:
		return false, &storage.FolioStateError{Kind: storage.ErrFolioState, Document: document}
	}
	return false, nil
}

// Adoption is what the folio of an orphan becomes.
func Adoption(document chile.DocumentID, r *storage.FolioRequest, has *storage.TakenFolio, caf *storage.CAF, now time.Time) storage.TakenFolio {
	f := storage.TakenFolio{Document: document, CreatedAt: now}
	if has != nil {
		f = *has
	} else if caf != nil {
		f.CAF = caf.ID
	}
	f.Key, f.DraftHash, f.Day, f.Instant = r.Key, r.DraftHash, r.Day, kept(r.Instant)
	f.Draft, f.Replaces = slices.Clone(r.Draft), r.Replaces
	f.State, f.Reason, f.UpdatedAt = storage.FolioAccepted, "", now
	return f
}

// kept is a time as stores keep it.
func kept(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }
