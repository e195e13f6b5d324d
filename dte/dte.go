package dte

import (
	"github.com/ofitec/chile"
	"github.com/ofitec/chile/xmlsig"
)

// DTE (Documento Tributario Electrónico) holds exactly one of Document,
// Settlement and Export.
type DTE struct {
	Version    string    `xml:"version,attr,omitempty"`
	Document   *Document `xml:"Documento,omitempty"`
	Settlement *Document `xml:"Liquidacion,omitempty"`
	Export     *Export   `xml:"Exportaciones,omitempty"`

	// Unknown are elements beside the document. No signature covers them.
	Unknown []Unknown `xml:",any"`

	element xmlsig.Element // the element that it was read from
}

// Peso returns the Document or Settlement; nil for an export.
func (d *DTE) Peso() *Document {
	if d.Document != nil {
		return d.Document
	}
	return d.Settlement
}

// Source returns the bytes that the DTE was read from, unchanged; nil if it was
// not read.
func (d *DTE) Source() []byte {
	if !d.element.Exists() {
		return nil
	}
	return d.element.Source()
}

// identification returns the parts that every document has; zero values if the
// DTE has no document.
func (d *DTE) identification() (i *Identification, issuer *Issuer, receiver *Receiver) {
	if p := d.Peso(); p != nil {
		return &p.Header.Identification, &p.Header.Issuer, &p.Header.Receiver
	}
	if d.Export != nil {
		return &d.Export.Header.Identification, &d.Export.Header.Issuer, &d.Export.Header.Receiver
	}
	return &Identification{}, &Issuer{}, &Receiver{}
}

// ID returns issuer, type and folio, which are unique.
func (d *DTE) ID() chile.DocumentID {
	i, issuer, _ := d.identification()
	return chile.DocumentID{Issuer: issuer.RUT, Type: i.Type, Folio: i.Folio}
}

// IssueDate returns the date of issue.
func (d *DTE) IssueDate() chile.Date {
	i, _, _ := d.identification()
	return i.IssueDate
}

// Receiver returns the RUT of the receiver.
func (d *DTE) Receiver() chile.RUT {
	_, _, receiver := d.identification()
	return receiver.RUT
}

// Total returns the total, in pesos or in the export's currency.
func (d *DTE) Total() Decimal {
	switch p := d.Peso(); {
	case p != nil:
		total, _ := DecimalOf(p.Header.Totals.Total) // at most 18 digits were read
		return total
	case d.Export != nil:
		return d.Export.Header.Totals.Total
	default:
		return Decimal{}
	}
}

// Stamp returns the electronic stamp; nil if there is no document.
func (d *DTE) Stamp() *TED {
	switch p := d.Peso(); {
	case p != nil:
		return &p.Stamp
	case d.Export != nil:
		return &d.Export.Stamp
	default:
		return nil
	}
}

// SignedAt returns the time of stamping and signing that the document states.
func (d *DTE) SignedAt() DateTime {
	switch p := d.Peso(); {
	case p != nil:
		return p.SignedAt
	case d.Export != nil:
		return d.Export.SignedAt
	default:
		return DateTime{}
	}
}
