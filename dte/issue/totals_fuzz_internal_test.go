package issue

import (
	"flag"
	"math/big"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
)

var draftCount = flag.Int("drafts", 5000, "how many drafts the test of totals makes")

// maker makes drafts: the same seed gives the same draft.
type maker struct{ *rand.Rand }

func newMaker(seed uint64) maker { return maker{rand.New(rand.NewPCG(seed, 7))} }

func (m maker) one(in int) bool { return m.IntN(in) == 0 }

func (m maker) number(digits int64, places int) dte.Decimal {
	d, err := dte.NewDecimal(1+m.Int64N(digits), m.IntN(places+1))
	if err != nil {
		panic(err)
	}
	return d
}

// rate is a percentage of up to 100.
func (m maker) rate() dte.Decimal {
	d, _ := dte.NewDecimal(1+m.Int64N(10_000), 2)
	return d
}

var issued = []chile.DocType{33, 34, 39, 41, 43, 46, 52, 56, 61, 110, 111, 112}

func (m maker) draft() *Draft {
	d := &Draft{}
	i := &d.Identification
	i.Type = issued[m.IntN(len(issued))]
	switch t := i.Type; {
	case t == 39 && m.one(3):
		i.NetPrices = 2
	case t == 52:
		i.Transfer = 1 + m.IntN(9)
	case isExport(t):
		d.Totals.Currency = []string{"DOLAR USA", "EURO", "PESO CL"}[m.IntN(3)]
		if m.one(8) {
			i.ExportPaymentTerms = 21
		}
		if m.one(2) {
			d.OtherCurrency = &dte.CurrencyTotals{Currency: "PESO CL", ExchangeRate: m.number(90, 2)}
		}
	case (t == 33 || t == 56 || t == 61 || t == 46) && m.one(5):
		i.GrossPrices = 1
	}
	if isNote(i.Type) {
		d.References = []dte.Reference{{Code: strconv.Itoa(1 + m.IntN(3))}}
	}
	if m.one(20) && !isBoleta(i.Type) {
		d.Totals.VATRate = []dte.Decimal{num("19.00"), num("18"), num("19.5")}[m.IntN(3)]
	}
	for range 1 + m.IntN(10) {
		d.Lines = append(d.Lines, m.line(d))
	}
	if i.Type != 43 && m.one(3) {
		for range 1 + m.IntN(3) {
			d.Adjustments = append(d.Adjustments, m.adjustment(d))
		}
	}
	m.taxes(d)
	return d
}

func (m maker) line(d *Draft) Line {
	kind := d.Identification.Type
	l := Line{Price: m.number(9_000_000, 6), Quantity: m.number(9000, 3)}
	if m.one(3) {
		l.Price, l.Quantity = m.number(90_000, 0), m.number(300, 0)
	}
	if m.one(10) {
		l.Quantity = dte.Decimal{}
	}
	switch {
	case m.one(5):
		l.Exemption = 1 + m.IntN(6)
	case m.one(5):
		l.Exemption = 1
	}
	if isBoleta(kind) && !slices.Contains([]int{0, 1, 2, 6}, l.Exemption) || isExport(kind) && l.Exemption == 3 {
		l.Exemption = 1
	}
	if kind != 43 {
		switch m.IntN(6) {
		case 0:
			l.DiscountRate = m.rate()
		case 1:
			l.Discount = m.number(20, 0)
		}
		switch m.IntN(8) {
		case 0:
			l.SurchargeRate = m.rate()
		case 1:
			l.Surcharge = m.number(99, 0)
		}
	}
	if m.one(10) {
		l = Line{Amount: m.number(1_000_000, 0), Exemption: l.Exemption}
		if kind == 43 && m.one(2) {
			l.Amount, _ = dte.NewDecimal(-l.Amount.Digits(), 0)
		}
	}
	if kind == 52 && m.one(5) {
		l.Amount = zero
	}
	return l
}

func (m maker) adjustment(d *Draft) dte.Adjustment {
	a := dte.Adjustment{Kind: []string{"D", "R"}[m.IntN(2)], ValueKind: "%", Value: m.rate()}
	if m.one(3) {
		a.ValueKind, a.Value = "$", m.number(500, 0)
	}
	switch l := &d.Lines[m.IntN(len(d.Lines))]; { // mostly of lines that there are
	case m.one(20):
		a.Exemption = m.IntN(3)
	case l.Exemption == 2, l.Exemption == 6:
		a.Exemption = 2
	case l.Exemption == 1, isExport(d.Identification.Type) && m.one(2):
		a.Exemption = 1
	}
	return a
}

// taxes gives lines the codes of taxes, and the totals what only a person knows.
func (m maker) taxes(d *Draft) {
	kind := d.Identification.Type
	var codes []int
	switch kind {
	case 33, 43:
		codes = []int{18, 19, 23, 24, 25, 27, 271}
	case 46:
		codes = []int{15, 30, 321, 331, 34, 48}
	case 56, 61:
		codes = []int{15, 19, 24, 34, 331}
	default:
		return
	}
	if d.Identification.GrossPrices == 0 && m.one(2) {
		codes = codes[:1+m.IntN(len(codes))]
		everywhere := m.one(2)
		for i := range d.Lines {
			if l := &d.Lines[i]; l.Exemption == 0 && (everywhere || m.one(2)) {
				l.TaxCodes = []int{codes[m.IntN(len(codes))]}
			}
		}
		if m.one(5) {
			d.Totals.OtherTaxes = append(d.Totals.OtherTaxes, Tax{Code: []int{14, 28, 35, 50, 51, 52, 53}[m.IntN(7)], Amount: m.number(50_000, 0)})
		}
		if m.one(8) {
			d.Totals.OtherTaxes = append(d.Totals.OtherTaxes, Tax{Code: 17})
			d.Totals.SlaughterBase = m.number(900_000, 0)
		}
	}
	if m.one(10) {
		d.Totals.BuilderCredit = m.number(2000, 0)
	}
	if kind == 43 || kind == 46 && m.one(3) {
		for range m.IntN(3) {
			d.Commissions = append(d.Commissions, dte.Commission{Kind: "C", Net: chile.CLP(m.IntN(20_000)), Exempt: chile.CLP(m.IntN(2000))})
		}
	}
}

// allReadings are all ways to choose.
func allReadings() (all []Readings) {
	for n := range 1 << 5 {
		all = append(all, Readings{
			SurchargeBase(1 + n&1), AdjustmentOrder(1 + n>>1&1), TaxBase(1 + n>>2&1), Code53Effect(1 + n>>3&1), UnpaidExport(1 + n>>4&1),
		})
	}
	return all
}

var readingRules = []string{"reading.surcharge", "reading.adjustments", "reading.tax-base", "reading.code-53", "reading.unpaid"}

// proveTotals makes a draft and holds its totals against the second calculation,
// and against dte.CheckTotals, which finds nothing.
func proveTotals(tb testing.TB, seed uint64) (refused bool) {
	tb.Helper()
	m := newMaker(seed)
	d := m.draft()
	readings := allReadings()[m.IntN(32)]
	if m.one(4) {
		readings = Readings{}
	}
	doc, found := totalled(d, readings)
	o := judgeOf(d, readings)
	if found.Refused() {
		require.True(tb, refusedRightly(d, o, readings, found), "seed %d: %v", seed, found)
		return true
	}
	require.False(tb, o.bad, "seed %d", seed)
	require.Empty(tb, dte.CheckTotals(doc).Findings, "seed %d", seed)
	for name, value := range amounts(doc) {
		require.Zero(tb, value.Cmp(o.get(name)), "seed %d: %s is %s, should be %s", seed, name, value.FloatString(4), o.get(name).FloatString(4))
	}
	for i, want := range o.lines {
		require.Zero(tb, lineAmount(doc, i).Cmp(want), "seed %d: line %d", seed, i+1)
	}
	return false
}

// refusedRightly reports whether each refusal has its reason.
func refusedRightly(d *Draft, o *oracle, readings Readings, found Findings) bool {
	for _, f := range found {
		switch {
		case !f.Level.Refuses(), o.bad:
		case isReading(f):
			if readings != (Readings{}) || !readingsDiffer(d) {
				return false
			}
		case (f.Code == "tax.retained" || f.Code == "totals.negative") && slices.ContainsFunc(found, isReading):
			// In one of the readings that were not chosen.
		case f.Code == "adjustment.nothing":
			if len(d.Adjustments) == 0 {
				return false
			}
		default:
			return false
		}
	}
	return true
}

func isReading(f Finding) bool { return slices.Contains(readingRules, f.Code) }

// readingsDiffer reports whether anything comes to another amount by what is chosen.
func readingsDiffer(d *Draft) bool {
	var first *oracle
	for _, readings := range allReadings() {
		o := judgeOf(d, readings)
		if first == nil {
			first = o
			continue
		}
		same := o.bad == first.bad && slices.EqualFunc(o.lines, first.lines, func(a, b *big.Rat) bool { return a.Cmp(b) == 0 })
		for name, value := range o.values {
			same = same && value.Cmp(first.get(name)) == 0
		}
		if !same {
			return true
		}
	}
	return false
}

func lineAmount(doc *dte.DTE, i int) *big.Rat {
	if doc.Export != nil {
		return doc.Export.Lines[i].Amount.Rat()
	}
	return big.NewRat(int64(doc.Peso().Lines[i].Amount), 1)
}

// amounts are those of a document that the second calculation has.
func amounts(doc *dte.DTE) map[string]*big.Rat {
	if e := doc.Export; e != nil {
		all := map[string]*big.Rat{"MntExe": e.Header.Totals.Exempt.Rat(), "MntTotal": e.Header.Totals.Total.Rat()}
		if c := e.Header.OtherCurrency; c != nil {
			all["MntExeOtrMnda"], all["MntTotOtrMnda"] = c.Exempt.Rat(), c.Total.Rat()
		}
		return all
	}
	t := &doc.Peso().Header.Totals
	all := map[string]*big.Rat{"MntTotal": big.NewRat(int64(t.Total), 1)}
	for name, amount := range map[string]*chile.CLP{"MntNeto": t.Net, "MntExe": t.Exempt, "IVA": t.VAT, "IVANoRet": t.UnretainedVAT, "GrntDep": t.Deposits} {
		all[name] = big.NewRat(amountOf(amount), 1)
	}
	if doc.Settlement == nil {
		all["MontoNF"] = big.NewRat(amountOf(t.NotInvoiced), 1)
	}
	return all
}

func TestTotalsOfManyDrafts(t *testing.T) {
	t.Parallel()
	var refused int
	for seed := range uint64(*draftCount) {
		if proveTotals(t, seed) {
			refused++
		}
	}
	t.Logf("%d drafts, %d of them refused", *draftCount, refused)
	require.Less(t, refused, *draftCount/2)
}

func FuzzTotals(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(func(t *testing.T, seed uint64) { proveTotals(t, seed) })
}
