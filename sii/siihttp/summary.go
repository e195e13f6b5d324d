package siihttp

import (
	"context"
	"errors"
	"io/fs"
	"net/http"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

// sums are sums of documents, credit notes subtracted where types are mixed.
type sums struct {
	Documents int64     `json:"documentos"`
	Net       chile.CLP `json:"neto"`
	VAT       chile.CLP `json:"iva"`
	Exempt    chile.CLP `json:"exento"`
	Total     chile.CLP `json:"total"`
}

func sumsOf(t *rcv.Totals) sums { return sums{t.Documents, t.Net, t.VAT, t.Exempt, t.Total} }

// summaryLine is a line of the SII's summary.
type summaryLine struct {
	State     rcv.State     `json:"estado"`
	Type      chile.DocType `json:"tipo"`
	TypeName  string        `json:"tipo_nombre"`
	HasDetail bool          `json:"detalle"` // the register has its documents
	sums
}

// stateSums are the sums of a state.
type stateSums struct {
	State rcv.State `json:"estado"`
	sums
}

// registerKey returns the register that a request is about, whose book is in the
// path.
func (c *call) registerKey() (key rcv.Key, err error) {
	if key.Owner, err = c.owner(c.param("rut")); err != nil {
		return key, err
	}
	if key.Book, err = parseBook(c.r.PathValue("libro")); err != nil {
		return key, err
	}
	key.Period, err = c.period("periodo")
	return key, err
}

// summary answers GET /rcv/{libro}/resumen: what the SII's summary said at the last
// import.
func (h *Handler) summary(c *call) error {
	key, err := c.registerKey()
	if err != nil {
		return err
	}
	register, err := h.registerSums(c.r.Context(), key)
	if err != nil {
		return err
	}
	lines := []summaryLine{}
	for i := range register.lines {
		l := &register.lines[i]
		name := l.TypeName
		if name == "" {
			name = l.Type.String()
		}
		lines = append(lines, summaryLine{l.State, l.Type, name, l.HasRows(), sums{l.Documents, l.Net, l.VAT, l.Exempt, l.Total}})
	}
	gaps, err := h.gaps(c.r.Context(), key)
	if err != nil {
		return err
	}
	states := []stateSums{}
	for _, state := range key.Book.States() {
		if of := register.states[state]; of != nil {
			states = append(states, stateSums{state, sumsOf(of)})
		}
	}
	return c.answer(http.StatusOK, struct {
		Owner       chile.RUT         `json:"rut"`
		Period      chile.Period      `json:"periodo"`
		Book        Book              `json:"libro"`
		Lines       []summaryLine     `json:"lineas"`
		Totals      sums              `json:"totales"`
		States      []stateSums       `json:"por_estado"`
		Gaps        int64             `json:"descuadrados"`
		Imported    instant           `json:"importado,omitzero"`
		Environment chile.Environment `json:"ambiente,omitempty"`
	}{key.Owner, key.Period, Book(key.Book), lines, sumsOf(register.official()), states, gaps, register.imported, register.environment})
}

// gaps returns how many documents of a register have amounts that do not make up
// their total.
func (h *Handler) gaps(ctx context.Context, key rcv.Key) (n int64, _ error) {
	for doc, err := range h.config.Store.Documents(ctx, storage.DocumentQuery{Owner: key.Owner, Book: key.Book, From: key.Period, To: key.Period}) {
		if err != nil {
			return 0, storeError(err)
		}
		if gapOf(&doc) != 0 {
			n++
		}
	}
	return n, nil
}

// registerSums are the sums of a register by state, credit notes subtracted. They
// are of all lines of the SII's summary: also of those that have no documents, such
// as the month's boletas.
type registerSums struct {
	lines    []rcv.SummaryLine
	states   map[rcv.State]*rcv.Totals
	imported instant // zero if it never was

	environment chile.Environment // of the last import; empty if it is not known
}

// official returns the sums of the official book, which counts for the tax.
func (s *registerSums) official() *rcv.Totals {
	if t := s.states[rcv.Registro]; t != nil {
		return t
	}
	return &rcv.Totals{}
}

func (h *Handler) registerSums(ctx context.Context, key rcv.Key) (*registerSums, error) {
	s := &registerSums{states: map[rcv.State]*rcv.Totals{}}
	last, err := h.config.Store.LastImport(ctx, key)
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err != nil {
		return nil, storeError(err)
	}
	s.imported, s.environment = instant(last.TakenAt), last.Environment
	if s.lines, err = h.config.Store.SummaryLines(ctx, key); err != nil {
		return nil, storeError(err)
	}
	for i := range s.lines {
		l := &s.lines[i]
		if s.states[l.State] == nil {
			s.states[l.State] = &rcv.Totals{}
		}
		if err := s.states[l.State].AddLine(l); err != nil {
			return nil, err
		}
	}
	return s, nil
}
