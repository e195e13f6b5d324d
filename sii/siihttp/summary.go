package siihttp

import (
	"context"
	"net/http"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

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

// summary answers GET /rcv/{libro}/resumen: the SII's summary at the last import.
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

// gaps returns the number of documents in a register whose amounts do not add up to
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
