package siitest

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/ofitec/chile/sii/siitest/internal/page"
)

// wantsWSDL reports whether a request is for the description of a service. Some
// clients call operations with POST under ?WSDL.
func wantsWSDL(r *http.Request) bool {
	return (r.Method == http.MethodGet || r.Method == http.MethodHead) && strings.EqualFold(r.URL.RawQuery, "wsdl")
}

// serveWSDL describes a service at the requested address: some programs take the
// address from the description. The SII's description has named an unreachable
// host.
func (h *soapHandler) serveWSDL(w http.ResponseWriter, r *http.Request, service *soapService) {
	c := h.desk.begin(w, r, OpWSDL, "")
	defer c.end()
	if c.failed() {
		return
	}
	c.send("text/xml; charset=utf-8", []byte(service.wsdl(page.Escape(origin(r)+r.URL.Path))))
}

// wsdl describes a service at an address: WSDL 1.1, style rpc, a string for every
// argument and result, with the address as namespace.
func (service *soapService) wsdl(address string) string {
	var b strings.Builder
	add := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	add(`<?xml version="1.0" encoding="UTF-8"?>`)
	add(`<definitions name=%q targetNamespace="%s" xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:tns="%[2]s"`, service.name, address)
	add(`    xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:xsd="http://www.w3.org/2001/XMLSchema">`)
	for _, o := range service.operations {
		add(`  <message name="%sRequest">`, o.name)
		for _, arg := range o.args {
			add(`    <part name=%q type="xsd:string"/>`, arg)
		}
		add(`  </message>`)
		add(`  <message name="%[1]sResponse"><part name="%[1]sReturn" type="xsd:string"/></message>`, o.name)
	}
	add(`  <portType name=%q>`, service.name)
	for _, o := range service.operations {
		order := ""
		if len(o.args) > 0 {
			order = fmt.Sprintf(` parameterOrder=%q`, strings.Join(o.args, " "))
		}
		add(`    <operation name=%q%s>`, o.name, order)
		add(`      <input name="%[1]sRequest" message="tns:%[1]sRequest"/>`, o.name)
		add(`      <output name="%[1]sResponse" message="tns:%[1]sResponse"/>`, o.name)
		add(`    </operation>`)
	}
	add(`  </portType>`)
	add(`  <binding name="%[1]sSoapBinding" type="tns:%[1]s">`, service.name)
	add(`    <soap:binding style="rpc" transport="http://schemas.xmlsoap.org/soap/http"/>`)
	for _, o := range service.operations {
		add(`    <operation name=%q>`, o.name)
		add(`      <soap:operation soapAction=""/>`)
		add(`      <input name="%sRequest"><soap:body use="literal" namespace="%s"/></input>`, o.name, address)
		add(`      <output name="%sResponse"><soap:body use="literal" namespace="%s"/></output>`, o.name, address)
		add(`    </operation>`)
	}
	add(`  </binding>`)
	add(`  <service name="%sService">`, service.name)
	add(`    <port name=%q binding="tns:%[1]sSoapBinding"><soap:address location="%[2]s"/></port>`, service.name, address)
	add(`  </service>`)
	add(`</definitions>`)
	return b.String()
}
