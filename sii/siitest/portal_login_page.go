package siitest

import (
	"fmt"
	"html"
	"net/http"

	"github.com/ofitec/chile/sii/siitest/internal/page"
)

func (p *portal) serveLoginPage(w http.ResponseWriter, _ *http.Request) {
	writeHTML(w, http.StatusOK, page.Login)
}

func (p *portal) serveCertificateLoginPage(w http.ResponseWriter, r *http.Request) {
	writeHTML(w, http.StatusOK, fmt.Sprintf(page.CertificateLogin, html.EscapeString(at(r, certificateHost))))
}
