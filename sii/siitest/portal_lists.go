package siitest

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/sii/siitest/internal/page"
)

// listPageRows is how many rows a page of a list has.
const listPageRows = 100

// Honorarium is a boleta de honorarios. Amounts are whole pesos.
type Honorarium struct {
	Folio                             int64
	Counterparty                      chile.RUT
	Name                              string
	Issued                            chile.Date
	Gross, Withheld, OwnWithheld, Net int64
	Annulled                          string // date; empty if it is in force
}

// Listing is a document in the lists of MIPYME and of electronic documents.
type Listing struct {
	Type         chile.DocType
	TypeName     string // in the list of MIPYME
	Counterparty chile.RUT
	Name         string
	Folio        int64
	Issued       chile.Date
	Net, VAT     int64
	Exempt       int64
	Total        int64
	Section      string // of the list of electronic documents; S1 if empty
}

// listKey is whose list it is: of a month, but for those of MIPYME.
type listKey struct {
	owner    chile.RUT
	period   chile.Period
	received bool
}

// AddHonoraria adds boletas de honorarios of somebody.
func (s *Server) AddHonoraria(owner chile.RUT, period chile.Period, received bool, boletas ...Honorarium) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := listKey{owner, period, received}
	s.bhe[key] = append(s.bhe[key], boletas...)
}

// AddListed adds documents to the lists of a company: that of the month, and that
// of MIPYME, which has all months.
func (s *Server) AddListed(company chile.RUT, period chile.Period, received bool, documents ...Listing) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, key := range []listKey{{company, period, received}, {company, chile.Period{}, received}} {
		s.listed[key] = append(s.listed[key], documents...)
	}
}

// hundred returns the rows of a page, counted from 0.
func hundred[T any](list []T, n int) []T {
	from := min(n*listPageRows, len(list))
	return list[from:min(from+listPageRows, len(list))]
}

// serveBHE is a monthly report of boletas: a page whose rows stand in its script.
func (s *Server) serveBHE(w http.ResponseWriter, r *http.Request) {
	c := s.beginPortal(w, r, OpBHE)
	defer c.end()
	if c.failed() {
		return
	}
	session := s.portalSession(r)
	if session == nil {
		s.toPortalLogin(w, r)
		return
	}
	form, formErr := reportForm(w, r)
	number, dv, _ := strings.Cut(session.holder.String(), "-")
	n, err := strconv.Atoi(form.Get("pagina_solicitada"))
	month := form.Get("cbmesinformemensual")
	if len(month) == 1 {
		month = "0" + month // one client sends it so, and works
	}
	period, periodErr := chile.ParsePeriod(form.Get("cbanoinformemensual") + month)
	if formErr != nil || err != nil || n < 0 || periodErr != nil || form.Get("rut_arrastre") != number || form.Get("dv_arrastre") != dv {
		s.violate(OpBHE, "form", "a field of the form is missing or wrong")
		writeLatin1(w, http.StatusOK, page.Reason(reasonTryAgain, "TMB020a"))
		return
	}
	received := strings.HasSuffix(r.URL.Path, "Rec.cgi")
	s.mu.Lock()
	all := slices.Clone(s.bhe[listKey{session.holder, period, received}])
	s.mu.Unlock()
	var b strings.Builder
	set := func(name, value string) { fmt.Fprintf(&b, "xml_values['%s'] = \"%s\";\n", name, value) }
	set("anio_consulta", strconv.Itoa(period.Year))
	set("mes_consulta", fmt.Sprintf("%02d", int(period.Month)))
	set("rut_arrastre", number)
	set("total_boletas", strconv.Itoa(len(all)))
	for i, boleta := range hundred(all, n) {
		boletaRow(&b, n*listPageRows+i+1, &boleta, received)
	}
	writeLatin1(w, http.StatusOK, "<html><head><title>Informe mensual</title><script>\nvar xml_values = new Array(); var arr_informe_mensual = new Array();\n"+
		b.String()+"</script></head><body><table border=1><tr><td>Boleta<td>Rut<td>Fecha</table></body></html>")
}

// reportForm returns the parameters of a report, which come in a form or in the
// address.
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

func boletaRow(b *strings.Builder, n int, boleta *Honorarium, received bool) {
	number, dv, _ := strings.Cut(boleta.Counterparty.String(), "-")
	text := func(name, value string) { fmt.Fprintf(b, "arr_informe_mensual['%s_%d'] = \"%s\";\n", name, n, value) }
	amount := func(name string, value int64) {
		fmt.Fprintf(b, "arr_informe_mensual['%s_%d'] = formatMiles(\"%d\",'.');\n", name, n, value)
	}
	date := fmt.Sprintf("%02d/%02d/%04d", boleta.Issued.Day(), int(boleta.Issued.Month()), boleta.Issued.Year())
	name := strings.NewReplacer("&", "&amp;", "ñ", "&ntilde;", "Í", "&Iacute;").Replace(boleta.Name)
	text("nroboleta", strconv.FormatInt(boleta.Folio, 10))
	text("fecha_boleta", date)
	if received {
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

// serveMIPYME is a list of the free invoicing system, of the company that was
// chosen. Its cells are not all closed, as those of the SII.
func (s *Server) serveMIPYME(w http.ResponseWriter, r *http.Request) {
	c := s.beginPortal(w, r, OpMIPYME)
	defer c.end()
	if c.failed() {
		return
	}
	session := s.portalSession(r)
	if session == nil {
		s.toPortalLogin(w, r)
		return
	}
	if session.company.IsZero() {
		writeLatin1(w, http.StatusOK, page.NoCompany)
		return
	}
	received := strings.HasSuffix(r.URL.Path, "Rcp.cgi")
	query := r.URL.Query()
	n, err := strconv.Atoi(query.Get("NUM_PAG"))
	if err != nil || n < 1 {
		s.violate(OpMIPYME, "NUM_PAG", query.Get("NUM_PAG"))
		n = 1
	}
	s.mu.Lock()
	all := slices.DeleteFunc(slices.Clone(s.listed[listKey{session.company, chile.Period{}, received}]), func(d Listing) bool {
		return query.Get("TPO_DOC") != "" && query.Get("TPO_DOC") != strconv.Itoa(int(d.Type)) ||
			query.Get("FEC_DESDE") != "" && d.Issued.String() < query.Get("FEC_DESDE") || query.Get("FEC_HASTA") != "" && d.Issued.String() > query.Get("FEC_HASTA")
	})
	s.mu.Unlock()
	party, link := "Receptor", "mipeGesDocEmi.cgi"
	if received {
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
