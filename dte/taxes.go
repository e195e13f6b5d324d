package dte

// effect is what a tax of the totals (ImptoReten) does to the total.
type effect int

const (
	added    effect = 1
	retained effect = -1
	neither  effect = 2 // 49, which retains nothing
	unknown  effect = 0 // codes of the schema of which the format does not tell
)

// taxEffects are the effects of taxes by code (format of the documents 2.2,
// table of additional taxes and retentions). Unverified: that of 53, inferred.
var taxEffects = map[int]effect{
	14: added, 17: added, 18: added, 19: added, 23: added, 24: added, 25: added, 26: added, 27: added, 271: added,
	28: added, 35: added, 44: added, 45: added, 50: added, 51: added, 52: added,
	15: retained, 30: retained, 301: retained, 31: retained, 32: retained, 321: retained, 33: retained, 331: retained,
	34: retained, 341: retained, 36: retained, 361: retained, 37: retained, 371: retained, 38: retained, 39: retained,
	41: retained, 46: retained, 47: retained, 48: retained, 481: retained, 53: retained,
	49: neither,
}

// hasOwnBasis says whether a tax is a percentage of something else than
// the lines with its code.
func hasOwnBasis(code int) bool {
	switch code {
	case 14, 50, 17, 28, 35, 51, 52, 53: // margins, slaughter, fuels by volume, public prices
		return true
	default:
		return false
	}
}
