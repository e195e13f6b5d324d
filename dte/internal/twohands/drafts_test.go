package twohands_test

import (
	"math/rand/v2"
	"strconv"
	"strings"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/issue"
)

// maker makes drafts that the schema accepts: the same seed gives the same draft.
type maker struct{ *rand.Rand }

func newMaker(seed uint64) maker { return maker{rand.New(rand.NewPCG(seed, 15))} }

func (m maker) one(in int) bool { return m.IntN(in) == 0 }

func (m maker) number(digits int64, places int) dte.Decimal {
	return must(dte.NewDecimal(1+m.Int64N(digits), m.IntN(places+1)))
}

// rate is a percentage of up to 100.
func (m maker) rate() dte.Decimal { return must(dte.NewDecimal(1+m.Int64N(10_000), 2)) }

// letters are of ISO-8859-1, among them those that XML escapes.
var letters = []rune("abcdefghijklmnopqrstuvwxyz ABCDEFGHIJ 0123456789 áéíóúñÑÜ°ºª¿¡½ÿ&<>\"'.,;:/()-+*%$#@!?_=§«»×÷")

// text has at most so many letters, and none of space at its ends.
func (m maker) text(most int) string {
	n := 1 + m.IntN(most)
	if m.one(8) {
		n = most
	}
	var b strings.Builder
	for range n {
		b.WriteRune(letters[m.IntN(len(letters))])
	}
	s := []rune(strings.ReplaceAll(b.String(), "  ", "x "))
	for _, end := range []int{0, len(s) - 1} {
		if s[end] == ' ' {
			s[end] = 'Ñ'
		}
	}
	return string(s)
}

func (m maker) maybe(most int) string {
	if m.one(2) {
		return ""
	}
	return m.text(most)
}

var issued = []chile.DocType{33, 34, 39, 41, 43, 46, 52, 56, 61, 110, 111, 112}

func isBoleta(t chile.DocType) bool { return t == 39 || t == 41 }
func isExport(t chile.DocType) bool { return t >= 110 && t <= 112 }
func isNote(t chile.DocType) bool   { return t == 56 || t == 61 || t == 111 || t == 112 }

// draft makes a draft of the company, of that day.
func (m maker) draft(day chile.Date) *issue.Draft {
	t := issued[m.IntN(len(issued))]
	d := &issue.Draft{Identification: dte.Identification{Type: t, IssueDate: day}}
	d.Issuer = dte.Issuer{RUT: company, Name: m.text(100), Activity: m.text(80), Address: m.text(60), Commune: m.text(20), City: m.maybe(20)}
	if isBoleta(t) {
		m.boleta(d)
	} else {
		d.Issuer.ActivityCodes = []int{activity}
		m.receiver(d)
	}
	switch {
	case t == 52:
		d.Identification.Transfer = 1 + m.IntN(7)
		d.Receiver.RUT = company // an internal transfer has no other
	case isExport(t):
		m.export(d)
	case t == 33 || t == 34:
		d.Identification.PaymentTerms = 1 + m.IntN(3)
	}
	for range 1 + m.IntN(60)/(1+m.IntN(12)) {
		d.Lines = append(d.Lines, m.line(t))
	}
	if t != 43 && t != 52 && m.one(3) {
		d.Adjustments = []dte.Adjustment{m.adjustment()}
	}
	m.taxes(d)
	m.references(d)
	return d
}

func (m maker) receiver(d *issue.Draft) {
	d.Receiver = dte.Receiver{
		RUT: chile.MustParseRUT("77222222-K"), Name: m.text(100), Activity: m.text(40), Contact: m.maybe(80),
		Address: m.text(70), Commune: m.text(20), City: m.maybe(20),
	}
}

func (m maker) boleta(d *issue.Draft) {
	d.Identification.Service = 3
	d.Receiver.RUT = chile.MustParseRUT("66666666-6")
	if m.one(3) {
		d.Receiver.RUT, d.Receiver.Name = chile.MustParseRUT("12345678-5"), m.text(100)
	}
	if d.Identification.Type == 39 && m.one(3) {
		d.Identification.NetPrices = 2
	}
}

func (m maker) export(d *issue.Draft) {
	d.Receiver = dte.Receiver{
		RUT: chile.MustParseRUT("55555555-5"), Name: m.text(100), Address: m.text(70), City: m.text(20),
		Foreigner: &dte.Foreigner{Nationality: "515"},
	}
	d.Identification.ExportPaymentTerms = 1
	d.Totals.Currency = []string{"DOLAR USA", "EURO"}[m.IntN(2)]
	d.OtherCurrency = &dte.CurrencyTotals{Currency: "PESO CL", ExchangeRate: m.number(90_000, 2)}
	d.Transport = &dte.Transport{Customs: &dte.Customs{
		SaleMode: 1, SaleClause: 5, ClauseTotal: m.number(90_000, 2), Route: 1, LoadingPort: 906, UnloadingPort: 521, PackageCount: 1 + m.IntN(99),
		ReceiverCountry: 515, DestinationCountry: 515,
	}}
}

func (m maker) line(t chile.DocType) issue.Line {
	l := issue.Line{Name: m.text(80), Description: m.maybe(200), Quantity: m.number(9000, 3), Unit: m.maybe(4), Price: m.number(900_000, 4)}
	switch {
	case t == 43:
		l = issue.Line{SettledType: 33, Name: m.text(80), Quantity: m.number(9, 0), Amount: m.number(900_000, 0)}
	case isExport(t):
		l.Unit = "10"
	case t != 34 && t != 41 && m.one(5):
		l.Exemption = 1
	}
	if t == 43 {
		return l
	}
	switch m.IntN(8) {
	case 0:
		l.DiscountRate = m.rate()
	case 1:
		l.SurchargeRate = m.rate()
	}
	return l
}

func (m maker) adjustment() dte.Adjustment {
	return dte.Adjustment{Kind: []string{"D", "R"}[m.IntN(2)], Text: m.maybe(45), ValueKind: "%", Value: must(dte.NewDecimal(1+m.Int64N(50), 0))}
}

func (m maker) taxes(d *issue.Draft) {
	switch t := d.Identification.Type; {
	case t == 46:
		for i := range d.Lines {
			if d.Lines[i].Exemption == 0 {
				d.Lines[i].TaxCodes = []int{15}
			}
		}
	case t == 33 && m.one(3) && len(d.Adjustments) == 0:
		for i := range d.Lines {
			if d.Lines[i].Exemption == 0 && m.one(2) {
				d.Lines[i].TaxCodes = []int{[]int{24, 25, 27, 271}[m.IntN(4)]}
			}
		}
	case t == 43 && m.one(2):
		vat := chile.CLP(m.IntN(100))
		d.Commissions = []dte.Commission{{Kind: "C", Text: m.text(60), Net: chile.CLP(m.IntN(900)), VAT: &vat}}
	}
}

func (m maker) references(d *issue.Draft) {
	t := d.Identification.Type
	if isNote(t) {
		of := "33"
		if isExport(t) {
			of = "110"
		}
		d.References = append(d.References, dte.Reference{
			Type: of, Folio: strconv.Itoa(1 + m.IntN(knownFolios)), Date: d.Identification.IssueDate, Code: "3", Reason: m.maybe(90),
		})
	}
	if m.one(3) && !isBoleta(t) {
		d.References = append(d.References, dte.Reference{Type: "801", Folio: m.text(18), Date: d.Identification.IssueDate, Reason: m.maybe(90)})
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
