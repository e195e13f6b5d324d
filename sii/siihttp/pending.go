package siihttp

import (
	"cmp"
	"net/http"
	"slices"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii/siisync"
	"github.com/ofitec/chile/storage"
)

// pendingPurchase is a purchase that may still be claimed.
type pendingPurchase struct {
	Owner        chile.RUT     `json:"rut"`
	Period       chile.Period  `json:"periodo"`
	Type         chile.DocType `json:"tipo"`
	TypeName     string        `json:"tipo_nombre"`
	Folio        chile.Folio   `json:"folio"`
	Counterparty chile.RUT     `json:"rut_contraparte"`
	Name         string        `json:"razon_social"`
	Received     instant       `json:"fecha_recepcion"`
	LastDay      chile.Date    `json:"vence"`          // the last day to claim it
	DaysLeft     int           `json:"dias_restantes"` // 0 on the last day
	Total        chile.CLP     `json:"total"`
}

// pending answers GET /pendientes: purchases that are neither acknowledged nor
// claimed, and whose last day has not passed, nearest first. After that day they
// count as accepted, whatever an older import says.
func (h *Handler) pending(c *call) error {
	owners, err := c.owners(c.param("rut"))
	if err != nil {
		return err
	}
	today := chile.DateOf(h.config.Now())
	list := []pendingPurchase{}
	for _, owner := range owners {
		query := storage.DocumentQuery{
			Owner: owner, Book: rcv.Purchases, States: []rcv.State{rcv.Pendiente},
			ReceivedFrom: today.AddDays(-longestClaim).Time(),
		}
		for doc, err := range h.config.Store.Documents(c.r.Context(), query) {
			if err != nil {
				return storeError(err)
			}
			last := siisync.LastDayToClaim(&doc.Document)
			if last.Compare(today) < 0 {
				continue
			}
			if len(list) == maxPending {
				return errTooManyPending
			}
			list = append(list, pendingPurchase{
				owner, doc.Key.Period, doc.Type, doc.Type.String(), doc.Folio, doc.Counterparty, doc.Name,
				instant(doc.Received), last, today.DaysUntil(last), doc.Total,
			})
		}
	}
	slices.SortStableFunc(list, func(a, b pendingPurchase) int {
		return cmp.Or(a.LastDay.Compare(b.LastDay), cmp.Compare(b.Total, a.Total))
	})
	return c.answer(http.StatusOK, struct {
		Pending []pendingPurchase `json:"pendientes"`
	}{list})
}

const (
	longestClaim = 31     // days, more than there are to claim (see siisync.LastDayToClaim)
	maxPending   = 50_000 // of one list
)

var errTooManyPending = invalid(kindInvalidValue, "Hay demasiadas compras pendientes para una lista: indicar una empresa (rut).")
