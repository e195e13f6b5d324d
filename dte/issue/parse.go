package issue

import (
	"fmt"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/internal/codec"
	"github.com/ofitec/chile/xmlsig"
)

// Errors of a draft in JSON.
var (
	// ErrJSON says that a text is not a JSON object in UTF-8.
	ErrJSON = codec.ErrJSON

	// ErrName says that drafts have no element of that name.
	ErrName = codec.ErrName

	// ErrShape says that there is a value instead of an object, or the reverse.
	ErrShape = codec.ErrShape
)

// maxJSON bounds the text of a draft: a boleta of 1,000 lines with all fields has a
// quarter of it.
const maxJSON = 8 << 20

// form is a draft in the structure of its JSON.
type form struct {
	Header      formHeader       `xml:"Encabezado"`
	Lines       []Line           `xml:"Detalle,omitempty"`
	Subtotals   []dte.Subtotal   `xml:"SubTotInfo,omitempty"`
	Adjustments []dte.Adjustment `xml:"DscRcgGlobal,omitempty"`
	References  []dte.Reference  `xml:"Referencia,omitempty"`
	Location    *dte.Location    `xml:"GeoRefEmision,omitempty"`
	Wood        *dte.Wood        `xml:"ManejoMadera,omitempty"`
	Commissions []dte.Commission `xml:"Comisiones,omitempty"`
}

type formHeader struct {
	Identification dte.Identification  `xml:"IdDoc"`
	Issuer         dte.Issuer          `xml:"Emisor"`
	Principal      chile.RUT           `xml:"RUTMandante,omitempty"`
	Receiver       dte.Receiver        `xml:"Receptor"`
	Requester      chile.RUT           `xml:"RUTSolicita,omitempty"`
	SoftwareRUT    chile.RUT           `xml:"RUTProvSW,omitempty"`
	Transport      *dte.Transport      `xml:"Transporte,omitempty"`
	Totals         Totals              `xml:"Totales"`
	OtherCurrency  *dte.CurrencyTotals `xml:"OtraMoneda,omitempty"`
}

// ParseDraft reads a draft from a JSON object whose names are the SII's names of
// the elements:
//
//	{"Encabezado": {"IdDoc": {"TipoDTE": 33}, "Emisor": {…}, "Receptor": {…}}, "Detalle": [{"NmbItem": …}]}
//
// The object may also have SubTotInfo, DscRcgGlobal, Referencia, GeoRefEmision,
// ManejoMadera and Comisiones. Numbers may be text and text may be numbers; both
// are read digit by digit. A single object may replace a list of one. null, false
// and empty text mean absent.
//
// A *dte.ValuesError lists everything that cannot be read, with its path: ErrName
// for unknown names, and ErrShape, dte.ErrTwice, dte.ErrDecimal and the like for
// values. Other errors are ErrJSON, and xmlsig.ErrLimit for more than 8 MiB or for
// text that would take far more memory than that.
func ParseDraft(b []byte) (*Draft, error) {
	if len(b) > maxJSON {
		return nil, fmt.Errorf("%w: a draft of %d bytes", xmlsig.ErrLimit, len(b))
	}
	var f form
	faults, err := codec.DecodeJSON(b, &f)
	if err == nil {
		err = valuesError(&faults)
	}
	if err != nil {
		return nil, fmt.Errorf("issue: %w", err)
	}
	h := &f.Header
	return &Draft{
		Identification: h.Identification, Issuer: h.Issuer, Principal: h.Principal, Receiver: h.Receiver, Requester: h.Requester,
		SoftwareRUT: h.SoftwareRUT, Transport: h.Transport, Totals: h.Totals, OtherCurrency: h.OtherCurrency,
		Lines: f.Lines, Subtotals: f.Subtotals, Adjustments: f.Adjustments, References: f.References,
		Location: f.Location, Wood: f.Wood, Commissions: f.Commissions,
	}, nil
}

// MarshalJSON writes what ParseDraft reads. It fails for an element that no schema
// has, because JSON has no place for it, and for text that is not UTF-8.
func (d *Draft) MarshalJSON() ([]byte, error) {
	b, fault := codec.AppendJSON(nil, &form{
		Header: formHeader{
			Identification: d.Identification, Issuer: d.Issuer, Principal: d.Principal, Receiver: d.Receiver, Requester: d.Requester,
			SoftwareRUT: d.SoftwareRUT, Transport: d.Transport, Totals: d.Totals, OtherCurrency: d.OtherCurrency,
		},
		Lines: d.Lines, Subtotals: d.Subtotals, Adjustments: d.Adjustments, References: d.References,
		Location: d.Location, Wood: d.Wood, Commissions: d.Commissions,
	})
	if fault != nil {
		return nil, dte.FieldError(*fault)
	}
	return b, nil
}

// valuesError returns a *dte.ValuesError, or nil if there are no faults.
func valuesError(faults *codec.Faults) error {
	if len(faults.List) == 0 {
		return nil
	}
	values := &dte.ValuesError{More: faults.More}
	for _, f := range faults.List {
		values.Fields = append(values.Fields, dte.FieldError(f))
	}
	return values
}

// UnmarshalJSON reads what ParseDraft reads.
func (d *Draft) UnmarshalJSON(b []byte) error {
	read, err := ParseDraft(b)
	if err == nil {
		*d = *read
	}
	return err
}
