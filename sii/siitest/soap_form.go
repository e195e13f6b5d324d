package siitest

import (
	"slices"
	"strings"

	"github.com/ofitec/chile/sii/siitest/internal/page"
)

// AnswerForm is a seen or documented form of SOAP answers.
type AnswerForm struct {
	Name      string
	prefix    string // of the operation's element
	namespace string
	qualified bool // its result has that prefix too
	cdata     bool // the document is in a CDATA section, not escaped
	bodyFirst bool
	returns   bool // lines end with carriage returns
	latin1    bool // bytes are ISO-8859-1, though the declaration says UTF-8
}

// AnswerForms returns all forms; a Server uses them in turn.
func AnswerForms() []AnswerForm {
	return []AnswerForm{
		{Name: "escaped, prefix ns1", prefix: "ns1:", namespace: ` xmlns:ns1="http://DefaultNamespace"`, qualified: true},
		{Name: "escaped, no prefix, body first", bodyFirst: true},
		{Name: "CDATA", cdata: true},
		{Name: "escaped, carriage returns", prefix: "ns2:", namespace: ` xmlns:ns2="https://maullin.sii.cl/DTEWS"`, qualified: true, returns: true},
		{Name: "ISO-8859-1 under the name UTF-8", bodyFirst: true, latin1: true},
		{Name: "escaped, prefix ns1 on the operation, carriage returns", prefix: "ns1:", namespace: ` xmlns:ns1="http://DefaultNamespace"`, returns: true},
	}
}

// WSDLForms returns the forms of AnswerForms that programs generated from a WSDL
// can read: the result is escaped text without a namespace, in the declared
// encoding.
func WSDLForms() []AnswerForm {
	return slices.DeleteFunc(AnswerForms(), func(f AnswerForm) bool { return f.qualified || f.latin1 || f.cdata })
}

// wrap writes the answer of an operation: a text, usually a document.
func (f AnswerForm) wrap(operation, text string) (contentType string, out []byte) {
	if f.cdata {
		text = "<![CDATA[" + text + "]]>"
	} else {
		text = page.Escape(text)
	}
	result := operation + "Return"
	if f.qualified {
		result = f.prefix + result
	}
	text = `<?xml version="1.0" encoding="UTF-8"?>` +
		`<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" ` +
		`xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>` +
		`<` + f.prefix + operation + `Response` + f.namespace + ` soapenv:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/">` +
		`<` + result + ` xsi:type="xsd:string">` + text + `</` + result + `>` +
		`</` + f.prefix + operation + `Response></soapenv:Body></soapenv:Envelope>`
	out = []byte(text)
	if f.latin1 {
		out = page.Latin1(text)
	}
	return "text/xml; charset=utf-8", out
}

func (f AnswerForm) document(a *answer) string {
	end := ""
	if f.returns {
		end = "\r\n"
	}
	header := element("SII:RESP_HDR", a.header, end)
	body := element("SII:RESP_BODY", a.body, end)
	if len(a.body) == 0 {
		body = ""
	}
	if f.bodyFirst {
		header, body = body, header
	}
	return `<?xml version="1.0" encoding="UTF-8"?>` + end +
		`<SII:RESPUESTA xmlns:SII="http://www.sii.cl/XMLSchema">` + end + header + body + `</SII:RESPUESTA>` + end
}

func element(name string, fields []field, end string) string {
	var b strings.Builder
	b.WriteString("<" + name + ">" + end)
	for _, f := range fields {
		b.WriteString("<" + f.name + ">" + page.Escape(f.text) + "</" + f.name + ">" + end)
	}
	b.WriteString("</" + name + ">" + end)
	return b.String()
}
