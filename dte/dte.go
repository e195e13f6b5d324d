package dte

import (
	"github.com/ofitec/chile"
	"github.com/ofitec/chile/xmlsig"
)

// DTE (Documento Tributario Electrónico) holds one of three: a Document, a
// Settlement or an Export.
type DTE struct {
	Version    string    `xml:"version,attr,omitempty"`
	Document   *Document `xml:"Documento,omitempty"`
	Settlement *Document `xml:"Liquidacion,omitempty"`
	Export     *Export   `xml:"Exportaciones,omitempty"`

	// Unknown are elements beside the document. No signature covers them.
	Unknown []Unknown `xml:",any"`

	element xmlsig.Element // from which it was read
}

// Peso returns the Document or Settlement, nil for an export.
func (d *DTE) Peso() *Document {
	if d.Document != nil {
		return d.Document
	}
	return d.Settlement
}

// Source returns the bytes from which the DTE was read, unchanged, or nil if it
// was not read from anything.
func (d *DTE) Source() []byte {
	if !d.element.Exists() {
		return nil
	}
	return d.element.Source()
}

// identification returns what every document has; of a DTE without document,
// zero values.
func (d *DTE) identification() (i *Identification, issuer *Issuer, receiver *Receiver) {
	if p := d.Peso(); p != nil {
		return &p.Header.Identification, &p.Header.Issuer, &p.Header.Receiver
	}
	if d.Export != nil {
		return &d.Export.Header.Identification, &d.Export.Header.Issuer, &d.Export.Header.Receiver
	}
	return &Identification{}, &Issuer{}, &Receiver{}
}

// ID returns issuer, type and folio, which no other DTE has.
func (d *DTE) ID() chile.DocumentID {
	i, issuer, _ := d.identification()
	return chile.DocumentID{Issuer: issuer.RUT, Type: i.Type, Folio: i.Folio}
}

// IssueDate returns the date of issue.
func (d *DTE) IssueDate() chile.Date {
	i, _, _ := d.identification()
	return i.IssueDate
}

// Receiver returns who received it.
func (d *DTE) Receiver() chile.RUT {
	_, _, receiver := d.identification()
	return receiver.RUT
}

// Total returns the total, in pesos or in the currency of the export.
func (d *DTE) Total() Decimal {
	switch p := d.Peso(); {
	case p != nil:
		total, _ := DecimalOf(p.Header.Totals.Total) // more than 18 digits are not read
		return total
	case d.Export != nil:
		return d.Export.Header.Totals.Total
	default:
		return Decimal{}
	}
}

// Stamp returns the electronic stamp, nil without document.
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

// SignedAt returns when it says that it was stamped and signed.
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
