package rcv

import (
	"fmt"
	"maps"
	"slices"

	"github.com/ofitec/chile"
)

// F29Line is a line of the monthly VAT form (Formulario 29) that follows from
// the registers: how many documents, and their VAT or, of lines without VAT,
// their net or exempt amount.
type F29Line struct {
	Line       int    // its number on the printed form; the codes are what names it
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
// Credit notes without VAT lower the exempt sales of the month and not the VAT
// (SII, preguntas frecuentes 001.130.8200.003).
//
// Unverified: that such a note counts among the documents of the exempt sales;
// the lines of documents of kinds other than Del Giro; that boletas without VAT
// (38, 41) are on the line of exempt sales.
type F29 struct {
	lines      [f29Lines]f29Sum
	electronic chile.CLP // VAT of electronic purchases, credit notes subtracted
	other      []F29Other
}

// f29Sum is what was counted on a line.
type f29Sum struct {
	count  int64
	amount chile.CLP
}

// F29Other are documents of the registers, or parts of them, whose line on the
// form is not known here, or that do not belong on it: what they charge is in no
// sum. Amounts of credit notes are positive, as in the register.
type F29Other struct {
	Book   Book
	Type   chile.DocType
	Kind   int // of purchase or sale
	Reason string

	Count                     int64
	Exempt, VAT, CommonUseVAT chile.CLP
}

// sameAs reports whether two are told of together.
func (o *F29Other) sameAs(p *F29Other) bool {
	return o.Book == p.Book && o.Type == p.Type && o.Kind == p.Kind && o.Reason == p.Reason
}

// f29Change is what a document adds. All of it is counted, or nothing.
type f29Change struct {
	line       int
	sum        f29Sum // of the line; zero is nothing
	electronic chile.CLP
	other      []F29Other
}

// AddSale counts a document of the register of sales.
func (f *F29) AddSale(d *Document) error {
	line, reason := saleLine(d)
	if reason != "" {
		return f.apply(&f29Change{other: []F29Other{aside(Sales, d, reason)}})
	}
	amount := d.VAT
	switch line {
	case f29Exports:
		amount = d.Total
	case f29ExemptSales, f29ExemptSalesOther:
		amount = d.Exempt
		if d.Type.Credit() {
			amount = -amount
		}
	}
	c := f29Change{line: line, sum: f29Sum{1, amount}}
	c.exemptPart(Sales, d, line)
	return f.apply(&c)
}

// AddSalesLine counts a line of the summary of sales that has no detail, such as
// the month's boletas. Lines with detail are passed over: their documents count.
func (f *F29) AddSalesLine(l *SummaryLine) error {
	if l.HasDetail {
		return nil
	}
	c := f29Change{}
	switch l.Type {
	case chile.Boleta, chile.BoletaElectronica:
		c.line, c.sum = f29Boletas, f29Sum{l.Documents, l.VAT}
	case chile.ComprobantePagoElectronico, chile.ValeElectronico:
		c.line, c.sum = f29Vouchers, f29Sum{l.Documents, l.VAT}
	case chile.BoletaExenta, chile.BoletaExentaElectronica:
		c.line, c.sum = f29ExemptSales, f29Sum{l.Documents, l.Exempt}
	default:
		c.other = []F29Other{{Book: Sales, Type: l.Type, Reason: "the line of this type is not known", Count: l.Documents, Exempt: l.Exempt, VAT: l.VAT}}
		return f.apply(&c)
	}
	if c.line != f29ExemptSales && l.Exempt != 0 {
		c.other = []F29Other{{Book: Sales, Type: l.Type, Reason: exemptPart, Count: l.Documents, Exempt: l.Exempt}}
	}
	return f.apply(&c)
}

// AddPurchase counts a document of the register of purchases. Only those in the
// state Registro count; others are left aside, with the reason.
func (f *F29) AddPurchase(d *Document) error {
	line, reason := purchaseLine(d)
	if reason != "" {
		return f.apply(&f29Change{other: []F29Other{aside(Purchases, d, reason)}})
	}
	amount := d.VAT
	switch line {
	case f29NoCredit, f29NoCreditImports:
		amount = d.Net
	case f29ExemptPurchases:
		amount = d.Exempt
	}
	c := f29Change{line: line, sum: f29Sum{1, amount}}
	if f29Form[line].side == f29Credits && d.Type.Electronic() {
		c.electronic = amount
		if f29Form[line].Subtracts {
			c.electronic = -amount
		}
	}
	c.exemptPart(Purchases, d, line)
	return f.apply(&c)
}

// exemptPart says why an exempt amount of a taxed document is told apart.
const exemptPart = "exempt part of taxed documents"

// exemptPart tells of the exempt amount of a document whose line is of VAT: whether
// the SII counts it among the exempt ones is not known.
func (c *f29Change) exemptPart(book Book, d *Document, line int) {
	if f29Form[line].side != f29Informs && d.Exempt != 0 {
		c.other = append(c.other, F29Other{Book: book, Type: d.Type, Kind: d.Kind, Reason: exemptPart, Count: 1, Exempt: d.Exempt})
	}
}

// aside is a document that is on no line.
func aside(book Book, d *Document, reason string) F29Other {
	return F29Other{Book: book, Type: d.Type, Kind: d.Kind, Reason: reason, Count: 1, Exempt: d.Exempt, VAT: d.VAT, CommonUseVAT: d.CommonUseVAT}
}

// apply counts what a document adds. If a sum does not fit nothing is changed.
func (f *F29) apply(c *f29Change) error {
	after := *f
	after.other = slices.Clone(f.other)
	of := &after.lines[c.line]
	var err error
	if of.amount, err = of.amount.Add(c.sum.amount); err != nil {
		return fmt.Errorf("rcv: code %d: %w", f29Form[c.line].AmountCode, err)
	}
	of.count += c.sum.count
	if after.electronic, err = f.electronic.Add(c.electronic); err != nil {
		return fmt.Errorf("rcv: code %d: %w", F29ElectronicCredit, err)
	}
	for i := range c.other {
		if err := after.leave(&c.other[i]); err != nil {
			return fmt.Errorf("rcv: type %d: %w", int(c.other[i].Type), err)
		}
	}
	*f = after
	return nil
}

// leave notes what is on no line.
func (f *F29) leave(o *F29Other) error {
	i := slices.IndexFunc(f.other, func(p F29Other) bool { return p.sameAs(o) })
	if i < 0 {
		f.other = append(f.other, *o)
		return nil
	}
	of := &f.other[i]
	for _, sum := range []struct{ of, add *chile.CLP }{{&of.Exempt, &o.Exempt}, {&of.VAT, &o.VAT}, {&of.CommonUseVAT, &o.CommonUseVAT}} {
		var err error
		if *sum.of, err = sum.of.Add(*sum.add); err != nil {
			return err
		}
	}
	of.Count += o.Count
	return nil
}

// Lines returns the lines that have documents, in the order of the form. Exempt
// sales of which the credit notes take away more than all are on none: see Other.
func (f *F29) Lines() []F29Line {
	var list []F29Line
	for i, sum := range f.lines {
		if sum.count == 0 || sum.amount < 0 {
			continue
		}
		line := f29Form[i].F29Line
		line.Count, line.Amount = sum.count, sum.amount
		list = append(list, line)
	}
	return list
}

// Other returns what is on no line.
func (f *F29) Other() []F29Other {
	list := slices.Clone(f.other)
	for i, sum := range f.lines {
		if sum.amount < 0 {
			list = append(list, F29Other{
				Book: Sales, Reason: fmt.Sprintf("credit notes exceed the exempt sales of code %d, of which the form then has none", f29Form[i].AmountCode),
				Count: sum.count, Exempt: -sum.amount,
			})
		}
	}
	return list
}

// Debit returns the sum of the VAT of sales, code F29TotalDebits.
func (f *F29) Debit() (chile.CLP, error) { return f.sum(f29Debits) }

// Credit returns the sum of the VAT of purchases, code F29TotalCredits without the
// remainder of the month before.
func (f *F29) Credit() (chile.CLP, error) { return f.sum(f29Credits) }

// sum adds the VAT of a side, credit notes subtracted.
func (f *F29) sum(side f29Side) (total chile.CLP, err error) {
	for i, sum := range f.lines {
		if f29Form[i].side != side {
			continue
		}
		amount := sum.amount
		if f29Form[i].Subtracts {
			amount = -amount
		}
		if total, err = total.Add(amount); err != nil {
			return 0, err
		}
	}
	return total, nil
}

// Codes returns the form's codes and what they hold: those of the lines that have
// documents, and of the sums.
func (f *F29) Codes() (map[int]chile.CLP, error) {
	codes := make(map[int]chile.CLP)
	for _, line := range f.Lines() {
		codes[line.CountCode], codes[line.AmountCode] = chile.CLP(line.Count), line.Amount
	}
	debit, err := f.Debit()
	if err != nil {
		return nil, err
	}
	credit, err := f.Credit()
	if err != nil {
		return nil, err
	}
	codes[F29TotalDebits], codes[F29TotalCredits], codes[F29ElectronicCredit] = debit, credit, f.electronic
	return codes, nil
}

// F29Difference is a code of the form that two sides see differently.
type F29Difference struct {
	Code      int
	Registers chile.CLP // what the registers make
	Proposal  chile.CLP // what the SII proposes, or was declared
}

// Compare returns the differences to a proposal of the SII or to a declared form,
// given by its codes, in the order of the codes. A code that one side lacks is 0.
// Codes of which registers know nothing are not compared; neither is
// F29TotalCredits if the proposal has a remainder of the month before (504).
func (f *F29) Compare(proposal map[int]chile.CLP) ([]F29Difference, error) {
	codes, err := f.Codes()
	if err != nil {
		return nil, err
	}
	const remainder = 504
	known := map[int]bool{F29TotalDebits: true, F29TotalCredits: proposal[remainder] == 0, F29ElectronicCredit: true}
	for i := range f29Form {
		known[f29Form[i].CountCode], known[f29Form[i].AmountCode] = true, true
	}
	var list []F29Difference
	for _, code := range slices.Sorted(maps.Keys(known)) {
		if known[code] && codes[code] != proposal[code] {
			list = append(list, F29Difference{code, codes[code], proposal[code]})
		}
	}
	return list, nil
}
