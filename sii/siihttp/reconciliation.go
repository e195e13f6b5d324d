package siihttp

import (
	"context"
	"fmt"
	"net/http"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

// entry is a document of one side.
type entry struct {
	Counterparty chile.RUT     `json:"rut_contraparte"`
	Type         chile.DocType `json:"tipo"`
	Folio        chile.Folio   `json:"folio"`
	Date         chile.Date    `json:"fecha,omitzero"`
	Total        chile.CLP     `json:"total"`
	Kind         string        `json:"tipo_compra_venta,omitempty"` // as in a document
	Key          string        `json:"clave,omitempty"`
}

func viewOfEntry(e *rcv.Entry) *entry {
	if e == nil {
		return nil
	}
	return &entry{e.Counterparty, e.Type, e.Folio, e.Date, e.Total, e.Kind.String(), e.Key}
}

// pair is one result of a reconciliation.
type pair struct {
	Outcome    rcv.Outcome `json:"resultado"`
	Register   *entry      `json:"registro,omitempty"`
	Books      *entry      `json:"libros,omitempty"`
	Notes      []*entry    `json:"notas,omitempty"`
	Difference chile.CLP   `json:"diferencia"`
	Score      int         `json:"puntaje"`
	Reason     string      `json:"motivo"`
}

// reconciliation is the answer of GET /conciliacion.
type reconciliation struct {
	Owner    chile.RUT    `json:"rut"`
	Period   chile.Period `json:"periodo"`
	Book     Book         `json:"libro"`
	Register chile.CLP    `json:"total_registro"` // credit notes subtracted
	Books    chile.CLP    `json:"total_libros"`

	// Without is the part of the register outside Register: summary lines without
	// documents, such as boletas, which cannot be compared one by one.
	Without sums `json:"sin_detalle"`

	Counts map[rcv.Outcome]int64 `json:"cuentas"` // of pairs, by outcome
	Pairs  []pair                `json:"pares"`   // except those that match
	More   int64                 `json:"omitidos,omitempty"`
}

// maxPairs bounds an answer; the counts include all.
const maxPairs = 10_000

// reconcile answers GET /conciliacion: it compares the official book of a month
// with the company's own. With todos=1 it also lists matches.
func (h *Handler) reconcile(c *call) error {
	owner, err := c.owner(c.param("rut"))
	if err != nil {
		return err
	}
	if h.config.Books == nil {
		return invalid(kindNotConfigured, "El servicio no tiene los libros de la empresa.")
	}
	book, err := parseBook(c.param("libro"))
	if err != nil {
		return err
	}
	period, err := c.period("periodo")
	if err != nil {
		return err
	}
	key := rcv.Key{Owner: owner, Period: period, Book: book}
	if _, err := h.config.Store.LastImport(c.r.Context(), key); err != nil {
		if isAbsent(err) {
			return invalid(kindNotFound, "El registro de ese mes no se ha importado.")
		}
		return storeError(err)
	}
	r := rcv.Reconcile(h.registerEntries(c, key), h.config.Books(c.r.Context(), key), h.config.Reconcile)
	answer := reconciliation{Owner: owner, Period: period, Book: Book(book), Counts: map[rcv.Outcome]int64{}, Pairs: []pair{}}
	all := c.param("todos") == "1"
	for p, err := range r.Pairs() {
		if err != nil {
			return err
		}
		answer.Counts[p.Outcome]++
		switch {
		case p.Outcome == rcv.Matched && !all:
		case len(answer.Pairs) == maxPairs:
			answer.More++
		default:
			answer.Pairs = append(answer.Pairs, viewOfPair(&p))
		}
	}
	totals, err := r.Totals()
	if err != nil {
		return err
	}
	if answer.Register, answer.Books, err = totals.Net(); err != nil {
		return err
	}
	if answer.Without, err = h.withoutDocuments(c.r.Context(), key, totals); err != nil {
		return err
	}
	return c.answer(http.StatusOK, answer)
}

// withoutDocuments sums the lines of the official book whose type had no compared
// document.
func (h *Handler) withoutDocuments(ctx context.Context, key rcv.Key, compared *rcv.ReconcileTotals) (sums, error) {
	lines, err := h.config.Store.SummaryLines(ctx, key)
	if err != nil {
		return sums{}, storeError(err)
	}
	var without rcv.Totals
	for i := range lines {
		l := &lines[i]
		of := compared.ByType[l.Type]
		if l.State != rcv.Registro || l.HasDetail && !l.Type.Summary() || of != nil && of.Register.Count > 0 {
			continue
		}
		if err := without.AddLine(l); err != nil {
			return sums{}, err
		}
	}
	return sumsOf(&without), nil
}

func viewOfPair(p *rcv.Pair) pair {
	view := pair{
		Outcome: p.Outcome, Register: viewOfEntry(p.Register), Books: viewOfEntry(p.Books),
		Difference: p.Difference, Score: p.Score, Reason: p.Reason,
	}
	for _, note := range p.Notes {
		view.Notes = append(view.Notes, viewOfEntry(note))
	}
	return view
}

// registerEntries yields the documents of the official book.
func (h *Handler) registerEntries(c *call, key rcv.Key) func(yield func(rcv.Entry, error) bool) {
	query := storage.DocumentQuery{Owner: key.Owner, Book: key.Book, From: key.Period, To: key.Period, States: []rcv.State{rcv.Registro}}
	return func(yield func(rcv.Entry, error) bool) {
		for doc, err := range h.config.Store.Documents(c.r.Context(), query) {
			if err != nil {
				yield(rcv.Entry{}, storeError(err))
				return
			}
			if err := readable(&doc); err != nil {
				yield(rcv.Entry{}, err)
				return
			}
			if !yield(doc.Entry(), nil) {
				return
			}
		}
	}
}

// readable refuses a row of another program whose amounts would falsify sums.
func readable(d *storage.StoredDocument) error {
	if d.Readable() == nil {
		return nil
	}
	text := fmt.Sprintf("La fila de otro programa con tipo %d y folio %d no se puede leer:", int(d.Type), int64(d.Folio))
	for _, u := range d.Unread {
		text += fmt.Sprintf(" %s %q", u.Column, u.Text)
	}
	return invalid(kindUnread, text+".")
}
