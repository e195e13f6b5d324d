package issue

import (
	"strconv"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
)

// checker judges one document.
type checker struct {
	policy *Policy
	kind   chile.DocType
	column int // of the type in the table of required elements

	identification *dte.Identification
	issuer         *dte.Issuer
	receiver       *dte.Receiver
	transport      *dte.Transport
	references     []dte.Reference
	document       *dte.Document // nil for exports
	export         *dte.Export   // nil for others

	steps [maxDepth]step // path to the current position of walk
	depth int
	found Findings
}

// maxDepth is more than the depth of any document.
const maxDepth = 8

// step is an element on the path to another.
type step struct {
	name  string
	index int // among elements of its name, from 1; 0 if there is only one
}

// add adds a finding at a path relative to the document.
func (c *checker) add(r *rule, path, is, want string) {
	c.found = append(c.found, r.at(path, is, want))
}

// addUnless adds a finding for a missing element.
func (c *checker) addUnless(there bool, r *rule, path string) {
	if !there {
		c.add(r, path, "", "")
	}
}

// lineUnless adds a finding for an element that a line lacks.
func (c *checker) lineUnless(there bool, r *rule, n int, name string) {
	if !there {
		c.add(r, indexed("Detalle", n, name), "", "")
	}
}

// addHere adds a finding for an element, or value, inside the current element
// of walk.
func (c *checker) addHere(r *rule, name, is, want string) {
	c.add(r, c.path(name), is, want)
}

func (c *checker) path(name string) string {
	var b []byte
	for _, s := range c.steps[:c.depth] {
		b = append(b, s.name...)
		if s.index > 0 {
			b = append(b, '[')
			b = strconv.AppendInt(b, int64(s.index), 10)
			b = append(b, ']')
		}
		b = append(b, '/')
	}
	return string(append(b, name...))
}

// indexed returns the path of an element in one of many.
func indexed(parent string, i int, name string) string {
	return parent + "[" + strconv.Itoa(i+1) + "]/" + name
}

// later reports whether a date is after another; false if either is absent.
func later(date, than chile.Date) bool {
	return !date.IsZero() && !than.IsZero() && date.Compare(than) > 0
}

// sixMonthsAfter returns the same day half a year later, or the last day of that
// month.
func sixMonthsAfter(d chile.Date) chile.Date {
	const months = 6
	first := time.Date(d.Year(), d.Month()+months, 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	after, _ := chile.NewDate(first.Year(), first.Month(), min(d.Day(), last)) // zero if out of range: no date is later then
	return after
}
