package siitest

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// services are the SOAP services, their operation and its arguments, in order
// (WSDLs of maullin).
var services = map[string]struct {
	op   Op
	args []string
}{
	"CrSeed.jws":           {OpSeed, nil},
	"GetTokenFromSeed.jws": {OpToken, []string{"pszXml"}},
	"QueryEstUp.jws":       {OpUpload, []string{"RutCompania", "DvCompania", "TrackId", "Token"}},
	"QueryEstDte.jws": {OpDocument, []string{
		"RutConsultante", "DvConsultante", "RutCompania", "DvCompania", "RutReceptor", "DvReceptor",
		"TipoDte", "FolioDte", "FechaEmisionDte", "MontoDte", "Token",
	}},
}

// envelope is a SOAP request. Names count without their namespace.
type envelope struct {
	XMLName xml.Name
	Body    struct {
		Operations []operation `xml:",any"`
	} `xml:"Body"`
}

type operation struct {
	XMLName xml.Name
	Args    []struct {
		XMLName xml.Name
		Text    string `xml:",chardata"`
		Inner   string `xml:",innerxml"`
	} `xml:",any"`
}

func (s *Server) serveSOAP(w http.ResponseWriter, r *http.Request, service string, body []byte) {
	known, ok := services[service]
	if !ok {
		s.violate(OpOther, "path", "there is no service "+service)
		http.NotFound(w, r)
		return
	}
	var request envelope
	err := xml.Unmarshal(body, &request)
	c := s.begin(w, r, known.op, request.token())
	defer c.end()
	if c.failed() {
		return
	}
	s.checkSOAPHeaders(known.op, r)
	if r.Method != http.MethodPost || err != nil || len(request.Body.Operations) != 1 {
		s.violate(known.op, "envelope", "not one operation in a SOAP body")
		writeFault(w, "Bad envelope tag")
		return
	}
	call := request.Body.Operations[0]
	if call.XMLName.Local != string(known.op) {
		writeFault(w, "No such operation '"+call.XMLName.Local+"'")
		return
	}
	a := s.answer(c, s.arguments(known.op, &call, known.args))
	if a == nil {
		c.deliver(http.StatusOK, pageType, []byte(SessionLimit().Body))
		return
	}
	contentType, out := s.nextForm().wrap(string(known.op), a)
	c.send(contentType, out)
}

// token returns the token of a request that has one.
func (e *envelope) token() string {
	for _, operation := range e.Body.Operations {
		for _, arg := range operation.Args {
			if arg.XMLName.Local == "Token" {
				return strings.TrimSpace(arg.Text)
			}
		}
	}
	return ""
}

// answer lets the service answer. Without one there are too many sessions.
func (s *Server) answer(c *call, args map[string]string) *answer {
	switch {
	case c.fault.Estado != "":
		return &answer{header: []field{{"ESTADO", c.fault.Estado}, {"GLOSA", c.fault.Glosa}}}
	case c.op == OpSeed:
		return s.seed(c)
	case c.op == OpToken:
		return s.token(c, args["pszXml"])
	case c.op == OpUpload:
		return s.uploadStatus(c, args)
	default:
		return s.documentStatus(c, args)
	}
}

func (s *Server) checkSOAPHeaders(op Op, r *http.Request) {
	if _, ok := r.Header["Soapaction"]; !ok {
		s.violate(op, "SOAPAction", "the header is missing; it may be empty")
	}
	if contentType := r.Header.Get("Content-Type"); !strings.HasPrefix(contentType, "text/xml") {
		s.violate(op, "Content-Type", contentType)
	}
}

// arguments returns the arguments by name. Axis takes them by position where
// names do not match, so their order counts.
func (s *Server) arguments(op Op, call *operation, names []string) map[string]string {
	args := map[string]string{}
	if len(call.Args) != len(names) {
		s.violate(op, "arguments", fmt.Sprintf("%d of them, not %d", len(call.Args), len(names)))
	}
	for i, arg := range call.Args {
		name := arg.XMLName.Local
		if i >= len(names) || name != names[i] {
			s.violate(op, "arguments", fmt.Sprintf("%s at place %d of %v", name, i+1, names))
		}
		if !slices.Contains(names, name) && i < len(names) {
			name = names[i]
		}
		if arg.XMLName.Space != "" {
			s.violate(op, "arguments", name+" has a namespace")
		}
		args[name] = strings.TrimSpace(arg.Text)
		if args[name] == "" && strings.Contains(arg.Inner, "<") {
			s.violate(op, "arguments", name+" is not escaped")
		}
	}
	return args
}

// soapFault is a fault of Axis 1.
const soapFault = `<?xml version="1.0" encoding="UTF-8"?>` +
	`<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body><soapenv:Fault>` +
	`<faultcode>soapenv:Server.userException</faultcode><faultstring>%s</faultstring><detail/>` +
	`</soapenv:Fault></soapenv:Body></soapenv:Envelope>`

func writeFault(w http.ResponseWriter, text string) {
	w.Header().Set("Content-Type", "text/xml; charset=utf-8")
	w.WriteHeader(http.StatusInternalServerError)
	_, _ = fmt.Fprintf(w, soapFault, escape(text))
}

func escape(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a strings.Builder does not fail
	return b.String()
}
