package dte

import "errors"

// ErrTotals says that the amounts of a document do not follow from each other.
// The SII accepts it all the same: ask the issuer for a note.
var ErrTotals = errors.New("dte: amounts do not add up")

// Codes of the grade of totals.
const (
	CodeTotalsRange       Code = "totals.range"
	CodeTotalsLine        Code = "totals.line"
	CodeTotalsNet         Code = "totals.net"
	CodeTotalsExempt      Code = "totals.exempt"
	CodeTotalsVAT         Code = "totals.vat"
	CodeTotalsTax         Code = "totals.tax"
	CodeTotalsUnknownTax  Code = "totals.unknown-tax"
	CodeTotalsTotal       Code = "totals.total"
	CodeTotalsShares      Code = "totals.shares"
	CodeTotalsDeposits    Code = "totals.deposits"
	CodeTotalsCommissions Code = "totals.commissions"
	CodeTotalsUnretained  Code = "totals.unretained"
	CodeTotalsUnbilled    Code = "totals.unbilled"
	CodeTotalsPeriod      Code = "totals.period"
)

var totalsRules = map[Code]rule{
	CodeTotalsRange: {
		Wrong, ErrTotals,
		"there are more lines, or larger amounts, than can be summed here",
		"hay más líneas, o montos mayores, que los que aquí se suman",
	},
	CodeTotalsLine: {
		Wrong, ErrTotals,
		"the line is not price × quantity − discount + surcharge",
		"la línea no es precio × cantidad − descuento + recargo",
	},
	CodeTotalsNet: {
		Wrong, ErrTotals,
		"the net is not the sum of the taxed lines",
		"el neto no es la suma de las líneas afectas",
	},
	CodeTotalsExempt: {
		Wrong, ErrTotals,
		"the exempt amount is not the sum of the exempt lines",
		"el monto exento no es la suma de las líneas exentas",
	},
	CodeTotalsVAT: {
		Wrong, ErrTotals,
		"the VAT is not the rate of the net",
		"el IVA no es la tasa del neto",
	},
	CodeTotalsTax: {
		Warning, ErrTotals,
		"the tax is not its rate of the lines that have its code",
		"el impuesto no es su tasa de las líneas que llevan su código",
	},
	CodeTotalsUnknownTax: {
		Note, nil,
		"the format does not say how this tax changes the total: added, subtracted or neither passed",
		"el formato no dice qué hace este impuesto con el total: se aceptó sumado, restado o ninguno",
	},
	CodeTotalsTotal: {
		Wrong, ErrTotals,
		"the total is not the sum of net, exempt, VAT and taxes less retentions",
		"el total no es la suma de neto, exento, IVA e impuestos menos retenciones",
	},
	CodeTotalsShares: {
		Warning, ErrTotals,
		"the VAT is not the sum of its two shares",
		"el IVA no es la suma de IVA propio e IVA de terceros",
	},
	CodeTotalsDeposits: {
		Warning, ErrTotals,
		"the deposits are not the sum of their lines",
		"la garantía por depósitos no es la suma de sus líneas",
	},
	CodeTotalsCommissions: {
		Warning, ErrTotals,
		"the commissions are not the sum of their lines",
		"las comisiones no son la suma de sus líneas",
	},
	CodeTotalsUnretained: {
		Warning, ErrTotals,
		"the VAT not retained is not the VAT less what is retained",
		"el IVA no retenido no es el IVA menos lo retenido",
	},
	CodeTotalsUnbilled: {
		Warning, ErrTotals,
		"the amount not charged is not the sum of its lines",
		"el monto no facturable no es la suma de sus líneas",
	},
	CodeTotalsPeriod: {
		Warning, ErrTotals,
		"the amount of the period is not the total with what is not charged",
		"el monto del período no es el total más lo no facturable",
	},
}
