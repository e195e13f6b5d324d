package siitest_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/ofitec/chile/dte/judge"
	"github.com/ofitec/chile/sii/siitest"
)

// Whatever comes as an upload is answered.
func FuzzUpload(f *testing.F) {
	srv := siitest.NewServer(siitest.WithoutNetwork(), siitest.WithClock(newClock().Now))
	f.Cleanup(srv.Close)
	srv.AddIssuer(owner, judge.Company{})
	if err := srv.SetUploads(siitest.UploadSettings{MaxBytes: 4 << 10}); err != nil {
		f.Fatal(err)
	}
	good := formBody(holder, owner, "envio.xml", []byte("<EnvioDTE/>"))
	f.Add("multipart/form-data; boundary="+boundary, good)
	f.Add("multipart/form-data; boundary="+boundary, good[:len(good)/2])
	f.Add("multipart/form-data; boundary="+boundary, bytes.ReplaceAll(good, []byte("\r\n"), []byte("\n")))
	f.Add("multipart/form-data", good)
	f.Add(`multipart/form-data; boundary="`+boundary+`"; boundary=x`, good)
	f.Add("text/xml", []byte("<EnvioDTE/>"))
	f.Fuzz(func(t *testing.T, contentType string, body []byte) {
		for _, path := range []string{"/cgi_dte/UPL/DTEUpload", "/recursos/v1/boleta.electronica.envio"} {
			req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, bytes.NewReader(body))
			req.Header.Set("Content-Type", contentType)
			req.Header.Set("User-Agent", programAgent)
			req.Header.Set("Cookie", "TOKEN=X")
			answer := httptest.NewRecorder()
			srv.Handler().ServeHTTP(answer, req)
			if text := answer.Body.String(); answer.Code >= 500 || !strings.Contains(text, "RECEPCIONDTE") && !strings.Contains(text, "ERROR EN EL UPLOAD") && answer.Code != http.StatusUnauthorized {
				t.Errorf("%d %s", answer.Code, text)
			}
		}
	})
}
