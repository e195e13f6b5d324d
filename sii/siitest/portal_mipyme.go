package siitest

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/sii/siitest/internal/page"
)

// serveMIPYME serves a list of the free invoicing system, for the chosen company.
// Some cells are not closed, as at the SII.
func (p *portal) serveMIPYME(w http.ResponseWriter, r *http.Request) {
	c := p.begin(w, r, OpMIPYME)
	defer c.end()
	if c.failed() {
		return
	}
	session, ok := p.session(r)
	if !ok {
		toPortalLogin(w, r)
		return
	}
	if session.company.IsZero() {
		writeLatin1(w, http.StatusOK, page.NoCompany)
		return
	}
	side := sideOf(r.URL.Path, "Rcp.cgi")
	query := r.URL.Query()
	n, err := strconv.Atoi(query.Get("NUM_PAG"))
	if err != nil || n < 1 {
		c.violate("NUM_PAG", query.Get("NUM_PAG"))
		n = 1
	}
	all := slices.DeleteFunc(p.listedOf(listKey{session.company, chile.Period{}, side}), func(d Listing) bool {
		return query.Get("TPO_DOC") != "" && query.Get("TPO_DOC") != strconv.Itoa(int(d.Type)) ||
			query.Get("FEC_DESDE") != "" && d.Issued.String() < query.Get("FEC_DESDE") || query.Get("FEC_HASTA") != "" && d.Issued.String() > query.Get("FEC_HASTA")
	})
	party, link := "Receptor", "mipeGesDocEmi.cgi"
	if side == Received {
		party, link = "Emisor", "mipeGesDocRcp.cgi"
	}
	list := fmt.Sprintf(`<html><head><title>Documentos</title></head><body><table><tr><td>P&aacute;gina %d de %d</td></tr></table><table>`+
		`<tr><th>Ver</th><th>%s</th><th>Raz&oacute;n Social</th><th>Documento</th><th>Folio</th><th>Fecha</th><th>Monto</th><th>Estado</th></tr>`,
		n, max(1, (len(all)+listPageRows-1)/listPageRows), party)
	for _, d := range hundred(all, n-1) {
		list += fmt.Sprintf("<tr> <td> <a href=\"/cgi-bin/Portal001/%s?ALL_PAGE_ANT=2&CODIGO=%d%d\"><img src=x></a></td>\n<td>%s<td>%s</td> <td>%s</td>\n"+
			"<td>%d</td> <td>%s</td> <td>%d</td> <td>Documento Emitido</td> </tr>\n",
			link, int(d.Type), d.Folio, d.Counterparty, page.Escape(d.Name), d.TypeName, d.Folio, d.Issued, d.Total)
	}
	writeLatin1(w, http.StatusOK, list+`</table></body></html>`)
}
