package issue

import (
	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
)

var ruleWhole = rule{
	"amount.whole", LevelRejects,
	"debe ser un número entero", "must be a whole number",
}

// whole returns an amount in pesos.
func whole(d dte.Decimal, path string, found *Findings) *chile.CLP {
	if d.IsZero() {
		return nil
	}
	amount, err := d.CLP()
	if err != nil {
		*found = append(*found, ruleWhole.at(path, d.String(), ""))
		return nil
	}
	return &amount
}
