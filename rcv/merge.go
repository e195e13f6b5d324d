package rcv

// Merge returns the known values of a document of the book after a second reading:
// those of the second reading and, where its source cannot have a value, those of
// the first. No source has all values: the facade lacks the breakdown of additional
// taxes, and its exports lack the receiver's event, the code of the kind of
// transaction and the SII's own numbers of a row. kept reports whether any value is
// from the first reading.
//
// A value that a source can have and does not have is gone. The breakdown is kept
// while its sum is the same, the code of a kind while its text means that kind.
// The book may be empty if it is unknown: a value is then kept if the export of
// one book lacks it, an amount if both do.
//
// Diff of the first reading and the result returns what changed.
func Merge(book Book, before, after *Document) (merged Document, kept bool) {
	merged = *after
	if after.FromFile() {
		for i := range fields {
			f := &fields[i]
			if f.compared == specially || f.isZero(before) || !f.isZero(after) || !f.lackedBy(book, after.State) {
				continue
			}
			f.copy(&merged, before)
			kept = true
		}
		if before.NonRecoverableVAT != after.NonRecoverableVAT {
			merged.NonRecoverableTotal = after.NonRecoverableTotal // it was the sum
		}
		if before.State != after.State {
			merged.RawState = after.RawState // it was the SII's word for the state
		}
	}
	if number, text := mergeKind(before, after); number != after.Kind || text != after.KindText {
		merged.Kind, merged.KindText, kept = number, text, true
	}
	sameSum := after.OtherTaxTotal == before.OtherTaxTotal && (after.OtherTaxTotal != 0 || !after.FromFile())
	if len(after.OtherTaxes) == 0 && len(before.OtherTaxes) > 0 && sameSum {
		merged.OtherTaxes, kept = before.OtherTaxes, true
	}
	return merged, kept
}

// mergeKind returns the number and text of the second reading's kind. If it has
// only one of them, the first reading's other one is used, if it means the same
// kind.
func mergeKind(before, after *Document) (number int, text string) {
	number, text = after.Kind, after.KindText
	switch {
	case (number == 0) == (text == ""), !sameKind(before, after):
	case number == 0:
		number = before.Kind
	default:
		text = before.KindText
	}
	return number, text
}

// lackedBy reports whether the export of a state has no column for the value; if
// the book is empty, of either book.
func (f *field) lackedBy(book Book, state State) bool {
	if l := layoutOf(book, state); l != nil {
		return !f.columnOf(l)
	}
	has, all := f.columnsIn(state)
	if f.money || all == 0 {
		return has == 0
	}
	return has < all
}
