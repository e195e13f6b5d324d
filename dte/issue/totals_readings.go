package issue

// Readings choose where sources contradict each other about amounts. What is zero
// is not chosen: a draft on which it depends is refused, with a finding that names
// the readings and what comes of each. Where all give the same amount, nothing has
// to be chosen.
type Readings struct {
	Surcharge   SurchargeBase   // of what a line's RecargoPct is a percentage
	Adjustments AdjustmentOrder // of what each of several DscRcgGlobal is a percentage
	TaxBase     TaxBase         // of what additional taxes and partial retentions are a percentage
	Code53      Code53Effect    // what the retention of sellers of newspapers does to the total
	Unpaid      UnpaidExport    // the total of exports without payment (FmaPagExp 21)
}

// SurchargeBase says of what the surcharge of a line that has a discount, too, is a
// percentage. The format does not say; LibreDTE takes what is left after the discount.
type SurchargeBase int

// The readings of RecargoPct.
const (
	SurchargeAfterDiscount  SurchargeBase = iota + 1 // of price × quantity − discount
	SurchargeBeforeDiscount                          // of price × quantity
)

// AdjustmentOrder says of what each of several global discounts and surcharges is a
// percentage. The format does not say; LibreDTE applies them in their order.
type AdjustmentOrder int

// The readings of several DscRcgGlobal.
const (
	AdjustmentsInOrder AdjustmentOrder = iota + 1 // of what those before it have left
	AdjustmentsOnSum                              // of the sum of the lines
)

// TaxBase says of what a tax is a percentage where there is a global discount or
// surcharge. The format does not say; LibreDTE takes the lines as they are.
type TaxBase int

// The readings of the base of ImptoReten.
const (
	TaxBeforeAdjustments TaxBase = iota + 1 // of the lines
	TaxAfterAdjustments                     // of the lines after the global discounts and surcharges
)

// Code53Effect says what code 53 does to the total, of which no source tells.
type Code53Effect int

// The readings of code 53.
const (
	Code53Subtracts Code53Effect = iota + 1 // as a retention
	Code53Adds                              // as a tax
)

// UnpaidExport says what the total of an export without payment is. The format
// wants zero; documents that were certified have kept it.
type UnpaidExport int

// The readings of FmaPagExp 21.
const (
	UnpaidIsZero    UnpaidExport = iota + 1 // MntTotal is 0
	UnpaidHasAmount                         // MntTotal is what the goods are worth
)
