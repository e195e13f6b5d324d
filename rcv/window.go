package rcv

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/ofitec/chile"
)

const (
	// windowSize is how many documents wait for rows that continue them. The SII
	// writes those directly below; some files were sorted afterwards.
	windowSize = 256

	// maxOrphans is how many taxes wait for a document that follows.
	maxOrphans = 10_000

	// maxGaps bounds the stored warnings.
	maxGaps = 10_000
)

// window holds the last documents of a file, so that a row that continues one
// of them finds it, and yields them in order. Errors keep their place.
type window struct {
	yield   func(Document, error) bool
	heading string       // of the column with the taxes, for errors
	total   string       // heading of the total
	stopped bool         // by the consumer, or by an error that ends the file
	gaps    *[]*RowError // warnings

	ring  []entry
	first int // index of the oldest entry
	size  int

	orphans map[docID][]orphan
	waiting int
}

type entry struct {
	doc    Document
	line   int
	unsure string // heading of an empty amount: it is zero if the others add up
	err    error  // reported instead of the document
}

// orphan is a tax whose document was not seen.
type orphan struct {
	id   docID
	tax  OtherTax
	line int
}

func newWindow(yield func(Document, error) bool, heading string) *window {
	return &window{yield: yield, heading: heading, ring: make([]entry, windowSize)}
}

// next returns a cleared entry at the end. If there is no room, the oldest one
// is yielded first.
func (w *window) next() *entry {
	if w.size == len(w.ring) {
		w.yieldFirst()
	}
	e := &w.ring[(w.first+w.size)%len(w.ring)]
	w.size++
	*e = entry{}
	return e
}

// fail adds an error at the end.
func (w *window) fail(err error) { w.next().err = err }

func (w *window) yieldFirst() {
	e := &w.ring[w.first]
	w.first = (w.first + 1) % len(w.ring)
	w.size--
	if w.stopped {
		return
	}
	if e.err == nil {
		w.check(e)
	}
	if e.err != nil {
		w.stopped = !w.yield(Document{}, e.err)
	} else {
		w.stopped = !w.yield(e.doc, nil)
	}
}

// check tests whether the amounts add up, after all taxes of the document have
// come.
func (w *window) check(e *entry) {
	switch gap := e.doc.Gap(); {
	case gap == 0:
	case e.unsure != "":
		e.err = newRowError(e.line, e.unsure, nil, ErrMissing)
	case w.gaps != nil && len(*w.gaps) < maxGaps:
		*w.gaps = append(*w.gaps, newRowError(e.line, w.total, strconv.AppendInt(nil, int64(e.doc.Total), 10), gapError(gap)))
	}
}

// end ends the file with an error, instead of the newest entry.
func (w *window) end(err error) {
	w.size--
	w.flush()
	w.yieldError(err)
	w.stopped = true
}

// flush yields all entries.
func (w *window) flush() {
	for w.size > 0 {
		w.yieldFirst()
	}
}

func (w *window) yieldError(err error) {
	if !w.stopped {
		w.stopped = !w.yield(Document{}, err)
	}
}

// attach adds a tax to the newest document with its id. A tax of an unreadable
// document is dropped: that row was already reported.
func (w *window) attach(o orphan) {
	for i := w.size - 1; i >= 0; i-- {
		if e := &w.ring[(w.first+i)%len(w.ring)]; idOf(&e.doc) == o.id {
			e.add(o)
			return
		}
	}
	if w.waiting == maxOrphans {
		w.fail(w.orphanError(o))
		return
	}
	if w.orphans == nil {
		w.orphans = make(map[docID][]orphan)
	}
	w.orphans[o.id] = append(w.orphans[o.id], o)
	w.waiting++
}

// adopt adds the taxes that came before it to a document.
func (w *window) adopt(e *entry) {
	if w.waiting == 0 {
		return
	}
	id := idOf(&e.doc)
	for _, o := range w.orphans[id] {
		e.add(o)
		w.waiting--
	}
	delete(w.orphans, id)
}

// add adds a tax to the document.
func (e *entry) add(o orphan) {
	if e.err != nil {
		return
	}
	sum, err := e.doc.OtherTaxTotal.Add(o.tax.Amount)
	if err != nil {
		e.err = newRowError(o.line, "", nil, chile.ErrOverflow)
		return
	}
	e.doc.OtherTaxes, e.doc.OtherTaxTotal = append(e.doc.OtherTaxes, o.tax), sum
}

func (w *window) orphanError(o orphan) error {
	return &RowError{Line: o.line, Heading: w.heading, Value: strconv.Itoa(o.tax.Code), Err: ErrOrphan}
}

// reportOrphans yields the taxes whose document did not come, in file order.
func (w *window) reportOrphans() {
	rest := make([]orphan, 0, w.waiting)
	for _, orphans := range w.orphans {
		rest = append(rest, orphans...)
	}
	slices.SortFunc(rest, func(a, b orphan) int { return cmp.Compare(a.line, b.line) })
	for _, o := range rest {
		w.yieldError(w.orphanError(o))
	}
}
