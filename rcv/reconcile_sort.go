package rcv

import "iter"

// sorted reads a sequence and returns it in the order of Entry.Compare; equal
// entries keep their order.
func sorted(seq iter.Seq2[Entry, error]) (iter.Seq2[Entry, error], error) {
	var all []Entry
	for e, err := range seq {
		if err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	order := sortedOrder(all)
	return func(yield func(Entry, error) bool) {
		for _, i := range order {
			if !yield(all[i], nil) {
				return
			}
		}
	}, nil
}

// digitBits is how many bits one pass sorts by.
const digitBits = 11

// sortedOrder returns the indexes of entries in order, in linear time: a radix
// sort, least significant digit first, with stable passes. Digits that are equal
// in all entries are skipped.
func sortedOrder(all []Entry) []int {
	order, other := make([]int, len(all)), make([]int, len(all))
	for i := range order {
		order[i] = i
	}
	for _, number := range []func(*Entry) uint64{
		func(e *Entry) uint64 { return sortable(int64(e.Folio)) },
		func(e *Entry) uint64 { return sortable(int64(e.Type)) },
		func(e *Entry) uint64 { return sortable(e.Counterparty.Number()) },
	} {
		varies := uint64(0)
		for i := range all {
			varies |= number(&all[i]) ^ number(&all[0])
		}
		for shift := 0; shift < 64; shift += digitBits {
			if varies>>shift&(1<<digitBits-1) == 0 {
				continue
			}
			sortByDigit(order, other, func(i int) uint64 { return number(&all[i]) >> shift & (1<<digitBits - 1) })
			order, other = other, order
		}
	}
	return order
}

// sortable returns a number whose digits sort as the signed numbers do.
func sortable(n int64) uint64 { return uint64(n) ^ 1<<63 } //nolint:gosec // its bits are meant

// sortByDigit writes the indexes into another slice, ordered by a digit.
func sortByDigit(order, into []int, digit func(i int) uint64) {
	var starts [1<<digitBits + 1]int
	for _, i := range order {
		starts[digit(i)+1]++
	}
	for d := range len(starts) - 1 {
		starts[d+1] += starts[d]
	}
	for _, i := range order {
		d := digit(i)
		into[starts[d]] = i
		starts[d]++
	}
}
