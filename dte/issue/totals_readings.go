package issue

// Readings choose where sources contradict each other about amounts. A zero field
// makes no choice: a draft that depends on it is refused, with a finding that
// names the readings and the result of each. If all readings give the same amount,
// no choice is needed.
type Readings struct {
	Surcharge   SurchargeBase   // the base of a line's RecargoPct
	Adjustments AdjustmentOrder // the base of each of several DscRcgGlobal
	TaxBase     TaxBase         // the base of additional taxes and partial retentions
	Code53      Code53Effect    // the effect on the total of the retention for newspaper sellers
	Unpaid      UnpaidExport    // the total of exports without payment (FmaPagExp 21)
}

// SurchargeBase is the base of the surcharge of a line that also has a discount. The
// format does not define it; LibreDTE uses the amount after the discount.
type SurchargeBase int

// The readings of RecargoPct.
const (
	SurchargeAfterDiscount  SurchargeBase = iota + 1 // price × quantity − discount
	SurchargeBeforeDiscount                          // price × quantity
)

// AdjustmentOrder is the base of each of several global discounts and surcharges.
// The format does not define it; LibreDTE applies them in order.
type AdjustmentOrder int

// The readings of several DscRcgGlobal.
const (
	AdjustmentsInOrder AdjustmentOrder = iota + 1 // the amount after the previous ones
	AdjustmentsOnSum                              // the sum of the lines
)

// TaxBase is the base of a tax if there is a global discount or surcharge. The
// format does not define it; LibreDTE uses the lines unchanged.
type TaxBase int

// The readings of the base of ImptoReten.
const (
	TaxBeforeAdjustments TaxBase = iota + 1 // the lines
	TaxAfterAdjustments                     // the lines after the global discounts and surcharges
)

// Code53Effect is the effect of code 53 on the total; no source defines it.
type Code53Effect int

// The readings of code 53.
const (
	Code53Subtracts Code53Effect = iota + 1 // as a retention
	Code53Adds                              // as a tax
)

// UnpaidExport is the total of an export without payment. The format requires
// zero; certified documents have kept the amount.
type UnpaidExport int

// The readings of FmaPagExp 21.
const (
	UnpaidIsZero    UnpaidExport = iota + 1 // MntTotal is 0
	UnpaidHasAmount                         // MntTotal is the value of the goods
)
