package siitest

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"strings"
	"sync"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/sii/siitest/internal/page"
)

// soapHandler answers requests to the services under /DTEWS/.
type soapHandler struct {
	desk     *desk
	services map[string]*soapService // by path; complete before the server starts

	mu      sync.Mutex
	forms   []AnswerForm
	answers int
}

func newSOAPHandler(d *desk, forms []AnswerForm) *soapHandler {
	return &soapHandler{desk: d, forms: forms, services: map[string]*soapService{}}
}

// add adds services by path.
func (h *soapHandler) add(services map[string]*soapService) { maps.Copy(h.services, services) }

func (h *soapHandler) serve(w http.ResponseWriter, r *http.Request, path string, body []byte) {
	service := h.services[path]
	switch {
	case service == nil:
		h.desk.journal.violate(OpOther, "path", "there is no service "+path)
		http.NotFound(w, r)
		return
	case wantsWSDL(r):
		h.serveWSDL(w, r, service)
		return
	}
	request, err := readEnvelope(body)
	known := service.find(request)
	c := h.desk.begin(w, r, known.op, request.token())
	defer c.end()
	if c.failed() {
		return
	}
	checkSOAPHeaders(c)
	if r.Method != http.MethodPost || err != nil || len(request.Body.Operations) != 1 {
		c.violate("envelope", "not one operation in a SOAP body")
		writeFault(w, "Bad envelope tag")
		return
	}
	sent := request.Body.Operations[0]
	if sent.XMLName.Local != known.name {
		writeFault(w, "No such operation '"+sent.XMLName.Local+"'")
		return
	}
	args := readArgs(c, &sent, known.args)
	if known.answer == nil {
		contentType, out := h.nextForm().wrap(known.name, known.text)
		c.send(contentType, out)
		return
	}
	var a *answer
	if c.fault.Estado != "" {
		a = &answer{header: []field{{"ESTADO", c.fault.Estado}, {"GLOSA", c.fault.Glosa}}}
	} else {
		a = known.answer(c, args)
	}
	if a == nil { // there are too many sessions
		c.deliver(http.StatusOK, page.Type, []byte(page.Portal(page.TooManySessions)))
		return
	}
	form := h.nextForm()
	contentType, out := form.wrap(known.name, form.document(a))
	c.send(contentType, out)
}

// nextForm returns the forms in turn.
func (h *soapHandler) nextForm() AnswerForm {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.answers++
	return h.forms[(h.answers-1)%len(h.forms)]
}

// attention is the text of NUM_ATENCION.
func (h *soapHandler) attention() field {
	h.mu.Lock()
	defer h.mu.Unlock()
	return field{"NUM_ATENCION", fmt.Sprintf("%d   ( %s)", 10_000+h.answers, h.desk.now().In(chile.Santiago()).Format("2006/01/02 15:04:05"))}
}

func checkSOAPHeaders(c *call) {
	if _, ok := c.r.Header["Soapaction"]; !ok {
		c.violate("SOAPAction", "the header is missing; it may be empty")
	}
	if contentType := c.r.Header.Get("Content-Type"); !strings.HasPrefix(contentType, "text/xml") {
		c.violate("Content-Type", contentType)
	}
}

func writeFault(w http.ResponseWriter, text string) {
	w.Header().Set("Content-Type", "text/xml; charset=utf-8")
	w.WriteHeader(http.StatusInternalServerError)
	_, _ = io.WriteString(w, page.SOAPFault(text))
}
