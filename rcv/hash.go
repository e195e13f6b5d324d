package rcv

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
)

// Hash returns the SHA-256, in lower-case hex, of the document's values in a
// canonical form: each value that is not empty, under the SII's name, instants
// in UTC, additional taxes in the order of their codes.
//
// SIIData and EventText, which repeats Event, do not count. Of the kind of
// purchase or sale the text counts, which every source has, and the code where
// there is no text. Two documents that are equal but for those have equal
// hashes, whatever time zone their times are in. Documents from two sources can
// have different hashes though nothing changed, since no source has everything:
// to find changes, use Diff.
func Hash(d *Document) string {
	b := make([]byte, 0, 1024)
	for i := range fields {
		f := &fields[i]
		if f.compared == never || f.isZero(d) || i == fieldKind && d.KindText != "" {
			continue
		}
		b = append(append(b, f.name...), '=')
		start := len(b)
		b = f.appendCanonical(b, d)
		// The length of the value, so that no text can pass for two values.
		b = append(strconv.AppendInt(append(b, '/'), int64(len(b)-start), 10), '\n')
	}
	for _, tax := range sortedTaxes(d) {
		b = append(b, "otrosImpuestos="...)
		b = append(strconv.AppendInt(b, int64(tax.Code), 10), ' ')
		b = append(strconv.AppendInt(b, int64(tax.Amount), 10), ' ')
		b = append(strconv.AppendQuote(b, string(tax.Rate)), '\n')
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

var fieldKind = named("detTipoTransaccion")

// sortedTaxes returns the additional taxes in an order that does not depend on
// the source, leaving those of the document as they are.
func sortedTaxes(d *Document) []OtherTax {
	if len(d.OtherTaxes) < 2 {
		return d.OtherTaxes
	}
	taxes := slices.Clone(d.OtherTaxes)
	slices.SortStableFunc(taxes, func(a, b OtherTax) int {
		return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.Amount, b.Amount), cmp.Compare(a.Rate, b.Rate))
	})
	return taxes
}
