package rcv

import (
	"fmt"
	"slices"
	"strings"
)

// Difference is a changed value of a document.
type Difference struct {
	Field  string `json:"field"`  // the SII's name, as in the facade's JSON; otrosImpuestos for the breakdown of additional taxes
	Before string `json:"before"` // empty if there was none; 0 for an amount
	After  string `json:"after"`
}

// String returns the difference, such as detMntNeto: 1000 → 2000.
func (d Difference) String() string {
	return fmt.Sprintf("%s: %s → %s", d.Field, orNone(d.Before), orNone(d.After))
}

// breakdown is the Field of a difference in OtherTaxes.
const breakdown = "otrosImpuestos"

// IsAmount reports whether the value is money: an amount, or the breakdown of
// additional taxes.
func (d Difference) IsAmount() bool {
	if d.Field == breakdown {
		return true
	}
	for i := range fields {
		if fields[i].name == d.Field {
			return fields[i].money
		}
	}
	return false
}

func orNone(text string) string {
	if text == "" {
		return "(none)"
	}
	return text
}

// Diff returns the differences between two readings of one document of one
// register, in the order of the fields of Document. The readings may come from
// different sources, and no source has all values:
//
//   - A value that is new or different is a difference, unless the old reading
//     could not have it: it comes from a file (without the SII's numbers of a
//     row), the new one from the facade, both are in one state, and the export
//     has no such column. So if a register was read from a file before,
//     additional values from the facade are not differences; Adds reports them.
//   - A value that is missing now is a difference, unless the new reading could
//     not have it: it comes from a file, the old one from the facade or from a
//     file in another state, and the export has no such column. So reading a file
//     never reports events, tobacco taxes and the like as gone.
//   - If the row may be of either book, one book's column is enough to report an
//     amount as gone, and an amount, an acknowledgment or a claim as new: in doubt
//     it is reported.
//   - For the kind of purchase or sale the texts are compared, and the codes if a
//     text is missing. For the additional taxes the sum is compared, and the
//     breakdown if both rows have one.
//   - SIIData is never compared, nor is EventText, which repeats Event.
func Diff(before, after *Document) []Difference {
	var found []Difference
	for i := range fields {
		f := &fields[i]
		switch {
		case f.compared == never, f.same(before, after):
		case f.compared == ifBoth && (f.isZero(before) || f.isZero(after)):
		case f.compared == specially && sameKind(before, after):
		case f.compared == specially && i == fieldKind && before.KindText != "" && after.KindText != "":
			// The text decides.
		case f.isZero(after) && cannotTell(f, before, after):
		case f.isZero(before) && couldNotTell(f, before, after):
		default:
			found = append(found, Difference{Field: f.name, Before: f.text(before), After: f.text(after)})
		}
	}
	if len(before.OtherTaxes) > 0 && len(after.OtherTaxes) > 0 {
		was, is := sortedTaxes(before), sortedTaxes(after)
		if !slices.Equal(was, is) {
			found = append(found, Difference{Field: breakdown, Before: taxText(was), After: taxText(is)})
		}
	}
	return found
}

// text returns the value for display.
func (f *field) text(d *Document) string {
	if f.isZero(d) && !f.money {
		return ""
	}
	return string(f.appendCanonical(nil, d))
}

func taxText(taxes []OtherTax) string {
	texts := make([]string, len(taxes))
	for i, tax := range taxes {
		texts[i] = fmt.Sprintf("%d: %d", tax.Code, tax.Amount)
		if tax.Rate != "" {
			texts[i] += " (" + string(tax.Rate) + " %)"
		}
	}
	return strings.Join(texts, ", ")
}

// sameKind compares the kind of purchase or sale.
func sameKind(d, e *Document) bool {
	switch {
	case d.KindText != "" && e.KindText != "":
		return sameKindText(d.KindText, e.KindText)
	case d.Kind != 0 && e.Kind != 0:
		return d.Kind == e.Kind
	default:
		return numberMeans(e.Kind, d.KindText) || numberMeans(d.Kind, e.KindText)
	}
}

// cannotTell reports whether the new row, without a value for the field, comes
// from a file without a column for it, while the old one may come from a source
// with one.
func cannotTell(f *field, before, after *Document) bool {
	if !after.FromFile() || before.FromFile() && before.State == after.State {
		return false
	}
	has, all := f.columnsIn(after.State)
	if f.money {
		return has == 0
	}
	return has < all
}

// couldNotTell reports whether the old row, without a value for the field, comes
// from a file without a column for it, while the new one comes from the facade.
func couldNotTell(f *field, before, after *Document) bool {
	if !before.FromFile() || after.FromFile() || before.State != after.State {
		return false
	}
	has, all := f.columnsIn(before.State)
	if f.money || f.happens {
		return has == 0
	}
	return has < all
}

// Adds reports whether a second reading without differences (see Diff) has more
// values than the first and none fewer: values that the first source does not
// have, such as the receiver's event, the breakdown of additional taxes or the
// SII's numbers of a row. To keep all values, store what Merge makes of both.
func Adds(before, after *Document) bool {
	more := len(before.OtherTaxes) == 0 && len(after.OtherTaxes) > 0 || before.FromFile() && !after.FromFile()
	if len(before.OtherTaxes) > 0 && len(after.OtherTaxes) == 0 {
		return false
	}
	for i := range fields {
		f := &fields[i]
		if f.compared != always {
			continue
		}
		was, is := !f.isZero(before), !f.isZero(after)
		if was && !is {
			return false
		}
		more = more || !was && is
	}
	return more
}

// FromFile reports whether the row is from an export: it has none of the numbers
// that the facade gives every row.
func (d *Document) FromFile() bool { return d.HeaderID == 0 && d.DetailID == 0 }

// columnsIn returns how many of the exports of a state have a column for the value.
func (f *field) columnsIn(state State) (has, all int) {
	for _, l := range layouts() {
		if l.state == state {
			all++
			if f.columnOf(l) {
				has++
			}
		}
	}
	return has, all
}

// columnOf reports whether the layout has a column for the value.
func (f *field) columnOf(l *layout) bool {
	if f.name == "estadoContab" || f.name == "totalDtoiMontoImp" {
		return true // by the file's layout, or as the sum of its taxes
	}
	for _, heading := range f.headings {
		if i, ok := fieldsByHeading()[fold(heading)]; ok && l.set[role(i)] {
			return true
		}
	}
	return false
}
