package siitest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/sii/siitest/internal/page"
)

// serveHome serves the home page of Mi SII, which names the logged-in user.
func (p *portal) serveHome(w http.ResponseWriter, r *http.Request) {
	c := p.begin(w, r, OpHome)
	defer c.end()
	if c.failed() {
		return
	}
	session, ok := p.session(r)
	if !ok {
		toPortalLogin(w, r)
		return
	}
	name, company := p.nameOf(session.holder)
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

func (p *portal) nameOf(rut chile.RUT) (name string, company bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if known := p.users[rut]; known != nil {
		return known.Name, known.Company
	}
	return "Titular de prueba", false
}

func threeNames(name string) (names, father, mother string) {
	parts := append(strings.Fields(name), "", "", "")
	return parts[0], parts[1], strings.TrimSpace(strings.Join(parts[2:], " "))
}

// serveChooser serves the page of MIPYME where the user chooses a company. The
// session keeps the choice. Option elements are not closed, as at the SII.
func (p *portal) serveChooser(w http.ResponseWriter, r *http.Request) {
	c := p.begin(w, r, OpChooser)
	defer c.end()
	if c.failed() {
		return
	}
	session, ok := p.session(r)
	if !ok {
		toPortalLogin(w, r)
		return
	}
	if r.Method == http.MethodPost {
		p.choose(c, session)
		return
	}
	list := `<html><head><title>Facturacion Electr&oacute;nica MIPYME - Seleccion de Empresa</title></head><body><form method="post">` +
		`<input type="hidden" name="DESDE_DONDE_URL" value="OPCION=2&amp;TIPO=4"><select name="RUT_EMP">`
	for _, company := range p.desk.access.companies(session.holder) {
		list += fmt.Sprintf("<option value=\"%s\">%s Empresa de Prueba Ñuñoa %s\n", company, company, company)
	}
	writeLatin1(w, http.StatusOK, list+`</select><input type="submit"></form></body></html>`)
}

// choose handles the choice of a company.
func (p *portal) choose(c *call, of session) {
	w, r := c.w, c.r
	r.Body = http.MaxBytesReader(w, r.Body, maxRequest)
	company, err := chile.ParseRUT(r.PostFormValue("RUT_EMP"))
	if err != nil || !p.desk.access.mayAct(of.holder, company) {
		c.violate("RUT_EMP", "is none of the list")
		writeLatin1(w, http.StatusOK, page.NoCompany)
		return
	}
	p.desk.access.choose(tokenCookie(r), company)
	writeHTML(w, http.StatusOK, `<html><head><script>function redirec_intra(){window.location.replace('/factura_sii/factura_sii.htm');}</script></head><body onload="redirec_intra()"></body></html>`)
}
