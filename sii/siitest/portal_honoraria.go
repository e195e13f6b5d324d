package siitest

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/sii/siitest/internal/page"
)

// serveBHE serves a monthly report of boletas. Its rows are in the script of the
// page.
func (p *portal) serveBHE(w http.ResponseWriter, r *http.Request) {
	c := p.begin(w, r, OpBHE)
	defer c.end()
	if c.failed() {
		return
	}
	session, ok := p.session(r)
	if !ok {
		toPortalLogin(w, r)
		return
	}
	form, formErr := reportForm(w, r)
	number, dv, _ := strings.Cut(session.holder.String(), "-")
	n, err := strconv.Atoi(form.Get("pagina_solicitada"))
	month := form.Get("cbmesinformemensual")
	if len(month) == 1 {
		month = "0" + month // one client sends it this way, with success
	}
	period, periodErr := chile.ParsePeriod(form.Get("cbanoinformemensual") + month)
	if formErr != nil || err != nil || n < 0 || periodErr != nil || form.Get("rut_arrastre") != number || form.Get("dv_arrastre") != dv {
		c.violate("form", "a field of the form is missing or wrong")
		writeLatin1(w, http.StatusOK, page.Reason(reasonTryAgain, "TMB020a"))
		return
	}
	side := sideOf(r.URL.Path, "Rec.cgi")
	all := p.honorariaOf(listKey{session.holder, period, side})
	var b strings.Builder
	set := func(name, value string) { fmt.Fprintf(&b, "xml_values['%s'] = \"%s\";\n", name, value) }
	set("anio_consulta", strconv.Itoa(period.Year))
	set("mes_consulta", fmt.Sprintf("%02d", int(period.Month)))
	set("rut_arrastre", number)
	set("total_boletas", strconv.Itoa(len(all)))
	for i, boleta := range hundred(all, n) {
		boletaRow(&b, n*listPageRows+i+1, &boleta, side)
	}
	writeLatin1(w, http.StatusOK, "<html><head><title>Informe mensual</title><script>\nvar xml_values = new Array(); var arr_informe_mensual = new Array();\n"+
		b.String()+"</script></head><body><table border=1><tr><td>Boleta<td>Rut<td>Fecha</table></body></html>")
}

// reportForm returns the parameters of a report, from the form or the address.
func reportForm(w http.ResponseWriter, r *http.Request) (url.Values, error) {
	if r.Method == http.MethodGet {
		return url.ParseQuery(r.URL.RawQuery)
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxRequest)
	if err := r.ParseForm(); err != nil {
		return nil, err
	}
	return r.PostForm, nil
}

func boletaRow(b *strings.Builder, n int, boleta *Honorarium, side Side) {
	number, dv, _ := strings.Cut(boleta.Counterparty.String(), "-")
	text := func(name, value string) { fmt.Fprintf(b, "arr_informe_mensual['%s_%d'] = \"%s\";\n", name, n, value) }
	amount := func(name string, value int64) {
		fmt.Fprintf(b, "arr_informe_mensual['%s_%d'] = formatMiles(\"%d\",'.');\n", name, n, value)
	}
	date := fmt.Sprintf("%02d/%02d/%04d", boleta.Issued.Day(), int(boleta.Issued.Month()), boleta.Issued.Year())
	name := strings.NewReplacer("&", "&amp;", "ñ", "&ntilde;", "Í", "&Iacute;").Replace(boleta.Name)
	text("nroboleta", strconv.FormatInt(boleta.Folio, 10))
	text("fecha_boleta", date)
	if side == Received {
		text("rutemisor", number)
		text("dvemisor", dv)
		text("nombre_emisor", name)
	} else {
		text("rutreceptor", number)
		text("dvreceptor", dv)
		text("nombrereceptor", name)
		text("fechaemision", date)
		amount("retencion_emisor", boleta.OwnWithheld)
	}
	amount("totalhonorarios", boleta.Gross)
	amount("retencion_receptor", boleta.Withheld)
	amount("honorariosliquidos", boleta.Net)
	state := "N"
	if boleta.Annulled != "" {
		state = "S"
	}
	text("estado", state)
	text("fechaanulacion", boleta.Annulled)
	text("codigobarras", fmt.Sprintf("%s%07X", number, boleta.Folio))
}
