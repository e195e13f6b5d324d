// Package taxes is the table of additional taxes and retentions (TipoImp): the
// effect of each on the total, and its rate.
//
// Format of the documents 2.2, table of additional taxes and retentions. Rates
// are those of 2019; documents may state others.
package taxes

// Effect is how a tax in the totals (ImptoReten) changes the total.
type Effect int

// The effects.
const (
	Unknown  Effect = iota // codes of the schema that the format does not describe
	Added                  // to the total
	Retained               // VAT that the buyer pays instead of the seller: subtracted
	Neither                // 49, which withholds nothing
	Disputed               // 53: added or subtracted, sources disagree
)

// Basis says how the amount of a tax is found.
type Basis int

// The bases.
const (
	Lines     Basis = iota // a percentage of the lines with its code
	Given                  // the amount is given: margins, fuels by volume, public prices
	Slaughter              // 17: a percentage of the base of meat (MntBase)
)

// Tax describes a code.
type Tax struct {
	Effect Effect
	Basis  Basis
	Tenths int // of a percent; 0 if there is no rate to take
}

var table = map[int]Tax{
	14:  {Added, Given, 0},
	15:  {Retained, Lines, 190},
	17:  {Added, Slaughter, 50},
	18:  {Added, Lines, 50},
	19:  {Added, Lines, 120},
	23:  {Added, Lines, 150},
	24:  {Added, Lines, 315},
	25:  {Added, Lines, 205},
	26:  {Added, Lines, 205},
	27:  {Added, Lines, 100},
	271: {Added, Lines, 180},
	28:  {Added, Given, 0},
	30:  {Retained, Lines, 100},
	301: {Retained, Lines, 190},
	31:  {Retained, Lines, 190},
	32:  {Retained, Lines, 80},
	321: {Retained, Lines, 190},
	33:  {Retained, Lines, 80},
	331: {Retained, Lines, 190},
	34:  {Retained, Lines, 40},
	341: {Retained, Lines, 190},
	35:  {Added, Given, 0},
	36:  {Retained, Lines, 100},
	361: {Retained, Lines, 190},
	37:  {Retained, Lines, 100},
	371: {Retained, Lines, 190},
	38:  {Retained, Lines, 190},
	39:  {Retained, Lines, 190},
	41:  {Retained, Lines, 190},
	44:  {Added, Lines, 150},
	45:  {Added, Lines, 500},
	46:  {Retained, Lines, 190},
	47:  {Retained, Lines, 190},
	48:  {Retained, Lines, 140},
	481: {Retained, Lines, 190},
	49:  {Neither, Lines, 0},
	50:  {Added, Given, 0},
	51:  {Added, Given, 0},
	52:  {Added, Given, 0},
	53:  {Disputed, Given, 0},
}

// Of returns the tax of a code. For a code that the format does not describe it
// returns the zero Tax, whose effect is unknown.
func Of(code int) Tax { return table[code] }
