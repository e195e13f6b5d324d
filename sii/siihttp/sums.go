package siihttp

import (
	"context"
	"errors"
	"io/fs"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

// sums are sums of documents; where types are mixed, credit notes are subtracted.
type sums struct {
	Documents int64     `json:"documentos"`
	Net       chile.CLP `json:"neto"`
	VAT       chile.CLP `json:"iva"`
	Exempt    chile.CLP `json:"exento"`
	Total     chile.CLP `json:"total"`
}

func sumsOf(t *rcv.Totals) sums { return sums{t.Documents, t.Net, t.VAT, t.Exempt, t.Total} }

// registerKey returns the register of a request. The book is in the path.
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

// registerSums are the sums of a register by state; credit notes are subtracted.
// They include all lines of the SII's summary, even those without documents, such
// as the month's boletas.
type registerSums struct {
	lines    []rcv.SummaryLine
	states   map[rcv.State]*rcv.Totals
	imported instant // zero if never imported

	environment chile.Environment // of the last import; empty if unknown
}

// official returns the sums of the official book, which counts for tax.
func (s *registerSums) official() *rcv.Totals {
	if t := s.states[rcv.Registro]; t != nil {
		return t
	}
	return &rcv.Totals{}
}
