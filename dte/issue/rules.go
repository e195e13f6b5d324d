package issue

import (
	"reflect"
	"strconv"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
)

// check judges a document with its totals: all findings at once. It has no folio
// yet, nor stamp, nor signature.
func check(doc *dte.DTE, policy *Policy) Findings {
	if policy == nil {
		policy = &Policy{}
	}
	c := checker{policy: policy}
	var root reflect.Value
	switch p, x := doc.Peso(), doc.Export; {
	case p != nil:
		h := &p.Header
		root = reflect.ValueOf(p).Elem()
		c.identification, c.issuer, c.receiver, c.transport = &h.Identification, &h.Issuer, &h.Receiver, h.Transport
		c.references, c.document = p.References, p
	case x != nil:
		h := &x.Header
		root = reflect.ValueOf(x).Elem()
		c.identification, c.issuer, c.receiver, c.transport = &h.Identification, &h.Issuer, &h.Receiver, h.Transport
		c.references, c.export = x.References, x
	default:
		return Findings{ruleType.at("Encabezado/IdDoc/TipoDTE", "", "")}
	}
	c.kind = c.identification.Type
	var s *scope
	c.column, s = columnOf(c.kind)
	if s == nil || isExport(c.kind) != (doc.Export != nil) || c.kind == 43 != (doc.Settlement != nil) {
		c.add(&ruleType, "Encabezado/IdDoc/TipoDTE", strconv.Itoa(int(c.kind)), "")
		return c.found
	}
	if doc.Version != schemaVersion {
		c.add(&ruleSchema, "@version", doc.Version, schemaVersion)
	}
	c.walk(root, s)
	c.checkIssuer()
	c.checkReceiver()
	c.checkDates()
	c.checkTransport()
	c.checkReferences(doc)
	switch {
	case c.export != nil:
		c.checkExport()
	case isBoleta(c.kind):
		c.checkBoleta()
	default:
		c.checkInvoice()
	}
	return c.found
}

// schemaVersion is the only one that the schemas have.
const schemaVersion = "1.0"

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
