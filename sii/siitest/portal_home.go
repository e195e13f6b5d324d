package siitest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/sii/siitest/internal/page"
)

// serveHome is the home page of Mi SII, which tells who is logged in.
func (s *Server) serveHome(w http.ResponseWriter, r *http.Request) {
	c := s.beginPortal(w, r, OpHome)
	defer c.end()
	if c.failed() {
		return
	}
	session := s.portalSession(r)
	if session == nil {
		s.toPortalLogin(w, r)
		return
	}
	name, company := s.nameOf(session.holder)
	number, dv, _ := strings.Cut(session.holder.String(), "-")
	holder := map[string]any{
		"rut": number, "dv": dv, "razonSocial": nil, "nombres": nil, "apellidoPaterno": nil, "apellidoMaterno": nil,
		"eMail": "alguien@example.com", "codigoError": 0,
	}
	if company {
		holder["razonSocial"] = name
	} else {
		holder["nombres"], holder["apellidoPaterno"], holder["apellidoMaterno"] = threeNames(name)
	}
	data, err := json.Marshal(map[string]any{
		"codigoError": 0, "descripcionError": "", "sysdate": nil, "contribuyente": holder, "direcciones": []any{}, "atributos": []any{}, "alertas": []any{},
	})
	if err != nil {
		http.Error(w, "error", http.StatusInternalServerError)
		return
	}
	writeHTML(w, http.StatusOK, `<!DOCTYPE html><html><head><title>Mi Sii</title></head><body><script>var DatosCntrNow = `+string(data)+`; iniciar();</script></body></html>`)
}

func (s *Server) nameOf(rut chile.RUT) (name string, company bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if known := s.users[rut]; known != nil {
		return known.Name, known.Company
	}
	return "Titular de prueba", false
}

func threeNames(name string) (names, father, mother string) {
	parts := append(strings.Fields(name), "", "", "")
	return parts[0], parts[1], strings.TrimSpace(strings.Join(parts[2:], " "))
}

// serveChooser is the page of MIPYME on which a company is chosen. Which one it
// is stays with the session; its options are not closed, as those of the SII.
func (s *Server) serveChooser(w http.ResponseWriter, r *http.Request) {
	c := s.beginPortal(w, r, OpChooser)
	defer c.end()
	if c.failed() {
		return
	}
	session := s.portalSession(r)
	if session == nil {
		s.toPortalLogin(w, r)
		return
	}
	if r.Method == http.MethodPost {
		s.choose(w, r, session)
		return
	}
	list := `<html><head><title>Facturacion Electr&oacute;nica MIPYME - Seleccion de Empresa</title></head><body><form method="post">` +
		`<input type="hidden" name="DESDE_DONDE_URL" value="OPCION=2&amp;TIPO=4"><select name="RUT_EMP">`
	for _, company := range s.companies(session.holder) {
		list += fmt.Sprintf("<option value=\"%s\">%s Empresa de Prueba Ñuñoa %s\n", company, company, company)
	}
	writeLatin1(w, http.StatusOK, list+`</select><input type="submit"></form></body></html>`)
}

// companies returns for whom somebody may act, in order.
func (s *Server) companies(holder chile.RUT) []chile.RUT {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []chile.RUT
	for company := range s.authorized[holder] {
		list = append(list, company)
	}
	slices.SortFunc(list, func(a, b chile.RUT) int { return cmp.Compare(a.Number(), b.Number()) })
	return list
}

func (s *Server) choose(w http.ResponseWriter, r *http.Request, of *session) {
	r.Body = http.MaxBytesReader(w, r.Body, maxRequest)
	company, err := chile.ParseRUT(r.PostFormValue("RUT_EMP"))
	if err != nil || !s.mayAct(of.holder, company) {
		s.violate(OpChooser, "RUT_EMP", "is none of the list")
		writeLatin1(w, http.StatusOK, page.NoCompany)
		return
	}
	cookie, err := r.Cookie("TOKEN")
	if err != nil {
		return
	}
	s.mu.Lock()
	if live := s.tokens[cookie.Value]; live != nil {
		live.company = company
	}
	s.mu.Unlock()
	writeHTML(w, http.StatusOK, `<html><head><script>function redirec_intra(){window.location.replace('/factura_sii/factura_sii.htm');}</script></head><body onload="redirec_intra()"></body></html>`)
}
