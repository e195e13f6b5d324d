package rcv

import (
	"fmt"

	"github.com/ofitec/chile"
)

// F29Line is a line of the monthly VAT form (Formulario 29) that follows from
// the registers: how many documents, and their VAT or, of lines without VAT,
// their net or exempt amount.
type F29Line struct {
	Name       string // the form's words, in short
	CountCode  int    // code of the number of documents
	AmountCode int    // code of the amount
	Subtracts  bool   // credit notes: the amount lowers the sum of its side
	Count      int64
	Amount     chile.CLP
}

// F29 is the debit and credit VAT of a period, as its registers make it. It is to
// be compared with the SII's proposal, and is no declaration: what no register
// has (remainders of other months, advance payments, readjustments) is not in it.
// The zero value is ready for use; it is not safe for concurrent use.
//
// Source of the codes: 142, 502, 503, 519, 520, 521, 527, 528, 562, 564, 584, 586,
// 761, 762, and that 537 and 538 are the sums, were seen in two filed forms.
// Unverified: all others, from the printed form.
type F29 struct {
	lines [f29Lines]F29Line
	other []F29Other
}

// F29Other are documents of the registers whose line on the form is not known
// here, or that do not belong on it: their VAT is in no sum.
type F29Other struct {
	Book   Book
	Type   chile.DocType
	Kind   int // of purchase or sale
	Count  int64
	VAT    chile.CLP
	Reason string
}

// The lines, in the order of the form.
const (
	f29Exports = iota
	f29ExemptSales
	f29Invoices
	f29FixedAssetSales
	f29Boletas
	f29Vouchers
	f29DebitNotes
	f29CreditNotes
	f29NoCredit
	f29ExemptPurchases
	f29Purchases
	f29Supermarket
	f29RealEstate
	f29FixedAssets
	f29CreditNotesReceived
	f29DebitNotesReceived
	f29Imports
	f29Lines
)

var f29Forms = [f29Lines]F29Line{
	f29Exports:             {Name: "exportaciones", CountCode: 585, AmountCode: 20},
	f29ExemptSales:         {Name: "ventas exentas o no gravadas", CountCode: 586, AmountCode: 142},
	f29Invoices:            {Name: "facturas emitidas", CountCode: 503, AmountCode: 502},
	f29FixedAssetSales:     {Name: "facturas emitidas que no son del giro", CountCode: 716, AmountCode: 717},
	f29Boletas:             {Name: "boletas", CountCode: 110, AmountCode: 111},
	f29Vouchers:            {Name: "comprobantes de pago electrónico", CountCode: 758, AmountCode: 759},
	f29DebitNotes:          {Name: "notas de débito emitidas", CountCode: 512, AmountCode: 513},
	f29CreditNotes:         {Name: "notas de crédito emitidas", CountCode: 509, AmountCode: 510, Subtracts: true},
	f29NoCredit:            {Name: "internas afectas sin derecho a crédito", CountCode: 564, AmountCode: 521},
	f29ExemptPurchases:     {Name: "internas exentas o no gravadas", CountCode: 584, AmountCode: 562},
	f29Purchases:           {Name: "facturas recibidas del giro", CountCode: 519, AmountCode: 520},
	f29Supermarket:         {Name: "facturas de supermercados y similares", CountCode: 761, AmountCode: 762},
	f29RealEstate:          {Name: "facturas de inmuebles", CountCode: 765, AmountCode: 766},
	f29FixedAssets:         {Name: "facturas de activo fijo", CountCode: 524, AmountCode: 525},
	f29CreditNotesReceived: {Name: "notas de crédito recibidas", CountCode: 527, AmountCode: 528, Subtracts: true},
	f29DebitNotesReceived:  {Name: "notas de débito recibidas", CountCode: 531, AmountCode: 532},
	f29Imports:             {Name: "importaciones del giro", CountCode: 534, AmountCode: 535},
}

// firstCredit is the first line of the side of purchases.
const firstCredit = f29NoCredit

// add counts documents in a line. If a sum does not fit, nothing is changed.
func (f *F29) add(line int, count int64, amount chile.CLP) error {
	l := &f.lines[line]
	sum, err := l.Amount.Add(amount)
	if err != nil {
		return fmt.Errorf("rcv: code %d: %w", f29Forms[line].AmountCode, err)
	}
	l.Count, l.Amount = l.Count+count, sum
	return nil
}

// leave notes documents that are on no line.
func (f *F29) leave(o F29Other) error {
	for i := range f.other {
		of := &f.other[i]
		if of.Book == o.Book && of.Type == o.Type && of.Kind == o.Kind && of.Reason == o.Reason {
			sum, err := of.VAT.Add(o.VAT)
			if err != nil {
				return fmt.Errorf("rcv: type %d: %w", int(o.Type), err)
			}
			of.Count, of.VAT = of.Count+o.Count, sum
			return nil
		}
	}
	f.other = append(f.other, o)
	return nil
}

// AddSale counts a document of the register of sales.
func (f *F29) AddSale(d *Document) error {
	const fixedAsset = 2 // kind of sale
	line := -1
	amount := d.VAT
	switch d.Type {
	case 110, 101:
		line, amount = f29Exports, d.Total
	case 111, 112, 104, 106:
		return f.leave(F29Other{Sales, d.Type, d.Kind, 1, d.VAT, "notes of exports"})
	case 34, 32:
		line, amount = f29ExemptSales, d.Exempt
	case 33, 30, 43, 40:
		line = f29Invoices
		if d.Kind == fixedAsset {
			line = f29FixedAssetSales
		}
	case 56, 55:
		line = f29DebitNotes
	case 61, 60:
		line = f29CreditNotes
	}
	if line < 0 {
		return f.leave(F29Other{Sales, d.Type, d.Kind, 1, d.VAT, "the line of this type is not known"})
	}
	return f.add(line, 1, amount)
}

// AddSalesLine counts a line of the summary of sales that has no detail, such as
// the month's boletas. Lines with detail are passed over: their documents count.
func (f *F29) AddSalesLine(l *SummaryLine) error {
	if l.HasDetail {
		return nil
	}
	switch l.Type {
	case 35, 39:
		return f.add(f29Boletas, l.Documents, l.VAT)
	case 48, 47:
		return f.add(f29Vouchers, l.Documents, l.VAT)
	case 38, 41:
		return f.add(f29ExemptSales, l.Documents, l.Exempt)
	default:
		return f.leave(F29Other{Sales, l.Type, 0, l.Documents, l.VAT, "the line of this type is not known"})
	}
}

// Kinds of purchase (SiiTypes_v10.xsd, TipoTransCOMPRA).
const (
	kindSupermarket = 2
	kindRealEstate  = 3
	kindFixedAsset  = 4
	kindCommonUse   = 5
	kindNoCredit    = 6
	kindExcluded    = 7
)

// AddPurchase counts a document of the register of purchases. Only those in the
// state Registro count; others are left aside, with the reason.
func (f *F29) AddPurchase(d *Document) error {
	aside := func(reason string) error {
		return f.leave(F29Other{Purchases, d.Type, d.Kind, 1, d.VAT, reason})
	}
	switch {
	case d.State != Registro:
		return aside("state " + string(d.State))
	case d.Kind == kindExcluded:
		return aside("not to be included")
	case d.Kind == kindCommonUse || d.CommonUseVAT != 0:
		return aside("VAT of common use: a part of it is credit")
	}
	switch d.Type {
	case 61, 60:
		return f.add(f29CreditNotesReceived, 1, d.VAT)
	case 56, 55:
		return f.add(f29DebitNotesReceived, 1, d.VAT)
	case 914:
		return f.add(f29Imports, 1, d.VAT)
	case 34, 32:
		return f.add(f29ExemptPurchases, 1, d.Exempt)
	case 33, 30, 43, 40, 46, 45:
	default:
		return aside("the line of this type is not known")
	}
	switch {
	case d.Kind == kindNoCredit || d.VAT == 0 && d.NonRecoverableVAT != 0:
		return f.add(f29NoCredit, 1, d.Net)
	case d.Kind == kindSupermarket:
		return f.add(f29Supermarket, 1, d.VAT)
	case d.Kind == kindRealEstate:
		return f.add(f29RealEstate, 1, d.VAT)
	case d.Kind == kindFixedAsset:
		return f.add(f29FixedAssets, 1, d.VAT)
	default:
		return f.add(f29Purchases, 1, d.VAT)
	}
}

// Lines returns the lines that have documents, in the order of the form.
func (f *F29) Lines() []F29Line {
	var list []F29Line
	for i, l := range f.lines {
		if l.Count == 0 {
			continue
		}
		line := f29Forms[i]
		line.Count, line.Amount = l.Count, l.Amount
		list = append(list, line)
	}
	return list
}

// Other returns what is on no line.
func (f *F29) Other() []F29Other { return append([]F29Other(nil), f.other...) }

// Debit returns the sum of the VAT of sales (code 538).
func (f *F29) Debit() (chile.CLP, error) {
	return f.sum(f29Invoices, firstCredit)
}

// Credit returns the sum of the VAT of purchases (code 537 without the remainder
// of the month before).
func (f *F29) Credit() (chile.CLP, error) {
	return f.sum(f29Purchases, f29Lines)
}

// sum adds the VAT of some lines, credit notes subtracted.
func (f *F29) sum(from, to int) (total chile.CLP, err error) {
	for i := from; i < to; i++ {
		amount := f.lines[i].Amount
		if f29Forms[i].Subtracts {
			amount = -amount
		}
		if total, err = total.Add(amount); err != nil {
			return 0, err
		}
	}
	return total, nil
}
