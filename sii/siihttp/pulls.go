package siihttp

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/session"
	"github.com/ofitec/chile/session/pull"
	"github.com/ofitec/chile/storage"
)

// pullRequest is the body of POST /session/pull.
type pullRequest struct {
	Session string `json:"session_id"`
	Listing string `json:"listado"`
	RUT     string `json:"rut"`
	Year    int    `json:"year"`
	Month   int    `json:"month"`
}

// puller downloads a listing of a register's owner and month.
type puller func(ctx context.Context, s *session.Session, key rcv.Key) (*pull.Listing, error)

// pullers are the listings.
var pullers = map[string]puller{
	"compras":          pullRegister(rcv.Purchases),
	"ventas":           pullRegister(rcv.Sales),
	"emitidos":         pullDocuments(pull.Issued),
	"recibidos":        pullDocuments(pull.Received),
	"bhe_emitidas":     pullBHE(pull.Issued),
	"bhe_recibidas":    pullBHE(pull.Received),
	"mipyme_emitidos":  pullMIPYME(pull.Issued),
	"mipyme_recibidos": pullMIPYME(pull.Received),
}

func pullRegister(book rcv.Book) puller {
	return func(ctx context.Context, s *session.Session, key rcv.Key) (*pull.Listing, error) {
		key.Book = book
		all := &pull.Listing{}
		for _, state := range book.States() {
			one, err := pull.Register(ctx, s, key, state)
			if err != nil {
				return nil, err
			}
			all.Parts = append(all.Parts, one.Parts...)
		}
		return all, nil
	}
}

func pullDocuments(side pull.Side) puller {
	return func(ctx context.Context, s *session.Session, key rcv.Key) (*pull.Listing, error) {
		return pull.Documents(ctx, s, key.Owner, key.Period, side)
	}
}

func pullBHE(side pull.Side) puller {
	return func(ctx context.Context, s *session.Session, key rcv.Key) (*pull.Listing, error) {
		if s.Holder() != key.Owner {
			return nil, invalid(kindInvalidValue, "Las boletas de honorarios son de quien entró: rut debe ser el suyo.")
		}
		return pull.BHE(ctx, s, key.Period, side)
	}
}

func pullMIPYME(side pull.Side) puller {
	return func(ctx context.Context, s *session.Session, key rcv.Key) (*pull.Listing, error) {
		return pull.MIPYME(ctx, s, key.Owner, side, pull.MIPYMEQuery{From: key.Period.First(), To: key.Period.Last()})
	}
}

// pulled is the answer of POST /session/pull.
type pulled struct {
	Listing  string       `json:"listado"`
	Owner    chile.RUT    `json:"rut"`
	Period   chile.Period `json:"periodo"`
	Complete bool         `json:"completo"` // all rows were read
	Count    int          `json:"filas"`
	Parts    []pulledPart `json:"partes"`
	Rows     []pulledRow  `json:"documentos"`
	More     int          `json:"omitidos,omitempty"`
}

// pulledPart is a file as received.
type pulledPart struct {
	Kind   pull.Kind   `json:"tipo"`
	Format pull.Format `json:"formato"`
	Name   string      `json:"nombre,omitempty"`
	State  rcv.State   `json:"estado,omitempty"`
	SHA256 string      `json:"sha256"`
	Bytes  int         `json:"bytes"`
	Rows   int         `json:"filas"`
	Unread int         `json:"no_leidas"`
}

// pulledRow is a row of any listing.
type pulledRow struct {
	Type         chile.DocType `json:"tipo,omitzero"`
	Folio        chile.Folio   `json:"folio"`
	Date         chile.Date    `json:"fecha_emision,omitzero"`
	Counterparty chile.RUT     `json:"rut_contraparte"`
	Name         string        `json:"razon_social"`
	Net          chile.CLP     `json:"neto"`
	VAT          chile.CLP     `json:"iva"`
	Exempt       chile.CLP     `json:"exento"`
	Withheld     chile.CLP     `json:"retencion,omitzero"`
	Total        chile.CLP     `json:"total"`
	State        string        `json:"estado,omitempty"`
}

// maxPulledRows bounds an answer; the count includes all.
const maxPulledRows = 5000

// sessionPull answers POST /session/pull.
func (h *Handler) sessionPull(c *call) error {
	var body pullRequest
	_, wrong := c.body(&body)
	owner, err := c.owner(body.RUT)
	switch {
	case isRefusal(err):
		return err
	case wrong != nil:
		return wrong
	case err != nil:
		return err
	case h.portal == nil:
		return invalid(kindNotConfigured, "El servicio no abre sesiones en el SII.")
	}
	download, ok := pullers[body.Listing]
	if !ok {
		return invalid(kindInvalidValue, "listado es compras, ventas, emitidos, recibidos, bhe_emitidas, bhe_recibidas, mipyme_emitidos o mipyme_recibidos.")
	}
	key := rcv.Key{Owner: owner, Period: chile.Period{Year: body.Year, Month: time.Month(body.Month)}}
	if !key.Period.Valid() {
		return invalid(kindInvalidValue, "El año o el mes no es válido.")
	}
	user := h.portal.UserID(c.r)
	id, err := h.portal.open(c.r.Context(), user, body.Session)
	if err != nil {
		return err
	}
	var listing *pull.Listing
	err = h.portal.with(c.r.Context(), user, id, func(s *session.Session) (err error) {
		listing, err = download(c.r.Context(), s, key)
		return err
	})
	if err != nil {
		return err
	}
	answer := pulled{Listing: body.Listing, Owner: owner, Period: key.Period, Complete: listing.Complete() == nil}
	answer.read(listing)
	if err := h.notePull(c, &answer); err != nil {
		return storeError(err)
	}
	return c.answer(http.StatusOK, answer)
}

// read copies the download into the answer.
func (p *pulled) read(listing *pull.Listing) {
	p.Parts, p.Rows = []pulledPart{}, []pulledRow{}
	for _, f := range listing.Parts {
		rows := rowsOf(f)
		p.Parts = append(p.Parts, pulledPart{f.Kind, f.Format, f.Name, f.State, f.SHA256, len(f.Bytes), len(rows), len(f.Unread)})
		p.Count += len(rows)
		fit := min(len(rows), maxPulledRows-len(p.Rows))
		p.Rows, p.More = append(p.Rows, rows[:fit]...), p.More+len(rows)-fit
	}
}

func rowsOf(f *pull.File) (rows []pulledRow) {
	for i := range f.Documents {
		d := &f.Documents[i]
		rows = append(rows, pulledRow{
			Type: d.Type, Folio: d.Folio, Date: d.Issued, Counterparty: d.Counterparty, Name: d.Name,
			Net: d.Net, VAT: d.VAT, Exempt: d.Exempt, Total: d.Total, State: string(d.State),
		})
	}
	for i := range f.Listed {
		d := &f.Listed[i]
		rows = append(rows, pulledRow{
			Type: d.Type, Folio: d.Folio, Date: d.Issued, Counterparty: d.Counterparty, Name: d.Name,
			Net: d.Net, VAT: d.VAT, Exempt: d.Exempt, Total: d.Total, State: d.Event,
		})
	}
	for i := range f.BHE {
		b := &f.BHE[i]
		rows = append(rows, pulledRow{
			Folio: b.Folio, Date: b.Issued, Counterparty: b.Counterparty, Name: b.Name,
			Net: b.Net, Withheld: b.Withheld, Total: b.Gross, State: b.State,
		})
	}
	for i := range f.MIPYME {
		d := &f.MIPYME[i]
		rows = append(rows, pulledRow{
			Type: d.Type, Folio: d.Folio, Date: d.Issued, Counterparty: d.Counterparty, Name: d.Name, Total: d.Total, State: d.State,
		})
	}
	return rows
}

// EventPull is the kind of events for downloads from the portal, with the hashes of
// the content.
const EventPull = "bajada"

func (h *Handler) notePull(c *call, p *pulled) error {
	detail, err := json.Marshal(struct {
		Listing string       `json:"listado"`
		Period  chile.Period `json:"periodo"`
		Who     string       `json:"quien,omitempty"`
		Rows    int          `json:"filas"`
		Parts   []pulledPart `json:"partes"`
	}{p.Listing, p.Period, h.who(c.r), p.Count, p.Parts})
	if err != nil {
		return err
	}
	_, err = h.config.Store.AppendEvent(c.r.Context(), storage.Event{Kind: EventPull, Owner: p.Owner, Detail: string(detail)})
	return err
}
