package issuing

import (
	"cmp"
	"slices"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/storage"
)

// SameRequest returns why a request is not for the folio that its key has.
func SameRequest(r *storage.FolioRequest, has *storage.TakenFolio) error {
	if r.Type == has.Document.Type && r.DraftHash == has.DraftHash {
		return nil
	}
	return KeyReused(storage.ErrKeyReused, has)
}

// SameTwice returns why a request is not for the folio of another one of its key in
// the same call.
func SameTwice(r, first *storage.FolioRequest) error {
	if r.Type == first.Type && r.DraftHash == first.DraftHash {
		return nil
	}
	return &storage.KeyReusedError{Kind: storage.ErrKeyReused, Key: r.Key}
}

// KeyReused is the error of a key that a folio has.
func KeyReused(kind error, has *storage.TakenFolio) error {
	return &storage.KeyReusedError{Kind: kind, Key: has.Key, Document: has.Document, State: has.State, Taken: has.CreatedAt}
}

// Replaceable returns why a key cannot be replaced by another one.
func Replaceable(by string, has *storage.TakenFolio) error {
	switch {
	case has.ReplacedBy != "" && has.ReplacedBy != by:
		return &storage.KeyReusedError{Kind: storage.ErrReplaced, Key: has.ReplacedBy, Document: has.Document, State: has.State, Taken: has.CreatedAt}
	case has.State != storage.FolioRejected && has.State != storage.FolioVoid:
		return stateError(storage.ErrFolioState, has)
	}
	return nil
}

func stateError(kind error, has *storage.TakenFolio) error {
	return &storage.FolioStateError{Kind: kind, Document: has.Document, State: has.State}
}

// Voidable returns why a folio cannot be void, from its state alone.
func Voidable(has *storage.TakenFolio) error {
	switch has.State {
	case storage.FolioReserved, storage.FolioSigned, storage.FolioVoid:
		return nil
	case storage.FolioSkipped:
		return stateError(storage.ErrFolioState, has)
	default:
		return stateError(storage.ErrHandedOut, has)
	}
}

// HandedOut is the error of a folio whose document may have left.
func HandedOut(has *storage.TakenFolio) error { return stateError(storage.ErrHandedOut, has) }

// InState returns why a folio is not in the state in which something is done.
func InState(has *storage.TakenFolio, states ...storage.FolioState) error {
	if slices.Contains(states, has.State) {
		return nil
	}
	return stateError(storage.ErrFolioState, has)
}

// Compare orders CAFs as folios are taken from them.
func Compare(a, b *storage.CAF) int {
	return cmp.Or(a.Authorized.Compare(b.Authorized), cmp.Compare(a.First, b.First), cmp.Compare(a.ID, b.ID))
}

// Allot hands out a folio for each request, of the CAFs of its type, and moves their
// Next on. The CAFs are in the order of Compare, and of one issuer. If folios are
// missing, held or above a bound, nothing is moved.
func Allot(cafs []*storage.CAF, requests []*storage.FolioRequest) (folios []storage.TakenFolio, err error) {
	a := allotment{cafs: cafs, taken: make([]chile.Folio, len(cafs)), wants: map[want]*storage.MissingFolios{}}
	for _, r := range requests {
		i, folio := a.choose(r)
		if i < 0 {
			continue
		}
		folios = append(folios, storage.TakenFolio{
			Document: chile.DocumentID{Issuer: r.Issuer, Type: r.Type, Folio: folio},
			CAF:      cafs[i].ID,
			Key:      r.Key, DraftHash: r.DraftHash, Day: r.Day, Instant: kept(r.Instant),
			Draft: slices.Clone(r.Draft), Replaces: r.Replaces,
			State: storage.FolioReserved,
		})
	}
	if err := a.err(requests); err != nil {
		return nil, err
	}
	for i, caf := range cafs {
		caf.Next += a.taken[i]
	}
	return folios, nil
}

// want is what folios are counted by.
type want struct {
	typ chile.DocType
	day chile.Date
}

type allotment struct {
	cafs  []*storage.CAF
	taken []chile.Folio // how many, of each CAF
	wants map[want]*storage.MissingFolios
	held  *storage.CAF
	above *storage.BoundError
}

// choose takes the folio that a request gets; a CAF of -1 is none. A folio that it
// may not have counts as given, so that all that is missing is told.
func (a *allotment) choose(r *storage.FolioRequest) (caf int, folio chile.Folio) {
	w := a.wants[want{r.Type, r.Day}]
	if w == nil {
		w = &storage.MissingFolios{Type: r.Type, Day: r.Day}
		a.wants[want{r.Type, r.Day}] = w
	}
	w.Wanted++
	for i, c := range a.cafs {
		folio := c.Next + a.taken[i]
		if c.Type != r.Type || folio > c.Last || !c.Usable(r.Day) {
			continue
		}
		w.Found++
		a.taken[i]++
		if c.Held != "" && a.held == nil {
			a.held = c
		}
		if (r.Bounded || c.Bound > 0) && folio > c.Open {
			a.exceed(c, folio)
		}
		return i, folio
	}
	return -1, 0
}

// exceed notes that a folio is not open: of the first such CAF the greatest one.
func (a *allotment) exceed(caf *storage.CAF, folio chile.Folio) {
	if a.above == nil {
		a.above = &storage.BoundError{CAF: *caf}
	}
	if a.above.CAF.ID == caf.ID {
		a.above.Through = folio
	}
}

func (a *allotment) err(requests []*storage.FolioRequest) error {
	if a.held != nil {
		return &storage.CAFError{Kind: storage.ErrFoliosHeld, Stored: *a.held}
	}
	if missing := a.missing(); len(missing) > 0 {
		return &storage.NoFoliosError{Issuer: requests[0].Issuer, Missing: missing}
	}
	if a.above != nil {
		return a.above
	}
	return nil
}

func (a *allotment) missing() (missing []storage.MissingFolios) {
	for _, w := range a.wants {
		if w.Found == w.Wanted {
			continue
		}
		for _, caf := range a.cafs {
			if caf.Type == w.Type && !caf.Usable(w.Day) {
				w.Idle += caf.Left()
			}
		}
		missing = append(missing, *w)
	}
	slices.SortFunc(missing, func(x, y storage.MissingFolios) int {
		return cmp.Or(cmp.Compare(x.Type, y.Type), x.Day.Compare(y.Day))
	})
	return missing
}
