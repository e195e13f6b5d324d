package siitest_test

import (
	"encoding/xml"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/sii/siitest"
)

const seedRequest = `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><getSeed/></e:Body></e:Envelope>`

// post sends a SOAP request as it should be, but for what change does to it.
func (r *raw) post(service, body string, change func(*http.Request)) (status int, answer string) {
	r.t.Helper()
	req, err := http.NewRequestWithContext(r.t.Context(), http.MethodPost, "https://palena.sii.cl/DTEWS/"+service, strings.NewReader(body))
	require.NoError(r.t, err)
	req.Header.Set("Content-Type", "text/xml; charset=UTF-8")
	req.Header["Soapaction"] = []string{`""`}
	if change != nil {
		change(req)
	}
	status, _, answer = r.do(req)
	return status, answer
}

func TestSOAPRequestsAreChecked(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		body   string
		change func(*http.Request)
		status int
		answer string
		rules  []string
	}{
		"as it should be":  {seedRequest, nil, 200, "SEMILLA", nil},
		"SOAPAction empty": {seedRequest, func(r *http.Request) { r.Header.Set("SOAPAction", "") }, 200, "SEMILLA", nil},
		"no SOAPAction":    {seedRequest, func(r *http.Request) { r.Header.Del("SOAPAction") }, 200, "SEMILLA", []string{"SOAPAction"}},
		"chunked":          {seedRequest, func(r *http.Request) { r.ContentLength = -1 }, 200, "SEMILLA", []string{"Content-Length"}},
		"content type":     {seedRequest, func(r *http.Request) { r.Header.Set("Content-Type", "application/soap+xml") }, 200, "SEMILLA", []string{"Content-Type"}},
		"namespace of the operation": {
			strings.Replace(seedRequest, "<getSeed/>", `<m:getSeed xmlns:m="http://DefaultNamespace"/>`, 1), nil, 200, "SEMILLA", nil,
		},
		"GET":             {seedRequest, func(r *http.Request) { r.Method = http.MethodGet }, 500, "Fault>", []string{"envelope"}},
		"no envelope":     {"hola", nil, 500, "Fault>", []string{"envelope"}},
		"two operations":  {strings.Replace(seedRequest, "<getSeed/>", "<getSeed/><getSeed/>", 1), nil, 500, "Fault>", []string{"envelope"}},
		"wrong operation": {strings.Replace(seedRequest, "getSeed", "getSemilla", 1), nil, 500, "<faultstring>No such operation &#39;getSemilla&#39;</faultstring>", nil},
		"argument too many": {
			strings.Replace(seedRequest, "<getSeed/>", "<getSeed><a>1</a></getSeed>", 1), nil, 200, "SEMILLA", []string{"arguments", "arguments"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRaw(t)
			r.t = t
			status, answer := r.post("CrSeed.jws", test.body, test.change)
			assert.Equal(t, test.status, status)
			assert.Contains(t, answer, test.answer)
			assert.Equal(t, test.rules, rules(r.srv))
		})
	}
}

// What is signed travels as text; elements in its place are not read.
func TestSignedSeedMustBeEscaped(t *testing.T) {
	t.Parallel()
	r := newRaw(t)
	answer := r.soap("GetTokenFromSeed.jws", "<getToken><pszXml>"+r.signedSeed(r.seed())+"</pszXml></getToken>")
	assert.Equal(t, "02", estado(t, answer))
	assert.Contains(t, rules(r.srv), "arguments")

	r = newRaw(t)
	answer = r.soap("GetTokenFromSeed.jws", "<getToken><pszXml><![CDATA["+r.signedSeed(r.seed())+"]]></pszXml></getToken>")
	assert.Equal(t, "00", estado(t, answer), "CDATA is text")
	assert.Empty(t, rules(r.srv))
}

func uploadQuery(rut, dv, track, token string) string {
	return "<getEstUp><RutCompania>" + rut + "</RutCompania><DvCompania>" + dv + "</DvCompania><TrackId>" + track + "</TrackId><Token>" + token + "</Token></getEstUp>"
}

func TestUploadQueries(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		query  func(token string) string
		estado string
		rules  []string
	}{
		"as it should be":      {func(token string) string { return uploadQuery("76192083", "9", "260001234", token) }, "EPR", nil},
		"zeros in front":       {func(token string) string { return uploadQuery("76192083", "9", "0260001234", token) }, "EPR", nil},
		"unknown upload":       {func(token string) string { return uploadQuery("76192083", "9", "7", token) }, "-11", nil},
		"unknown token":        {func(string) string { return uploadQuery("76192083", "9", "260001234", "NADA") }, "001", nil},
		"company of others":    {func(token string) string { return uploadQuery("77222222", "K", "260001234", token) }, "-6", nil},
		"lower-case k":         {func(token string) string { return uploadQuery("77222222", "k", "260001234", token) }, "-6", []string{"RutCompania"}},
		"points in the RUT":    {func(token string) string { return uploadQuery("76.192.083", "9", "260001234", token) }, "EPR", []string{"RutCompania"}},
		"wrong check digit":    {func(token string) string { return uploadQuery("76192083", "1", "260001234", token) }, "-13", nil},
		"names of other tools": {func(token string) string { return byOtherNames(uploadQuery("76192083", "9", "260001234", token)) }, "EPR", []string{"arguments", "arguments"}},
		"no token": {func(string) string {
			return strings.Replace(uploadQuery("76192083", "9", "260001234", ""), "<Token></Token>", "", 1)
		}, "001", []string{"arguments"}},
		"namespace of an argument": {func(token string) string {
			return strings.Replace(uploadQuery("76192083", "9", "260001234", token), "<RutCompania>", `<RutCompania xmlns="http://DefaultNamespace">`, 1)
		}, "EPR", []string{"arguments"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRaw(t)
			r.t = t
			r.srv.SetUpload(owner, "0260001234", siitest.Upload{Estado: "EPR", Glosa: "Envio Procesado"})
			assert.Equal(t, test.estado, estado(t, r.soap("QueryEstUp.jws", test.query(r.token()))))
			assert.Equal(t, test.rules, rules(r.srv))
		})
	}
}

// byOtherNames renames the first two arguments: Axis takes what it does not know
// by its place.
func byOtherNames(query string) string {
	return strings.NewReplacer("RutCompania", "Rut", "DvCompania", "Dv").Replace(query)
}

// Each query takes the next state, and the last one stays. The counts of several
// types stand side by side, without a wrapper.
func TestUploadStatesFollowEachOther(t *testing.T) {
	t.Parallel()
	r := newRaw(t)
	r.srv.SetUpload(owner, "1", siitest.Upload{Estado: "REC"}, siitest.Upload{Estado: "EPR", Counts: []siitest.UploadCount{
		{Type: 33, Informed: 2, Accepted: 1, Rejected: 1}, {Type: 61, Informed: 6, Accepted: 3, Observed: 3},
	}})
	query := uploadQuery("76192083", "9", "1", r.token())
	assert.NotContains(t, r.soap("QueryEstUp.jws", query), "RESP_BODY")
	for range 2 {
		answer := r.soap("QueryEstUp.jws", query)
		assert.Equal(t, "EPR", estado(t, answer))
		assert.Contains(t, answer, "<SII:RESP_BODY>"+
			"<TIPO_DOCTO>33</TIPO_DOCTO><INFORMADOS>2</INFORMADOS><ACEPTADOS>1</ACEPTADOS><RECHAZADOS>1</RECHAZADOS><REPAROS>0</REPAROS>"+
			"<TIPO_DOCTO>61</TIPO_DOCTO><INFORMADOS>6</INFORMADOS><ACEPTADOS>3</ACEPTADOS><RECHAZADOS>0</RECHAZADOS><REPAROS>3</REPAROS>"+
			"</SII:RESP_BODY>")
	}
}

func TestDocumentQueries(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		old, replacement string
		estado, code     string
		rules            []string
	}{
		"as it should be":    {"", "", "DOK", "0", nil},
		"other total":        {"<MontoDte>1190<", "<MontoDte>1191<", "DNK", "1", nil},
		"other day":          {"01102026", "02102026", "DNK", "1", nil},
		"other receiver":     {"<RutReceptor>76192083</RutReceptor><DvReceptor>9<", "<RutReceptor>77222222</RutReceptor><DvReceptor>K<", "DNK", "1", nil},
		"other issuer":       {"<RutCompania>12345678</RutCompania><DvCompania>5<", "<RutCompania>77222222</RutCompania><DvCompania>K<", "FAU", "3", nil},
		"unknown folio":      {"<FolioDte>1<", "<FolioDte>2<", "FAU", "3", nil},
		"day first, ISO":     {"01102026", "2026-10-01", "DNK", "1", []string{"FechaEmisionDte"}},
		"not the holder":     {"<RutConsultante>11111111</RutConsultante><DvConsultante>1<", "<RutConsultante>76192083</RutConsultante><DvConsultante>9<", "DOK", "0", []string{"RutConsultante"}},
		"total is no number": {"<MontoDte>1190<", "<MontoDte>mil<", "-1", "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRaw(t)
			r.t = t
			r.srv.AddPurchases(owner, october, purchase(1))
			answer := r.soap("QueryEstDte.jws", strings.Replace("<getEstDte><RutConsultante>11111111</RutConsultante><DvConsultante>1</DvConsultante>"+
				"<RutCompania>12345678</RutCompania><DvCompania>5</DvCompania><RutReceptor>76192083</RutReceptor><DvReceptor>9</DvReceptor>"+
				"<TipoDte>33</TipoDte><FolioDte>1</FolioDte><FechaEmisionDte>01102026</FechaEmisionDte><MontoDte>1190</MontoDte>"+
				"<Token>"+r.token()+"</Token></getEstDte>", test.old, test.replacement, 1))
			assert.Equal(t, test.estado, estado(t, answer))
			if test.code != "" {
				assert.Contains(t, answer, "<ERR_CODE>"+test.code+"</ERR_CODE>")
			}
			assert.Equal(t, test.rules, rules(r.srv))
		})
	}
}

// Two companies that were given the same document of a supplier each have it.
func TestDocumentsAreFoundByTheirReceiver(t *testing.T) {
	t.Parallel()
	r := newRaw(t)
	second := chile.MustParseRUT("77222222-K")
	other := purchase(1)
	other.Total++
	r.srv.AddPurchases(owner, october, purchase(1))
	r.srv.AddPurchases(second, october, other)
	token := r.token()
	for range 20 { // registers are in no order
		for receiver, total := range map[string]string{
			"<RutReceptor>76192083</RutReceptor><DvReceptor>9</DvReceptor>": "1190", "<RutReceptor>77222222</RutReceptor><DvReceptor>K</DvReceptor>": "1191",
		} {
			assert.Equal(t, "DOK", estado(t, r.soap("QueryEstDte.jws", "<getEstDte><RutConsultante>11111111</RutConsultante><DvConsultante>1</DvConsultante>"+
				"<RutCompania>12345678</RutCompania><DvCompania>5</DvCompania>"+receiver+"<TipoDte>33</TipoDte><FolioDte>1</FolioDte>"+
				"<FechaEmisionDte>01102026</FechaEmisionDte><MontoDte>"+total+"</MontoDte><Token>"+token+"</Token></getEstDte>")))
		}
	}
}

// The forms differ in bytes and say the same.
func TestAnswerForms(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, form := range siitest.AnswerForms() {
		r := newRaw(t, siitest.WithAnswerForms(form))
		r.srv.Unregister(holder)
		signed := r.signedSeed("000000000001")
		var escaped strings.Builder
		require.NoError(t, xml.EscapeText(&escaped, []byte(signed)))
		_, body := r.post("GetTokenFromSeed.jws", strings.Replace(seedRequest, "<getSeed/>", "<getToken><pszXml>"+escaped.String()+"</pszXml></getToken>", 1), nil)
		assert.Contains(t, body, "-07", form.Name)
		assert.Equal(t, form.Name == "ISO-8859-1 under the name UTF-8", strings.Contains(body, "opci\xf3n"), form.Name)
		assert.Equal(t, form.Name == "CDATA", strings.Contains(body, "<![CDATA["), form.Name)
		assert.NotContains(t, body, "RESP_BODY", "an error has none")
		_, given := r.post("CrSeed.jws", seedRequest, nil)
		header, content := strings.Index(given, "RESP_HDR"), strings.Index(given, "RESP_BODY")
		bodyFirst := strings.Contains(form.Name, "body first") || strings.Contains(form.Name, "ISO")
		assert.Equal(t, bodyFirst, content < header, form.Name)
		assert.Equal(t, strings.Contains(form.Name, "carriage"), strings.Contains(given, "&#xD;"), form.Name)
		assert.False(t, seen[body], form.Name)
		seen[body] = true
	}
}
