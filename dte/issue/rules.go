package issue

import (
	"reflect"
	"strconv"

	"github.com/ofitec/chile/dte"
)

// check judges a document with its totals and returns all findings. The document
// has no folio, stamp or signature yet.
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

// schemaVersion is the only version that the schemas allow.
const schemaVersion = "1.0"
