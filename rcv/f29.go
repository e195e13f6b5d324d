package rcv

import (
	"fmt"
	"maps"
	"slices"

	"github.com/ofitec/chile"
)

// F29Line is a line of the monthly VAT form (Formulario 29) that follows from
// the registers: the number of documents, and their VAT or, for lines without
// VAT, their net or exempt amount.
type F29Line struct {
	Line       int    // its number on the printed form; only the codes identify it
	Name       string // the form's words, shortened
	CountCode  int    // code of the number of documents; 0 if the form does not have it
	AmountCode int    // code of the amount
	Subtracts  bool   // credit notes: the amount reduces the sum of its side
	Count      int64

	// Amount is negative if reductions exceed the rest of the line, such as credit
	// notes above the exempt sales of the month. The form has no such line: a person
	// must decide.
	Amount chile.CLP
}

// F29 is the debit and credit VAT of a period, computed from its registers. It is
// for comparison with the SII's proposal and is not a tax return: it lacks what
// no register has (remainders of other months, advance payments, readjustments).
// The zero value is ready for use; it is not safe for concurrent use.
//
// Credit notes without VAT reduce the exempt sales of the month and not the VAT
// (SII, preguntas frecuentes 001.130.8200.003). An invoice with fixed assets and
// other items is on two lines, each with its VAT (001.130.1971.014). Facturas de
// compra received with all VAT withheld have their own line (001.130.2934.009).
//
// VAT that the company withheld from its sellers belongs to neither side: it
// gives credit like that of other purchases, and is paid separately. See
// Withheld.
//
// Documents without a kind of purchase or sale count as Del Giro.
//
// Unverified: that a credit note without VAT counts among the documents of the
// exempt sales; the lines of documents of kinds other than Del Giro; that a document
// on two lines counts on both.
type F29 struct {
	lines      [f29Lines]f29Sum
	electronic chile.CLP // VAT of electronic purchases, credit notes subtracted
	other      []F29Other
	rows       map[f29Rows]bool
}

// f29Rows identifies documents that were counted one by one.
type f29Rows struct {
	book Book
	group
}

func rowsOf(book Book, state State, typ chile.DocType) f29Rows {
	if book == Sales {
		state = Registro // the only state
	}
	return f29Rows{book, group{state, typ}}
}

// f29Sum is the count and sum of a line.
type f29Sum struct {
	count  int64
	amount chile.CLP
}

// F29Other are documents of the registers, or parts of them, that have no known
// line on the form, or do not belong on it: their amounts are in no sum. Amounts
// of credit notes are positive, as in the register.
type F29Other struct {
	Book   Book
	Type   chile.DocType
	Kind   TransactionKind
	Reason string

	Count                     int64
	Exempt, VAT, CommonUseVAT chile.CLP
	Withheld                  chile.CLP // VAT that the buyer withheld
	Total                     chile.CLP // of documents that are on no line
}

// sameAs reports whether two are reported together.
func (o *F29Other) sameAs(p *F29Other) bool {
	return o.Book == p.Book && o.Type == p.Type && o.Kind == p.Kind && o.Reason == p.Reason
}

// f29Change is the contribution of a document. It is counted in full, or not at
// all.
type f29Change struct {
	lines      []f29Part
	electronic chile.CLP
	other      []F29Other
}

// f29Part is the contribution of a document to a line.
type f29Part struct {
	line int
	sum  f29Sum
}

// AddSale counts a document of the register of sales.
func (f *F29) AddSale(d *Document) error {
	line, reason := saleLine(d)
	if reason != "" {
		return f.document(Sales, d, &f29Change{other: []F29Other{aside(Sales, d, reason)}})
	}
	c := f29Change{lines: []f29Part{{line, f29Sum{1, saleAmount(d, line)}}}}
	c.exemptPart(Sales, d, line)
	if line != f29WithheldSales && d.withholds() {
		o := F29Other{Book: Sales, Type: d.Type, Kind: d.KindIn(Sales), Reason: withheldFromUs, Count: 1}
		if vat, ok := d.WithheldVAT(); ok {
			o.Withheld = vat.sum()
		}
		c.other = append(c.other, o)
	}
	return f.document(Sales, d, &c)
}

// saleAmount returns the contribution of a sale to its line.
func saleAmount(d *Document, line int) chile.CLP {
	switch line {
	case f29Exports:
		return d.Total
	case f29WithheldSales:
		return d.Net
	case f29ExemptSales, f29ExemptSalesOther:
		if d.Type.Credit() {
			return -d.Exempt
		}
		return d.Exempt
	default:
		return d.VAT
	}
}

// AddSalesLine counts a line of the summary of sales that has no documents, such
// as the month's boletas. Call it after the documents: it skips lines of types
// whose documents were counted, and lines with detail of invoices and the like,
// whose documents must be counted.
func (f *F29) AddSalesLine(l *SummaryLine) error {
	if f.passes(Sales, l) {
		return nil
	}
	line, reason := monthLine(l.Type)
	switch {
	case reason == unknownType && !l.Type.Summary():
		reason = noDocuments
	case l.Net == 0 && l.VAT == 0 && l.Exempt == 0 && l.Total != 0:
		reason = onlyTotal
	}
	if reason != "" {
		return f.apply(&f29Change{other: []F29Other{asideLine(Sales, l, reason)}})
	}
	c := f29Change{lines: []f29Part{{line, f29Sum{l.Documents, l.VAT}}}}
	if line == f29ExemptSales {
		c.lines[0].sum.amount = l.Exempt
	} else if l.Exempt != 0 {
		c.other = []F29Other{{Book: Sales, Type: l.Type, Reason: exemptPart, Count: l.Documents, Exempt: l.Exempt}}
	}
	return f.apply(&c)
}

// AddPurchasesLine records a line of the summary of purchases that has no
// documents, as AddSalesLine does: no line of the form is known for it.
func (f *F29) AddPurchasesLine(l *SummaryLine) error {
	if f.passes(Purchases, l) {
		return nil
	}
	reason := noDocuments
	if l.State != Registro {
		reason = "state " + string(l.State)
	}
	return f.apply(&f29Change{other: []F29Other{asideLine(Purchases, l, reason)}})
}

// passes reports whether the documents of a line must be counted, or were
// counted.
func (f *F29) passes(book Book, l *SummaryLine) bool {
	return l.HasDetail && !l.Type.Summary() || f.rows[rowsOf(book, l.State, l.Type)] || *l.sums() == (sums{})
}

// AddPurchase counts a document of the register of purchases. Only those in the
// state Registro count; the others are in Other, with the reason.
func (f *F29) AddPurchase(d *Document) error {
	line, reason := purchaseLine(d)
	c := f29Change{}
	if reason != "" {
		c.other = []F29Other{aside(Purchases, d, reason)}
	} else {
		c.purchase(d, line)
	}
	if d.State == Registro && d.KindIn(Purchases) != KindExcluded && d.withholds() {
		c.withheld(d)
	}
	return f.document(Purchases, d, &c)
}

// purchase adds the amounts of a purchase that is on a line.
func (c *f29Change) purchase(d *Document, line int) {
	amount := d.VAT
	switch line {
	case f29NoCredit, f29NoCreditImports:
		amount = d.Net
	case f29ExemptPurchases:
		amount = d.Exempt
	}
	if f29Form[line].side == f29Credits && d.Type.Electronic() {
		c.electronic = amount
		if f29Form[line].Subtracts {
			c.electronic = -amount
		}
	}
	c.exemptPart(Purchases, d, line)
	switch assets := fixedAssetLine[line]; {
	case assets == 0 || d.FixedAssetVAT <= 0:
		c.lines = []f29Part{{line, f29Sum{1, amount}}}
	case d.FixedAssetVAT >= amount:
		c.lines = []f29Part{{assets, f29Sum{1, amount}}}
	default:
		c.lines = []f29Part{{line, f29Sum{1, amount - d.FixedAssetVAT}}, {assets, f29Sum{1, d.FixedAssetVAT}}}
	}
}

// fixedAssetLine maps a line to the line for the fixed-asset part of a
// document.
var fixedAssetLine = map[int]int{f29Purchases: f29FixedAssets, f29Imports: f29ImportsFixedAssets}

// withheld adds the VAT that the company withheld from the seller.
func (c *f29Change) withheld(d *Document) {
	vat, ok := d.WithheldVAT()
	switch {
	case !ok:
		c.other = append(c.other, F29Other{Book: Purchases, Type: d.Type, Kind: d.KindIn(Purchases), Reason: unknownWithheld, Count: 1, VAT: d.VAT})
	case d.Type.Credit():
		c.part(f29WithheldNotes, vat.sum())
	default:
		c.part(f29WithheldAll, vat.Total)
		c.part(f29WithheldPart, vat.Partial)
	}
}

// part adds an amount to a line, if there is one.
func (c *f29Change) part(line int, amount chile.CLP) {
	if amount != 0 {
		c.lines = append(c.lines, f29Part{line, f29Sum{1, amount}})
	}
}

// exemptPart reports the exempt amount of a document on a VAT line: it is not known
// whether the SII counts it as exempt.
func (c *f29Change) exemptPart(book Book, d *Document, line int) {
	if f29Form[line].side != f29Informs && d.Exempt != 0 {
		c.other = append(c.other, F29Other{Book: book, Type: d.Type, Kind: d.KindIn(book), Reason: exemptPart, Count: 1, Exempt: d.Exempt})
	}
}

// aside returns a document that is on no line.
func aside(book Book, d *Document, reason string) F29Other {
	o := F29Other{
		Book: book, Type: d.Type, Kind: d.KindIn(book), Reason: reason, Count: 1,
		Exempt: d.Exempt, VAT: d.VAT, CommonUseVAT: d.CommonUseVAT, Total: d.Total,
	}
	if vat, ok := d.WithheldVAT(); ok && d.withholds() {
		o.Withheld = vat.sum()
	}
	return o
}

// asideLine returns a line of the summary that is on no line of the form.
func asideLine(book Book, l *SummaryLine, reason string) F29Other {
	return F29Other{
		Book: book, Type: l.Type, Reason: reason, Count: l.Documents,
		Exempt: l.Exempt, VAT: l.VAT, CommonUseVAT: l.CommonUseVAT, Total: l.Total,
	}
}

// document counts a document and records that there are documents of its type.
func (f *F29) document(book Book, d *Document, c *f29Change) error {
	if err := f.apply(c); err != nil {
		return err
	}
	if f.rows == nil {
		f.rows = make(map[f29Rows]bool)
	}
	f.rows[rowsOf(book, d.State, d.Type)] = true
	return nil
}

// apply adds the contribution of a document. If a sum overflows, nothing is
// changed.
func (f *F29) apply(c *f29Change) error {
	after := *f
	after.other = slices.Clone(f.other)
	var err error
	for _, part := range c.lines {
		of := &after.lines[part.line]
		if of.amount, err = of.amount.Add(part.sum.amount); err != nil {
			return fmt.Errorf("rcv: code %d: %w", f29Form[part.line].AmountCode, err)
		}
		of.count += part.sum.count
	}
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

// leave records a document that is on no line.
func (f *F29) leave(o *F29Other) error {
	i := slices.IndexFunc(f.other, func(p F29Other) bool { return p.sameAs(o) })
	if i < 0 {
		f.other = append(f.other, *o)
		return nil
	}
	of := &f.other[i]
	for _, sum := range []struct{ of, add *chile.CLP }{
		{&of.Exempt, &o.Exempt}, {&of.VAT, &o.VAT}, {&of.CommonUseVAT, &o.CommonUseVAT}, {&of.Withheld, &o.Withheld}, {&of.Total, &o.Total},
	} {
		var err error
		if *sum.of, err = sum.of.Add(*sum.add); err != nil {
			return err
		}
	}
	of.Count += o.Count
	return nil
}

// Lines returns the lines that have documents or an amount, in the order of the
// form.
func (f *F29) Lines() []F29Line {
	var list []F29Line
	for i, sum := range f.lines {
		if sum == (f29Sum{}) {
			continue
		}
		line := f29Form[i].F29Line
		line.Count, line.Amount = sum.count, sum.amount
		list = append(list, line)
	}
	return list
}

// Other returns the documents that are on no line.
func (f *F29) Other() []F29Other { return slices.Clone(f.other) }

// Debit returns the sum of the VAT of sales, code F29TotalDebits.
func (f *F29) Debit() (chile.CLP, error) { return f.sum(f29Debits) }

// Credit returns the sum of the VAT of purchases: code F29TotalCredits without the
// remainder of the previous month.
func (f *F29) Credit() (chile.CLP, error) { return f.sum(f29Credits) }

// Withheld returns the VAT that the company withheld from its sellers and pays
// separately: codes 39 and 554 without 736.
func (f *F29) Withheld() (chile.CLP, error) { return f.sum(f29Withheld) }

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

// Codes returns the form's codes and their values: those of lines with documents,
// and of the sums.
func (f *F29) Codes() (map[int]chile.CLP, error) {
	codes := make(map[int]chile.CLP)
	for _, line := range f.Lines() {
		codes[line.AmountCode] = line.Amount
		if line.CountCode != 0 {
			codes[line.CountCode] = chile.CLP(line.Count)
		}
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

// F29Difference is a code of the form with two different values.
type F29Difference struct {
	Code      int
	Registers chile.CLP // computed from the registers
	Proposal  chile.CLP // proposed by the SII, or declared
}

// Compare returns the differences from the SII's proposal or a declared form,
// given by its codes, in the order of the codes. A code that one side does not
// have is 0. Codes that do not follow from registers are not compared; neither is
// F29TotalCredits if the proposal has a remainder of the previous month (504).
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
	delete(known, 0) // of lines without a count
	for _, code := range slices.Sorted(maps.Keys(known)) {
		if known[code] && codes[code] != proposal[code] {
			list = append(list, F29Difference{code, codes[code], proposal[code]})
		}
	}
	return list, nil
}
