package siitest

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/ofitec/chile"
)

const (
	listPath      = "/consemitidosinternetui/services/data/facadeService/"
	listNamespace = "cl.sii.sdi.lob.diii.consemitidos.data.api.interfaces.FacadeService/"
)

// listRequest is a request to the list of electronic documents. Its two methods
// name the company differently.
type listRequest struct {
	Period     string `json:"periodo"`
	Number     string `json:"rutContribuyente"`
	DV         string `json:"dvContribuyente"`
	RUT        string `json:"rut"`
	RUTDV      string `json:"dv"`
	Operation  int    `json:"operacion"`
	Type       int    `json:"tipoDoc"`
	DetailCode string `json:"derrCodigo"`
	Ref        int    `json:"refNCD"`
}

// serveListed serves the list of issued or received electronic documents.
func (p *portal) serveListed(w http.ResponseWriter, r *http.Request) {
	c := p.begin(w, r, OpListed)
	defer c.end()
	if c.failed() {
		return
	}
	session, ok := p.session(r)
	if !ok {
		toPortalLogin(w, r)
		return
	}
	method := strings.TrimPrefix(r.URL.Path, listPath)
	var request struct {
		MetaData struct {
			Namespace string `json:"namespace"`
		} `json:"metaData"`
		Data listRequest `json:"data"`
	}
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxRequest)).Decode(&request)
	if err != nil || r.Method != http.MethodPost || request.MetaData.Namespace != listNamespace+method {
		c.violate("envelope", "namespace or data is missing or wrong")
		c.send("application/json", []byte(`{"errorMsg":"Acceso no autorizado!"}`))
		return
	}
	d := request.Data
	company, err := chile.ParseRUT(d.Number + d.RUT + "-" + d.DV + d.RUTDV)
	period, periodErr := chile.ParsePeriod(d.Period)
	wants := map[string]int{"getResumen": d.Operation, "getDetalle": 1, "getDetalleRecibidos": 2}[method]
	if err != nil || periodErr != nil || !strings.Contains(d.Period, "-") || wants != d.Operation || wants < 1 || wants > 2 ||
		(method == "getResumen") != (d.Number != "") {
		c.violate("data", "a parameter is missing or wrong")
		http.Error(w, "org.codehaus.jackson.map.exc.UnrecognizedPropertyException", http.StatusBadRequest)
		return
	}
	side := Issued
	if wants == 2 {
		side = Received
	}
	listed := p.listedOf(listKey{company, period, side})
	status := map[string]any{"codRespuesta": 0, "msgeRespuesta": nil, "codError": nil}
	answer := map[string]any{"data": nil, "dataResp": nil, "respEstado": status}
	switch {
	case !p.desk.access.mayAct(session.holder, company):
		status["codRespuesta"], status["msgeRespuesta"], status["codError"] = 99, "Usuario no autorizado", "cnsmtds.1.1.00"
	case method == "getResumen":
		answer["data"] = map[string]any{"resumenDte": listedSummary(listed)}
	default:
		if d.DetailCode != strconv.Itoa(d.Type) {
			c.violate("derrCodigo", d.DetailCode)
		}
		answer["dataResp"] = listedDetail(listed, chile.DocType(d.Type), d.Ref)
	}
	body, err := json.Marshal(answer)
	if err != nil {
		http.Error(w, "error", http.StatusInternalServerError)
		return
	}
	c.send("application/json;charset=utf-8", body)
}

// section returns the section of a document, and its number in the list.
func (d *Listing) section() (name string, ref int) {
	if d.Section == "" || d.Section == "S1" {
		return "S1", 0
	}
	return d.Section, 1
}

// listedLine is a line of the summary: a type in a section.
type listedLine struct {
	Type      int    `json:"tipoDoc"`
	TypeName  string `json:"tipoDocDesc"`
	Section   string `json:"seccion"`
	Ref       int    `json:"refNCD"`
	Documents int    `json:"totalDoc"`
	Notes     int    `json:"totalDocNCD"`
	Total     int64  `json:"mntTotal"`
}

func listedSummary(documents []Listing) []listedLine {
	var rows []listedLine
	for _, d := range documents {
		section, ref := d.section()
		i := slices.IndexFunc(rows, func(row listedLine) bool { return row.Type == int(d.Type) && row.Section == section })
		if i < 0 {
			i = len(rows)
			rows = append(rows, listedLine{Type: int(d.Type), TypeName: d.TypeName, Section: section, Ref: ref})
		}
		rows[i].Documents++
		rows[i].Total += d.Total
	}
	return rows
}

func listedDetail(documents []Listing, typ chile.DocType, ref int) map[string]any {
	rows := []map[string]any{}
	for i, d := range documents {
		if _, itsRef := d.section(); d.Type != typ || itsRef != ref {
			continue
		}
		number, dv, _ := strings.Cut(d.Counterparty.String(), "-")
		date := d.Issued.Time().Format("02/01/2006")
		rows = append(rows, map[string]any{
			"rutReceptor": number, "dvReceptor": dv, "rznSocRecep": d.Name + " ", "folio": d.Folio, "fechaEmision": date, "fechaRecepcion": date + " 10:00:01",
			"mntNeto": d.Net, "mntExento": d.Exempt, "mntIva": d.VAT, "mntTotal": d.Total, "tasaImptoIVA": 19.0,
			"dehOrdenEvento": "", "dehDescripcion": "", "dhdrCodigo": 7_700_000_000_000 + i, "rutEmisor": nil,
		})
	}
	return map[string]any{"detalles": rows, "totMntTotal": 1} // its declared sums differ from its rows
}
