package siihttp

import (
	"cmp"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

// document is a document of a register, as shown to people.
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

// unread is an unreadable value in a row of another program: see
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

// gapOf returns the difference between a document's total and its amounts: see
// rcv.Document.Gap. For a row of another program it is unknown: such a row lacks
// some amounts.
func gapOf(d *storage.StoredDocument) chile.CLP {
	if d.Hash == "" {
		return 0
	}
	return d.Gap()
}

// kindWords are the words for the Tipo de Compra or Tipo de Venta: the SII's if the
// kind is known, from any source, else those of the row.
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
