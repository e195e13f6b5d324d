package rcv

// Merge returns what is known of a document of the book after a second look: what
// that look says and, of what its source cannot know, what the first one said. No
// source has everything: the facade does not give the breakdown of additional
// taxes, and its exports have neither the receiver's event, the code of the kind of
// transaction nor the SII's own numbers of a row. kept reports whether anything
// is of the first look.
//
// What a source can know and does not say is not there any more. The breakdown is
// kept as long as its sum is the same, the code of a kind as long as its text is
// of that kind. The book may be empty, if it is not known: a value is then kept if
// the export of one of the books lacks it, an amount if both do.
//
// Diff of the first look and of the result is what changed.
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
			merged.NonRecoverableTotal = after.NonRecoverableTotal // it was their sum
		}
		if before.State != after.State {
			merged.RawState = after.RawState // it was the SII's word for that
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

// mergeKind returns the number and text of the kind of the second look: if it has
// but one of them, the first look's other one, if that is of the kind.
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

// lackedBy reports whether the export of a state, of either book if it is empty,
// has no column for the value.
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
