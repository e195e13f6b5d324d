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
	column int // of the type in the table of obligatoriness

	identification *dte.Identification
	issuer         *dte.Issuer
	receiver       *dte.Receiver
	transport      *dte.Transport
	references     []dte.Reference
	document       *dte.Document // nil for exports
	export         *dte.Export   // nil for others

	steps [maxDepth]step // where walk is
	depth int
	found Findings
}

// maxDepth is more than the elements of documents are deep.
const maxDepth = 8

// step is an element on the way to another.
type step struct {
	name  string
	index int // among its like, from 1; 0 where there is one
}

// add adds a finding about a path from the document on.
func (c *checker) add(r *rule, path, is, want string) {
	c.found = append(c.found, r.at(path, is, want))
}

// addUnless adds a finding about an element that is missing.
func (c *checker) addUnless(there bool, r *rule, path string) {
	if !there {
		c.add(r, path, "", "")
	}
}

// lineUnless adds a finding about an element that a line lacks.
func (c *checker) lineUnless(there bool, r *rule, n int, name string) {
	if !there {
		c.add(r, indexed("Detalle", n, name), "", "")
	}
}

// addHere adds a finding about an element, or value, in the one where walk is.
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

// later reports whether a date is after another, both of which are known.
func later(date, than chile.Date) bool {
	return !date.IsZero() && !than.IsZero() && date.Compare(than) > 0
}

// sixMonthsAfter returns the same day half a year later, or the last of its month.
func sixMonthsAfter(d chile.Date) chile.Date {
	const months = 6
	first := time.Date(d.Year(), d.Month()+months, 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	after, _ := chile.NewDate(first.Year(), first.Month(), min(d.Day(), last)) // zero beyond the years of dates: nothing is later
	return after
}
