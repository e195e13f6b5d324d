package siitest

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/ofitec/chile/sii/siitest/internal/page"
)

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

// readEnvelope reads a request in the encoding that it declares, as Axis does.
func readEnvelope(body []byte) (*envelope, error) {
	request := &envelope{}
	decoder := xml.NewDecoder(bytes.NewReader(body))
	decoder.CharsetReader = func(label string, r io.Reader) (io.Reader, error) {
		if !strings.EqualFold(label, "ISO-8859-1") {
			return nil, fmt.Errorf("encoding %q", label)
		}
		text, err := io.ReadAll(r)
		return strings.NewReader(page.FromLatin1(text)), err
	}
	return request, decoder.Decode(request)
}

func (s *Server) serveSOAP(w http.ResponseWriter, r *http.Request, path string, body []byte) {
	service := soapServices()[path]
	switch {
	case service == nil:
		s.violate(OpOther, "path", "there is no service "+path)
		http.NotFound(w, r)
		return
	case wantsWSDL(r):
		s.serveWSDL(w, r, service)
		return
	}
	request, err := readEnvelope(body)
	known := service.find(request)
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
	if call.XMLName.Local != known.name {
		writeFault(w, "No such operation '"+call.XMLName.Local+"'")
		return
	}
	args := s.arguments(known.op, &call, known.args)
	if known.answer == nil {
		contentType, out := s.nextForm().wrap(known.name, known.text)
		c.send(contentType, out)
		return
	}
	var a *answer
	if c.fault.Estado != "" {
		a = &answer{header: []field{{"ESTADO", c.fault.Estado}, {"GLOSA", c.fault.Glosa}}}
	} else {
		a = known.answer(s, c, args)
	}
	if a == nil { // there are too many sessions
		c.deliver(http.StatusOK, page.Type, []byte(page.Portal(page.TooManySessions)))
		return
	}
	form := s.nextForm()
	contentType, out := form.wrap(known.name, form.document(a))
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

func writeFault(w http.ResponseWriter, text string) {
	w.Header().Set("Content-Type", "text/xml; charset=utf-8")
	w.WriteHeader(http.StatusInternalServerError)
	_, _ = io.WriteString(w, page.SOAPFault(text))
}
