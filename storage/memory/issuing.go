package memory

import (
	"cmp"
	"slices"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/internal/issuing"
)

// emission is what a store keeps of folios, documents and envelopes. The id of each
// is its index plus one.
type emission struct {
	cafs      []*storage.CAF
	files     [][]byte // of the CAFs
	folios    []*storage.TakenFolio
	orphans   []*storage.Orphan
	envelopes []*storage.Envelope

	byKey      map[folioKey]int64
	byDocument map[chile.DocumentID]int64
	replacedBy map[folioKey]string

	issued map[int64]*storage.IssuedDocument // by folio
	waits  map[int64][]storage.Wait          // by folio
	within map[int64][]int64                 // the envelopes of a folio
}

type folioKey struct {
	issuer chile.RUT
	key    string
}

func newEmission() emission {
	return emission{
		byKey: map[folioKey]int64{}, byDocument: map[chile.DocumentID]int64{}, replacedBy: map[folioKey]string{},
		issued: map[int64]*storage.IssuedDocument{}, waits: map[int64][]storage.Wait{}, within: map[int64][]int64{},
	}
}

// at returns the element of that id; nil is none.
func at[T any](list []*T, id int64) *T {
	if id < 1 || id > int64(len(list)) {
		return nil
	}
	return list[id-1]
}

// folio returns a folio with all that is known of it; nil is none.
func (i *emission) folio(id int64) *storage.TakenFolio {
	stored := at(i.folios, id)
	if stored == nil {
		return nil
	}
	f := *stored
	f.Draft = slices.Clone(f.Draft)
	f.ReplacedBy = i.replacedBy[folioKey{f.Document.Issuer, f.Key}] // a key is never empty
	return &f
}

// addFolio stores a folio and returns it with its id.
func (i *emission) addFolio(f storage.TakenFolio) storage.TakenFolio {
	f.ID = int64(len(i.folios)) + 1
	i.folios = append(i.folios, nil)
	i.putFolio(f)
	return f
}

func (i *emission) putFolio(f storage.TakenFolio) {
	i.folios[f.ID-1] = &f
	i.byDocument[f.Document] = f.ID
	if f.Key == "" {
		return
	}
	i.byKey[folioKey{f.Document.Issuer, f.Key}] = f.ID
	if f.Replaces != "" {
		i.replacedBy[folioKey{f.Document.Issuer, f.Replaces}] = f.Key
	}
}

// cafOf returns the CAF that a document's folio is of; nil is none.
func (i *emission) cafOf(document chile.DocumentID) *storage.CAF {
	for _, c := range i.cafs {
		if issuing.Has(c, document) {
			return c
		}
	}
	return nil
}

// document returns a signed document without its bytes; nil is none.
func (i *emission) document(folio int64) *storage.IssuedDocument {
	stored := i.issued[folio]
	if stored == nil {
		return nil
	}
	d, f := *stored, at(i.folios, folio)
	d.Document, d.Key, d.State = f.Document, f.Key, f.State
	d.XML = nil
	d.Foreseen, d.Verdict.Codes = slices.Clone(d.Foreseen), slices.Clone(d.Verdict.Codes)
	for _, w := range i.waits[folio] {
		if !w.Over {
			d.Waiting++
		}
	}
	return &d
}

// envelope returns an envelope without its bytes and folios.
func envelope(stored *storage.Envelope) *storage.Envelope {
	e := *stored
	e.XML, e.Folios, e.TrackIDs = nil, nil, slices.Clone(e.TrackIDs)
	e.Left = e.Left || e.State == storage.EnvelopeSending
	return &e
}

// liveEnvelope returns a live envelope of a folio other than that of the id; nil is
// none.
func (i *emission) liveEnvelope(folio, except int64) *storage.Envelope {
	for _, id := range i.within[folio] {
		if e := at(i.envelopes, id); id != except && e.State.Live() {
			return e
		}
	}
	return nil
}

// limited is the elements of a list with greater ids that are selected.
func limited[T any](list []*T, after int64, limit int, selects func(*T) bool) (selected []*T) {
	for _, v := range list[min(max(0, after), int64(len(list))):] {
		if limit > 0 && len(selected) == limit {
			break
		}
		if selects(v) {
			selected = append(selected, v)
		}
	}
	return selected
}

// wants reports whether a value is selected: the zero value selects all.
func wants[T comparable](selected, value T) bool {
	return cmp.Or(selected, value) == value
}
