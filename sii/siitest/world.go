package siitest

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/judge"
)

// world is the SII's knowledge of issuers, folios and uploaded documents.
type world struct {
	mu        sync.Mutex
	issuers   map[chile.RUT]judge.Company
	cafs      map[folioKey]ranges[dte.CAFData]
	annulled  map[folioKey]ranges[struct{}]
	documents map[chile.DocumentID]*knownDocument
}

// folioKey is an issuer and a document type.
type folioKey struct {
	issuer chile.RUT
	of     chile.DocType
}

func newWorld() *world {
	return &world{
		issuers: map[chile.RUT]judge.Company{}, cafs: map[folioKey]ranges[dte.CAFData]{}, annulled: map[folioKey]ranges[struct{}]{},
		documents: map[chile.DocumentID]*knownDocument{},
	}
}

func (w *world) addIssuer(rut chile.RUT, company judge.Company) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.issuers[rut] = company
}

func (w *world) issuer(rut chile.RUT) (judge.Company, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	company, ok := w.issuers[rut]
	return company, ok
}

// authorize adds folios that the SII gave. Adding the same ones again is no error.
func (w *world) authorize(caf *dte.CAFData) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	key := folioKey{caf.Issuer, caf.Type}
	list := w.cafs[key]
	if same, ok := list.find(caf.Range.From); ok && sameCAF(&same, caf) {
		return nil
	}
	list, ok := list.add(caf.Range.From, caf.Range.To, *caf)
	if !ok {
		return fmt.Errorf("%w: some of the folios %d to %d were given before", ErrCAF, int64(caf.Range.From), int64(caf.Range.To))
	}
	w.cafs[key] = list
	return nil
}

func sameCAF(a, b *dte.CAFData) bool {
	return a.Range.From == b.Range.From && a.Range.To == b.Range.To && a.RSAKey != nil && b.RSAKey != nil && a.RSAKey.Modulus == b.RSAKey.Modulus
}

// caf returns the CAF of a folio.
func (w *world) caf(id chile.DocumentID) (dte.CAFData, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.cafs[folioKey{id.Issuer, id.Type}].find(id.Folio)
}

// annul annuls folios that were given and not used.
func (w *world) annul(issuer chile.RUT, of chile.DocType, from, to chile.Folio) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	key := folioKey{issuer, of}
	list, ok := w.annulled[key].add(from, to, struct{}{})
	if from < 1 || to < from || !ok {
		return fmt.Errorf("%w: folios %d to %d, some of which were annulled before", ErrCAF, int64(from), int64(to))
	}
	w.annulled[key] = list
	return nil
}

func (w *world) isAnnulled(id chile.DocumentID) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	_, ok := w.annulled[folioKey{id.Issuer, id.Type}].find(id.Folio)
	return ok
}

// state is the SII's state for a document that it does not have: FAN, FNA, EMP, or
// FAU. FAU also applies to an unknown company if no company is known. With anyCAF,
// all folios count as given.
func (w *world) state(id chile.DocumentID, anyCAF bool) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	key := folioKey{id.Issuer, id.Type}
	_, known := w.issuers[id.Issuer]
	_, given := w.cafs[key].find(id.Folio)
	_, annulled := w.annulled[key].find(id.Folio)
	switch {
	case annulled:
		return "FAN"
	case !known && len(w.issuers) > 0:
		return "EMP"
	case known && !given && !anyCAF:
		return "FNA"
	default:
		return "FAU"
	}
}

// ranges are disjoint ranges of folios, in order.
type ranges[T any] []folioRange[T]

type folioRange[T any] struct {
	from, to chile.Folio
	of       T
}

// find returns the data of the range that contains a folio.
func (r ranges[T]) find(folio chile.Folio) (of T, ok bool) {
	if i := r.after(folio); i > 0 && folio <= r[i-1].to {
		return r[i-1].of, true
	}
	return of, false
}

// after returns the index of the first range that begins after a folio.
func (r ranges[T]) after(folio chile.Folio) int {
	i, _ := slices.BinarySearchFunc(r, folio, func(r folioRange[T], folio chile.Folio) int { return cmp.Or(cmp.Compare(r.from, folio), -1) })
	return i
}

// add adds a range, unless it overlaps another.
func (r ranges[T]) add(from, to chile.Folio, of T) (ranges[T], bool) {
	i := r.after(to)
	if i > 0 && r[i-1].to >= from {
		return r, false
	}
	return slices.Insert(r, i, folioRange[T]{from, to, of}), true
}

// seen reports whether queries find a document by then: during the validation of an
// upload they do not.
func (d *knownDocument) seen(now time.Time) bool { return !now.Before(d.from) }
