package siitest

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/sii/siitest/internal/page"
)

// uploadPath is the gateway for documents (manual OI2003_UPDTE 1.5).
const uploadPath = "/cgi_dte/UPL/DTEUpload"

// STATUS of an upload (same manual; 99 in two clients).
const (
	statusTaken     = 0
	statusSender    = 1 // may not send for the company
	statusSize      = 2
	statusTruncated = 3
	statusToken     = 5
	statusCompany   = 6 // may not send files
	statusSchema    = 7
	statusLocked    = 9
	statusAgain     = 99
)

// receipt is the immediate answer to an upload.
type receipt struct {
	status  int
	errors  []string
	trackID string    // or that of an earlier upload of the same bytes
	at      time.Time // when that upload arrived
}

// serve answers an upload and reports whether it is one.
func (u *uploads) serve(w http.ResponseWriter, r *http.Request) bool {
	if r.URL.Path != uploadPath {
		return false
	}
	if host := hostName(r); isSII(r) && host != "maullin.sii.cl" && host != "palena.sii.cl" {
		u.desk.journal.violate(OpSend, "host", r.URL.Path+" is not at "+host)
		http.NotFound(w, r)
		return true
	}
	token := tokenCookie(r)
	c := u.desk.begin(w, r, OpSend, token)
	defer c.end()
	if c.failed() {
		return true
	}
	if r.Method != http.MethodPost {
		c.violate("POST", "is the method")
		w.WriteHeader(http.StatusMethodNotAllowed)
		return true
	}
	u.mailDue(c.now)
	settings := u.current()
	form, wrong := readForm(c, settings.maxBytes())
	switch {
	case c.fault.Estado != "":
		status, err := strconv.Atoi(c.fault.Estado)
		if err != nil { // another service has its own state
			status = statusLocked
		}
		u.answer(c, form, &receipt{status: status, errors: nonEmpty(c.fault.Glosa)})
	case wrong == formUnusable:
		c.deliver(http.StatusOK, page.Type, []byte(page.Message("Error 501", "HA OCURRIDO UN ERROR EN EL UPLOAD")))
	case wrong == formTruncated:
		u.answer(c, form, &receipt{status: statusTruncated})
	case wrong == formTooLarge:
		u.answer(c, form, &receipt{status: statusSize})
	default:
		u.answer(c, form, u.take(c, form, &settings, token))
	}
	return true
}

func nonEmpty(text string) []string {
	if text == "" {
		return nil
	}
	return []string{text}
}

// take judges an upload with a good form.
func (u *uploads) take(c *call, form *uploadForm, settings *UploadSettings, token string) *receipt {
	holder, ok := u.desk.access.use(token, c.now)
	if !ok {
		return &receipt{status: statusToken}
	}
	return u.judged(c, form, settings, &TakenUpload{Sender: holder})
}

// answer answers an upload: with XML to programs, with a page to browsers.
func (u *uploads) answer(c *call, form *uploadForm, r *receipt) {
	if !strings.Contains(c.r.Header.Get("User-Agent"), "PROG 1.0") {
		c.violate("User-Agent", "programs have PROG 1.0 in it; others are answered with a page")
		text := fmt.Sprintf("Estado del env&iacute;o: %d", r.status)
		if r.status == statusTaken {
			text = "DOCUMENTO TRIBUTARIO ELECTRONICO RECIBIDO. Identificador de env&iacute;o: " + r.trackID
		}
		c.deliver(http.StatusOK, page.Type, []byte(page.Message("SII", text)))
		return
	}
	c.send("text/xml", []byte(receptionXML(form, r, c.now)))
}

// receptionXML is the answer to a program.
func receptionXML(form *uploadForm, r *receipt, at time.Time) string {
	var b strings.Builder
	b.WriteString("<?xml version=\"1.0\"?>\n<RECEPCIONDTE>\n")
	for _, f := range []field{
		{"RUTSENDER", rutText(form.sender)},
		{"RUTCOMPANY", rutText(form.company)},
		{"FILE", form.file},
		{"TIMESTAMP", at.In(chile.Santiago()).Format(time.DateTime)},
		{"STATUS", strconv.Itoa(r.status)},
	} {
		b.WriteString("<" + f.name + ">" + page.Escape(f.text) + "</" + f.name + ">\n")
	}
	if r.status == statusTaken {
		b.WriteString("<TRACKID>" + r.trackID + "</TRACKID>\n")
	}
	if len(r.errors) > 0 {
		b.WriteString("<DETAIL>")
		for _, text := range r.errors {
			b.WriteString("<ERROR>" + page.Escape(text) + "</ERROR>")
		}
		b.WriteString("</DETAIL>\n")
	}
	b.WriteString("</RECEPCIONDTE>\n")
	return b.String()
}

func rutText(rut chile.RUT) string {
	if rut.IsZero() {
		return "-"
	}
	return rut.String()
}
