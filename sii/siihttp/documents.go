package siihttp

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"net/http"
	"strconv"
	"strings"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/plain"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii/siisync"
	"github.com/ofitec/chile/storage"
)

var documentParameters = []string{"rut", "periodo", "estado", "tipo", "contraparte", "q", "limite", "cursor", "formato"}

// storeError marks an error as the store's.
func storeError(err error) error { return fmt.Errorf("%w: %w", siisync.ErrStore, err) }

// document is a document of a register, as people look at it.
type document struct {
	State        rcv.State     `json:"estado"`
	Type         chile.DocType `json:"tipo"`
	TypeName     string        `json:"tipo_nombre"`
	Folio        chile.Folio   `json:"folio"`
	Issued       chile.Date    `json:"fecha_emision,omitzero"`
	Received     instant       `json:"fecha_recepcion,omitzero"`
	Acknowledged instant       `json:"fecha_acuse,omitzero"`
	Claimed      instant       `json:"fecha_reclamo,omitzero"`
	Kind         string        `json:"tipo_compra_venta"` // Tipo de Compra or Tipo de Venta in the SII's words; empty if there is none
	Counterparty chile.RUT     `json:"rut_contraparte"`   // empty if there is none
	Name         string        `json:"razon_social"`
	Net          chile.CLP     `json:"neto"`
	VAT          chile.CLP     `json:"iva"`
	Exempt       chile.CLP     `json:"exento"`
	NoCreditVAT  chile.CLP     `json:"iva_no_recuperable"`
	CommonVAT    chile.CLP     `json:"iva_uso_comun"`
	OtherTaxes   chile.CLP     `json:"otros_impuestos"`
	Total        chile.CLP     `json:"total"`
	Gap          chile.CLP     `json:"descuadre,omitzero"` // see gapOf
	Event        string        `json:"evento,omitempty"`
	RefType      chile.DocType `json:"tipo_referencia,omitzero"`
	RefFolio     string        `json:"folio_referencia,omitempty"`
	Unread       []unread      `json:"ilegible,omitempty"`
}

// unread is a value of a row of another program that cannot be read: see
// storage.StoredDocument.
type unread struct {
	Column string `json:"columna"`
	Text   string `json:"texto"`
}

func viewOfStored(d *storage.StoredDocument) document {
	view := viewOf(d.Key.Book, &d.Document)
	view.Gap = gapOf(d)
	for _, u := range d.Unread {
		view.Unread = append(view.Unread, unread{u.Column, u.Text})
	}
	return view
}

// gapOf returns by how much the amounts of a document do not make up its total: see
// rcv.Document.Gap. Of a row of another program nobody knows: it has not all amounts.
func gapOf(d *storage.StoredDocument) chile.CLP {
	if d.Hash == "" {
		return 0
	}
	return d.Gap()
}

// kindWords are the words for what a document was bought or sold for: the SII's where
// the kind is known, from whichever source it came, else what the row has.
func kindWords(book rcv.Book, d *rcv.Document) string {
	return cmp.Or(d.KindIn(book).String(), d.KindText)
}

func viewOf(book rcv.Book, d *rcv.Document) document {
	return document{
		State: d.State, Type: d.Type, TypeName: d.Type.String(), Folio: d.Folio, Issued: d.Issued, Kind: kindWords(book, d),
		Received: instant(d.Received), Acknowledged: instant(d.Acknowledged), Claimed: instant(d.Claimed),
		Counterparty: d.Counterparty, Name: d.Name, Net: d.Net, VAT: d.VAT, Exempt: d.Exempt,
		NoCreditVAT: d.NonRecoverableVAT, CommonVAT: d.CommonUseVAT, OtherTaxes: d.OtherTaxTotal, Total: d.Total,
		Event: d.Event, RefType: d.RefType, RefFolio: d.RefFolio,
	}
}

// documents answers GET /rcv/{libro}: the documents that stand in a register, page
// by page, or all of them as CSV.
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

// selection is which documents are wanted.
type selection struct {
	query storage.DocumentQuery
	words string // in lower case without accents; empty is all
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

// from has the list go on behind a cursor, which is the place of a document.
func (s *selection) from(key rcv.Key, cursor string) error {
	wrong := invalid(kindInvalidValue, "El cursor no es uno que se haya dado.")
	place := &s.query.After
	if place.UnmarshalText([]byte(cursor)) != nil || storage.CheckText(place.Key) != nil || !place.IsZero() && !place.In(key) {
		return wrong
	}
	return nil
}

// maxChunk is the most documents that are asked of the store at once for a page.
const maxChunk = 1000

// all yields what is selected, in the order of the store, as it was at one time.
func (s *selection) all(ctx context.Context, store storage.Registers) iter.Seq2[storage.StoredDocument, error] {
	return s.chunks(ctx, store, 0)
}

// chunks yields what is selected, in the order of the store, which it asks for so many
// documents at once, or for more where words select few of them; 0 is for all.
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
