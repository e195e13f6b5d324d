package rcv

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
)

// Hash returns the SHA-256, in lower-case hex, of the document's values in a
// canonical form: each non-empty value under the SII's name, instants in UTC,
// additional taxes in the order of their codes.
//
// SIIData and EventText, which repeats Event, are not hashed. For the kind of
// purchase or sale the text is hashed, which every source has, and the code if
// there is no text. Documents that differ only in these values have equal
// hashes, in any time zone. The same document from two sources can have
// different hashes, since no source has all values: to find changes, use Diff.
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

// counts reports whether the field with that index is hashed.
func (f *field) counts(i int, d *Document) bool {
	return f.compared != never && (i != fieldKind || d.KindText == "")
}

// appendCounted appends the hashed form of the field.
func (f *field) appendCounted(b []byte, d *Document) []byte {
	b = append(append(b, f.name...), '=')
	start := len(b)
	b = f.appendCanonical(b, d)
	// The length of the value, so no text can be taken for two values.
	return append(strconv.AppendInt(append(b, '/'), int64(len(b)-start), 10), '\n')
}

// appendCountedTaxes appends the breakdown of additional taxes.
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

// sortedTaxes returns the additional taxes in an order that is independent of
// the source, without changing the document.
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
