package siihttp

import (
	"net/http"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

// monthSums are the sums of the official books of a month.
type monthSums struct {
	Period    chile.Period `json:"periodo"`
	Purchases bookSums     `json:"compras"`
	Sales     bookSums     `json:"ventas"`
}

type bookSums struct {
	sums
	Imported instant `json:"importado,omitzero"` // zero if never imported
}

// months answers GET /rcv/meses: by default for the last twelve months.
func (h *Handler) months(c *call) error {
	owner, err := c.owner(c.param("rut"))
	if err != nil {
		return err
	}
	from, to, err := h.rangeOf(c)
	if err != nil {
		return err
	}
	months := []monthSums{}
	for period := range from.Through(to) {
		month := monthSums{Period: period}
		for book, into := range map[rcv.Book]*bookSums{rcv.Purchases: &month.Purchases, rcv.Sales: &month.Sales} {
			register, err := h.registerSums(c.r.Context(), rcv.Key{Owner: owner, Period: period, Book: book})
			if err != nil {
				return err
			}
			*into = bookSums{sumsOf(register.official()), register.imported}
		}
		months = append(months, month)
	}
	return c.answer(http.StatusOK, struct {
		Owner  chile.RUT   `json:"rut"`
		Months []monthSums `json:"meses"`
	}{owner, months})
}

// rangeOf returns the months in desde and hasta.
func (h *Handler) rangeOf(c *call) (from, to chile.Period, err error) {
	if to, err = c.optionalPeriod("hasta"); err != nil {
		return from, to, err
	}
	if from, err = c.optionalPeriod("desde"); err != nil {
		return from, to, err
	}
	if to.IsZero() {
		to = chile.PeriodOf(h.config.Now())
	}
	if from.IsZero() {
		from = to.Add(1 - min(12, h.limits.Months))
	}
	return from, to, h.checkRange(from, to)
}
