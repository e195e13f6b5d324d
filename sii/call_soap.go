package sii

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"strconv"

	"github.com/beevik/etree"
	"github.com/ofitec/chile/internal/plain"
)

// The services under /DTEWS are Apache Axis 1, SOAP 1.1, style rpc. They
// identify the operation by the local name of the wrapper element and the
// arguments by their order, and answer with one string that is an XML document
// (manual of automatic authentication 1.9, ch. 4; WSDLs of maullin).

// defaultSOAPNamespace is the namespace in the WSDLs of palena and in the SII's
// RTC manual. Other clients send the address of the service; both work.
const defaultSOAPNamespace = "http://DefaultNamespace"

// argument is an argument of an operation. Arguments have no namespace.
type argument struct{ name, value string }

// call sends an operation and returns the document in its answer.
func (c *caller) soap(ctx context.Context, op operation, service, method string, args ...argument) (*respuesta, error) {
	var b bytes.Buffer
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` +
		`<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>` +
		`<m:` + method + ` xmlns:m="`)
	xmlEscape(&b, c.soapNamespace)
	b.WriteString(`">`)
	for _, a := range args {
		b.WriteString("<" + a.name + ">")
		xmlEscape(&b, a.value)
		b.WriteString("</" + a.name + ">")
	}
	b.WriteString(`</m:` + method + `></soapenv:Body></soapenv:Envelope>`)

	header := http.Header{
		"Content-Type": {"text/xml; charset=UTF-8"},
		"Soapaction":   {`""`},
		"Accept":       {"text/xml, application/xml, */*"},
		"User-Agent":   {c.soapUserAgent},
	}
	resp, err := c.transport.post(ctx, op.name, c.env.SOAP+"/DTEWS/"+service, header, b.Bytes(), maxSOAPBody)
	if err != nil {
		return nil, err
	}
	defer resp.close() //nolint:errcheck // nothing is left to read
	body, err := io.ReadAll(resp.body)
	if err != nil {
		return nil, c.transport.failure(ctx, op.name, err)
	}
	answer, err := parseSOAP(body, method)
	if err == nil {
		return answer, nil
	}
	return nil, resp.notSOAP(op.name, err)
}

// notSOAP returns the error for an answer without a readable document.
func (r *response) notSOAP(op string, cause error) *Error {
	var fault *faultError
	if errors.As(cause, &fault) {
		code := codeFault
		if c, ok := claimCodes.findWords(plain.Text(fault.text)); ok { // from the only service whose faults are known
			code = c
		}
		return code.refused(op, "", fault.text)
	}
	if r.isHTML() && r.status < http.StatusBadRequest {
		return pageUnknown.failed(op)
	}
	if code, ok := httpCode(strconv.Itoa(r.status)); ok {
		return code.failed(op)
	}
	return notUnderstood(op, cause)
}

func xmlEscape(b *bytes.Buffer, s string) {
	_ = xml.EscapeText(b, []byte(s)) // a bytes.Buffer never fails
}

// respuesta is the document in an answer, SII:RESPUESTA. Header and body may
// each have an ESTADO.
type respuesta struct {
	header, body *etree.Element
}

// estado returns the code in the header. It is text: 0, 00 and 001 are
// different codes.
func (r *respuesta) estado() string { return childText(r.header, "ESTADO") }

// glosa returns the first text in the header.
func (r *respuesta) glosa() string {
	for _, name := range []string{"GLOSA", "GLOSA_ESTADO", "GLOSA_ERR"} {
		if text := childText(r.header, name); text != "" {
			return text
		}
	}
	return ""
}

// faultError is a SOAP Fault.
type faultError struct{ text string }

func (f *faultError) Error() string { return "SOAP fault: " + f.text }

// parseSOAP finds the document in an answer in any known wrapping: as escaped
// text, as CDATA or as elements, with any prefix.
func parseSOAP(body []byte, operation string) (*respuesta, error) {
	envelope, err := parseXML(toUTF8(body))
	if err != nil {
		return nil, err
	}
	if fault := findElement(envelope, "Fault"); fault != nil {
		return nil, &faultError{text: childText(fault, "faultstring")}
	}
	document := envelope
	if wrapped := findElement(envelope, operation+"Return"); wrapped != nil {
		document = wrapped
		if len(wrapped.ChildElements()) == 0 {
			if document, err = parseXML(elementText(wrapped)); err != nil {
				return nil, err
			}
		}
	}
	root := findElement(document, "RESPUESTA")
	if root == nil {
		return nil, errors.New("the answer has no RESPUESTA")
	}
	r := &respuesta{header: root.SelectElement("RESP_HDR"), body: root.SelectElement("RESP_BODY")}
	if r.header == nil {
		return nil, errors.New("the answer has no RESP_HDR")
	}
	if r.body == nil {
		r.body = etree.NewElement("RESP_BODY")
	}
	return r, nil
}
