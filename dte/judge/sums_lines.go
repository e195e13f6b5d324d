package judge

import "github.com/ofitec/chile/dte"

// lineSums finds lines that are not price × quantity − discount + surcharge, and
// percentages without their amount.
func (d *document) lineSums() {
	switch {
	case d.export != nil:
		d.exportLineSums()
	case d.peso != nil && d.sum():
		free := d.kind == 52 || d.isNote() && d.peso.Header.Totals.Total == 0
		for i := range d.peso.Lines {
			l := &d.peso.Lines[i]
			if l.Amount == 0 && (free || l.Exemption == unsoldLine || l.Exemption == deductedLine) {
				continue // nothing is charged
			}
			d.lineSum(l)
		}
	}
}

func (d *document) lineSum(l *dte.Line) {
	path := "Detalle[" + text(l.Number) + "]/"
	code := CodeLineSum
	if isBoleta(d.kind) {
		code = CodeBoletaLineSum
	}
	discount, surcharge := amountOf(l.Discount), amountOf(l.Surcharge)
	gross := int64(l.Amount) + discount - surcharge // for an amount without price
	switch {
	case l.Price.IsZero():
	case l.Quantity.IsZero():
		gross = d.fit(whole(l.Price))
	default:
		gross = d.fit(times(l.Price, l.Quantity))
	}
	switch want := gross - discount + surcharge; {
	case d.lines.tooLarge:
		d.fits()
	case lacksAmount(gross, l.DiscountRate, l.Discount == nil):
		d.findAt(code, l.Number, path+"DescuentoMonto", "", l.DiscountRate.String()+" %")
	case lacksAmount(gross-discount, l.SurchargeRate, l.Surcharge == nil):
		d.findAt(code, l.Number, path+"RecargoMonto", "", l.SurchargeRate.String()+" %")
	case int64(l.Amount) != want:
		d.findAt(code, l.Number, path+"MontoItem", text(l.Amount), text(want))
	}
}

// lacksAmount reports whether a percentage is given without its amount. An amount below
// a peso cannot be written.
func lacksAmount(of int64, rate dte.Decimal, absent bool) bool {
	n, ok := percent(of, rate)
	return absent && (n != 0 || !ok)
}
