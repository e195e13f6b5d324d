package siihttp

import (
	"context"
	"iter"
	"net/http"
	"strconv"
	"strings"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/plain"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

var documentParameters = []string{"rut", "periodo", "estado", "tipo", "contraparte", "q", "limite", "cursor", "formato"}

// documents answers GET /rcv/{libro}: the documents of a register, page by page, or
// all as CSV.
func (h *Handler) documents(c *call) error {
	key, err := c.registerKey()
	if err != nil {
		return err
	}
	selection, err := c.selection(key)
	if err != nil {
		return err
	}
	file, err := c.wantsCSV()
	if err != nil {
		return err
	}
	if file {
		return c.download(key, selection.all(c.r.Context(), h.config.Store))
	}
	limit, err := c.limit()
	if err != nil {
		return err
	}
	if err := selection.from(key, c.param("cursor")); err != nil {
		return err
	}
	page := struct {
		Documents []document    `json:"documentos"`
		Next      storage.Place `json:"siguiente,omitzero"`
	}{Documents: []document{}}
	var last storage.Place
	for doc, err := range selection.chunks(c.r.Context(), h.config.Store, limit+1) {
		if err != nil {
			return err
		}
		if len(page.Documents) == limit {
			page.Next = last
			break
		}
		last = doc.Place
		page.Documents = append(page.Documents, viewOfStored(&doc))
	}
	return c.answer(http.StatusOK, page)
}

// selection is the filter of a list.
type selection struct {
	query storage.DocumentQuery
	words string // in lower case without accents; empty means all
}

// selection reads the parameters of a list.
func (c *call) selection(key rcv.Key) (*selection, error) {
	s := &selection{
		query: storage.DocumentQuery{Owner: key.Owner, Book: key.Book, From: key.Period, To: key.Period},
		words: plain.Text(c.param("q")),
	}
	values := c.r.URL.Query()
	for _, word := range values["estado"] {
		state := rcv.State(strings.ToUpper(word))
		if !state.Valid() {
			return nil, invalid(kindInvalidValue, "estado es REGISTRO, PENDIENTE, NO_INCLUIR o RECLAMADO.")
		}
		s.query.States = append(s.query.States, state)
	}
	for _, code := range values["tipo"] {
		typ, err := chile.ParseDocType(code)
		if err != nil {
			return nil, invalid(kindInvalidValue, "tipo es un código como 33.")
		}
		s.query.Types = append(s.query.Types, typ)
	}
	if len(s.query.States) > 4 || len(s.query.Types) > 100 {
		return nil, invalid(kindInvalidValue, "Son demasiados estados o tipos.")
	}
	if text := c.param("contraparte"); text != "" {
		rut, err := chile.ParseRUT(text)
		if err != nil {
			return nil, invalid(kindInvalidValue, "contraparte debe ser un RUT.")
		}
		s.query.Counterparty = rut
	}
	return s, nil
}

// from continues the list after a cursor: the place of a document.
func (s *selection) from(key rcv.Key, cursor string) error {
	wrong := invalid(kindInvalidValue, "El cursor no es uno que se haya dado.")
	place := &s.query.After
	if place.UnmarshalText([]byte(cursor)) != nil || storage.CheckText(place.Key) != nil || !place.IsZero() && !place.In(key) {
		return wrong
	}
	return nil
}

// maxChunk is the most documents read from the store at once for a page.
const maxChunk = 1000

// all yields the selected documents in the store's order, as of one time.
func (s *selection) all(ctx context.Context, store storage.Registers) iter.Seq2[storage.StoredDocument, error] {
	return s.chunks(ctx, store, 0)
}

// chunks yields the selected documents in the store's order. It reads size
// documents at once, or more if words select few of them; 0 reads all.
func (s *selection) chunks(ctx context.Context, store storage.Registers, size int) iter.Seq2[storage.StoredDocument, error] {
	if size > 0 && s.words != "" {
		size = maxChunk
	}
	return func(yield func(storage.StoredDocument, error) bool) {
		query := s.query
		query.Limit = size
		for full := true; full; {
			n := 0
			for doc, err := range store.Documents(ctx, query) {
				if err != nil {
					yield(doc, storeError(err))
					return
				}
				n, query.After = n+1, doc.Place
				if s.selects(&doc.Document) && !yield(doc, nil) {
					return
				}
			}
			full = size > 0 && n == size
		}
	}
}

func (s *selection) selects(d *rcv.Document) bool {
	if s.words == "" {
		return true
	}
	return strings.Contains(plain.Text(d.Name), s.words) ||
		strings.Contains(d.Counterparty.String(), s.words) || strings.Contains(plain.Text(d.Counterparty.Format()), s.words) ||
		strings.Contains(strconv.FormatInt(int64(d.Folio), 10), s.words)
}
