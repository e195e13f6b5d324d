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
	for _, p := range parts {
		if p.isEmpty(d) {
			continue
		}
		for i := p.from; i < p.to; i++ {
			if f := &fields[i]; f.counts(i, d) && !f.isZero(d) {
				b = f.appendCounted(b, d)
			}
		}
	}
	sum := sha256.Sum256(appendCountedTaxes(b, d))
	return hex.EncodeToString(sum[:])
}

// counts reports whether the field, which stands at the index, counts in a hash.
func (f *field) counts(i int, d *Document) bool {
	return f.compared != never && (i != fieldKind || d.KindText == "")
}

// appendCounted appends what counts in a hash of the field.
func (f *field) appendCounted(b []byte, d *Document) []byte {
	b = append(append(b, f.name...), '=')
	start := len(b)
	b = f.appendCanonical(b, d)
	// The length of the value, so that no text can pass for two values.
	return append(strconv.AppendInt(append(b, '/'), int64(len(b)-start), 10), '\n')
}

// appendCountedTaxes does so for the breakdown of additional taxes.
func appendCountedTaxes(b []byte, d *Document) []byte {
	for _, tax := range sortedTaxes(d) {
		b = append(b, "otrosImpuestos="...)
		b = append(strconv.AppendInt(b, int64(tax.Code), 10), ' ')
		b = append(strconv.AppendInt(b, int64(tax.Amount), 10), ' ')
		b = append(strconv.AppendQuote(b, string(tax.Rate)), '\n')
	}
	return b
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
