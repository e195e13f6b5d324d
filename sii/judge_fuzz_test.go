package sii

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ofitec/chile/internal/redact"
)

// FuzzJudge: whatever comes in place of an answer is told to be something that
// the catalogue has, or may be an answer; and what is kept of it is bounded, whole
// characters, and without the token.
func FuzzJudge(f *testing.F) {
	f.Add(200, "text/html", "", "<html>El c&oacute;digo de este mensaje es 01.01.204.500.709.27</html>")
	f.Add(302, "", "https://zeusr.sii.cl/AUT2000/InicioAutenticacion/IngresoRutClave.html", "")
	f.Add(503, "text/html", "", "<html>mantenci\xf3n TOKENSECRETO1</html>")
	f.Add(200, "application/json", "", `{"errorMsg":"\u0054OKENSECRETO1"}`)
	f.Add(307, "", "%zz", "código de este mensaje es 1.2.3.4.5.6.7.8.9.10.11")
	f.Fuzz(func(t *testing.T, status int, contentType, location, body string) {
		if status < 100 || status > 999 {
			return
		}
		first := []byte(body[:min(len(body), headBytes)])
		r := &response{
			status: status, first: first, whole: len(body) <= headBytes,
			header: http.Header{"Content-Type": {contentType}, "Location": {location}, "Retry-After": {location}},
		}
		code, _, ok := r.judge(Production())
		if ok && (code.Kind == nil || code.Table == "" || code.Retry == "" || code.Meaning.EN == "") {
			t.Fatalf("%+v is no entry", code)
		}
		if err := r.checkFacade(opSummary.name); err == nil && status >= http.StatusBadRequest {
			t.Fatalf("status %d is an answer", status)
		}
		if err := r.notSOAP(opUpload.name, http.ErrBodyNotAllowed); err.Kind == nil {
			t.Fatal("no kind")
		}
		if away := stayAway(r.header, time.Unix(1_800_000_000, 0)); away < 0 || away > maxAway {
			t.Fatalf("stay away for %s", away)
		}
		a := &attempt{op: opSummary, secrets: []string{"TOKENSECRETO1"}, response: r}
		if e := a.evidence(redact.New(a.secrets...)); e != nil && (len(e.Text) > maxEvidence || strings.Contains(strings.ToUpper(e.Text), "TOKENSECRETO1")) {
			t.Fatalf("evidence of %d bytes: %q", len(e.Text), e.Text)
		}
	})
}
