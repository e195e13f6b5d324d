package siitest_test

import (
	"bytes"
	"encoding/xml"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/sii/siitest"
)

// description is what a program reads in a WSDL.
type description struct {
	Target   string `xml:"targetNamespace,attr"`
	Messages []struct {
		Name  string `xml:"name,attr"`
		Parts []struct {
			Name string `xml:"name,attr"`
			Type string `xml:"type,attr"`
		} `xml:"part"`
	} `xml:"message"`
	Operations []struct {
		Name string `xml:"name,attr"`
		Body struct {
			Use       string `xml:"use,attr"`
			Namespace string `xml:"namespace,attr"`
		} `xml:"input>body"`
	} `xml:"binding>operation"`
	Address struct {
		Location string `xml:"location,attr"`
	} `xml:"service>port>address"`
}

func (r *raw) describe(service string) (d description) {
	r.t.Helper()
	req, err := http.NewRequestWithContext(r.t.Context(), http.MethodGet, "https://maullin.sii.cl/DTEWS/"+service, http.NoBody)
	require.NoError(r.t, err)
	status, header, body := r.do(req)
	require.Equal(r.t, 200, status)
	assert.Contains(r.t, header.Get("Content-Type"), "text/xml")
	require.NoError(r.t, xml.Unmarshal([]byte(body), &d), body)
	return d
}

// Every operation that is described is there, with its arguments in the order of
// the WSDLs of maullin, and the address is the one that was asked.
func TestServicesDescribeThemselves(t *testing.T) {
	t.Parallel()
	r := newRaw(t)
	common := "getState getVersionMayor getVersionMenor getVersionPatch"
	for service, want := range map[string]struct{ main, args, others string }{
		"CrSeed.jws":             {"getSeed", "", common},
		"GetTokenFromSeed.jws":   {"getToken", "pszXml", common + " getVersion"},
		"QueryEstUp.jws":         {"getEstUp", "RutCompania DvCompania TrackId Token", common + " getVersion"},
		"QueryEstDte.jws":        {"getEstDte", "RutConsultante DvConsultante RutCompania DvCompania RutReceptor DvReceptor TipoDte FolioDte FechaEmisionDte MontoDte Token", common + " getVersion"},
		"services/QueryEstDteAv": {"getEstDteAv", "RutEmpresa DvEmpresa RutReceptor DvReceptor TipoDte FolioDte FechaEmisionDte MontoDte FirmaDte Token", common + " getVersion"},
		"services/wsDTECorreo":   {"reenvioCorreo", "Token RutEmpresa DvEmpresa TrackId", common + " getVersion getEnv"},
	} {
		d := r.describe(service + "?WSDL")
		assert.Equal(t, d, r.describe(service+"?wsdl"))
		assert.Equal(t, "https://maullin.sii.cl/DTEWS/"+service, d.Address.Location)
		names := []string{}
		for _, operation := range d.Operations {
			names = append(names, operation.Name)
			assert.Equal(t, "literal", operation.Body.Use)
			assert.Equal(t, d.Target, operation.Body.Namespace)
		}
		assert.ElementsMatch(t, append(strings.Fields(want.others), want.main), names, service)
		messages := map[string]string{}
		for _, message := range d.Messages {
			for _, part := range message.Parts {
				assert.Equal(t, "xsd:string", part.Type)
				messages[message.Name] = strings.TrimSpace(messages[message.Name] + " " + part.Name)
			}
		}
		assert.Equal(t, want.args, messages[want.main+"Request"], service)
		for _, name := range names {
			assert.Equal(t, name+"Return", messages[name+"Response"])
		}
		for _, name := range strings.Fields(want.others) {
			answer := r.soapAnswer(service, "<"+name+"/>")
			assert.Contains(t, answer, name+"Return", "%s %s", service, name)
			assert.NotContains(t, answer, "Fault")
		}
	}
	assert.Empty(t, r.srv.Violations())
	assert.Contains(t, r.soapAnswer("CrSeed.jws", "<getVersion/>"), "No such operation", "that service has none")
	assert.Contains(t, r.soapAnswer("CrSeed.jws", "<getToken/>"), "No such operation", "it is of another service")
}

// Clients that write ISO-8859-1 are read, and some call operations under ?WSDL.
func TestEnvelopesInLatin1(t *testing.T) {
	t.Parallel()
	r := newRaw(t)
	_, answer := r.post("CrSeed.jws?WSDL", `<?xml version="1.0" encoding="ISO-8859-1"?><!-- `+"\xf1 -->"+seedRequest, nil)
	assert.Contains(t, answer, "SEMILLA")
	assert.Empty(t, r.srv.Violations())
	_, answer = r.post("CrSeed.jws", `<?xml version="1.0" encoding="UTF-16"?>`+seedRequest, nil)
	assert.Contains(t, answer, "Fault")
}

// Programs that are made from a WSDL want a result without namespace, in the
// encoding that is declared.
func TestWSDLForms(t *testing.T) {
	t.Parallel()
	require.Len(t, siitest.WSDLForms(), 2)
	for _, form := range siitest.WSDLForms() {
		r := newRaw(t, siitest.WithAnswerForms(form))
		var read struct {
			Result struct {
				XMLName xml.Name
				Text    string `xml:",chardata"`
			} `xml:"Body>getTokenResponse>getTokenReturn"`
		}
		answer := r.exchangeAnswer("<getToken/>")
		require.NoError(t, xml.NewDecoder(strings.NewReader(answer)).Decode(&read), form.Name)
		assert.Equal(t, xml.Name{Local: "getTokenReturn"}, read.Result.XMLName, form.Name)
		assert.Contains(t, read.Result.Text, "<ESTADO>04</ESTADO>", form.Name)
		assert.NotContains(t, answer, "<![CDATA[", "some libraries make elements of it")
	}
}

func signedQuery(company, receiver, folio, date, total, signature, token string) string {
	body := func(rut string) (number, dv string) { number, dv, _ = strings.Cut(rut, "-"); return }
	number, dv := body(company)
	to, toDV := body(receiver)
	return "<getEstDteAv><RutEmpresa>" + number + "</RutEmpresa><DvEmpresa>" + dv + "</DvEmpresa><RutReceptor>" + to + "</RutReceptor><DvReceptor>" + toDV +
		"</DvReceptor><TipoDte>33</TipoDte><FolioDte>" + folio + "</FolioDte><FechaEmisionDte>" + date + "</FechaEmisionDte><MontoDte>" + total +
		"</MontoDte><FirmaDte>" + signature + "</FirmaDte><Token>" + token + "</Token></getEstDteAv>"
}

func TestQueriesOfSignedDocuments(t *testing.T) {
	t.Parallel()
	clock := newClock()
	r := newRaw(t, siitest.WithClock(clock.Now))
	receiver := chile.MustParseRUT("22222222-2")
	issued, err := chile.NewDate(2026, time.October, 5)
	require.NoError(t, err)
	r.srv.SetDocument(chile.DocumentID{Issuer: owner, Type: chile.FacturaElectronica, Folio: 7},
		siitest.Document{Receiver: receiver, Issued: issued, Total: 11_900, Signature: "QUJD\nREVG", TrackID: "260001234"})
	r.srv.SetDocument(chile.DocumentID{Issuer: owner, Type: chile.FacturaElectronica, Folio: 8}, siitest.Document{Estado: "FAN", Detail: "Folio anulado"})
	token, company := r.token(), owner.String()
	for name, test := range map[string]struct{ query, want string }{
		"as it is":          {signedQuery(company, "22222222-2", "7", "05102026", "11900", "QUJDREVG", token), "<RECIBIDO>SI</RECIBIDO><ESTADO>DOK</ESTADO>"},
		"line ends":         {signedQuery(company, "22222222-2", "7", "05102026", "11900", "QUJ\nDREVG", token), "<ESTADO>DOK</ESTADO>"},
		"its upload":        {signedQuery(company, "22222222-2", "7", "05102026", "11900", "QUJDREVG", token), "<TRACKID>260001234</TRACKID>"},
		"another signature": {signedQuery(company, "22222222-2", "7", "05102026", "11900", "QUJDREVH", token), "<RECIBIDO>SI</RECIBIDO><ESTADO>DNK</ESTADO>"},
		"another total":     {signedQuery(company, "22222222-2", "7", "05102026", "11901", "QUJDREVG", token), "<ESTADO>DNK</ESTADO>"},
		"another receiver":  {signedQuery(company, "11111111-1", "7", "05102026", "11900", "QUJDREVG", token), "<ESTADO>DNK</ESTADO>"},
		"annulled folio":    {signedQuery(company, "22222222-2", "8", "05102026", "11900", "QUJDREVG", token), "<RECIBIDO>NO</RECIBIDO><ESTADO>FAN</ESTADO>"},
		"unknown folio":     {signedQuery(company, "22222222-2", "99", "05102026", "11900", "QUJDREVG", token), "<RECIBIDO>NO</RECIBIDO><ESTADO>FAU</ESTADO>"},
		"no signature":      {signedQuery(company, "22222222-2", "7", "05102026", "11900", "", token), "<SII:ESTADO>5</SII:ESTADO>"},
		"no folio":          {signedQuery(company, "22222222-2", "", "05102026", "11900", "QUJDREVG", token), "<SII:ESTADO>5</SII:ESTADO>"},
		"foreign company":   {signedQuery("22222222-2", company, "7", "05102026", "11900", "QUJDREVG", token), "<SII:ESTADO>9</SII:ESTADO>"},
		"unknown token":     {signedQuery(company, "22222222-2", "7", "05102026", "11900", "QUJDREVG", "X"), "<SII:ESTADO>2</SII:ESTADO>"},
	} {
		answer := r.soap("services/QueryEstDteAv", test.query)
		assert.Contains(t, answer, test.want, name)
		if strings.Contains(test.want, "SII:") {
			assert.NotContains(t, answer, "RECIBIDO", name)
		} else {
			assert.Contains(t, answer, "<SII:ESTADO>0</SII:ESTADO>", name)
		}
	}
	assert.Empty(t, r.srv.Violations())
	assert.Contains(t, r.soap("services/QueryEstDteAv", signedQuery(company, "22222222-2", "7", "05-10-2026", "11900", "QUJDREVG", token)), "DNK")
	assert.Equal(t, []string{"FechaEmisionDte"}, rules(r.srv))
	clock.Add(2 * time.Hour)
	assert.Contains(t, r.soap("services/QueryEstDteAv", signedQuery(company, "22222222-2", "7", "05102026", "11900", "QUJDREVG", token)), "<SII:ESTADO>1</SII:ESTADO>")
}

func mailQuery(token, rut, dv, track string) string {
	return "<reenvioCorreo><Token>" + token + "</Token><RutEmpresa>" + rut + "</RutEmpresa><DvEmpresa>" + dv + "</DvEmpresa><TrackId>" + track + "</TrackId></reenvioCorreo>"
}

func TestMailIsSentAgain(t *testing.T) {
	t.Parallel()
	r := newRaw(t)
	token := r.token()
	r.srv.SetUpload(owner, "0260001234", siitest.Upload{Estado: "REC"}, siitest.Upload{Estado: "EPR"})
	r.srv.SetUpload(owner, "5", siitest.Upload{Estado: "SOK"})
	ask := func(query string) string {
		return between(t, r.soap("services/wsDTECorreo", query), "<SII:ESTADO>", "</SII:ESTADO>")
	}
	number, dv, _ := strings.Cut(owner.String(), "-")
	assert.Equal(t, "104", ask(mailQuery("X", number, dv, "260001234")))
	assert.Equal(t, "102", ask(mailQuery(token, number, dv, "")))
	assert.Equal(t, "101", ask(mailQuery(token, number, "0", "260001234")))
	assert.Equal(t, "106", ask(mailQuery(token, "22222222", "2", "260001234")))
	assert.Equal(t, "105", ask(mailQuery(token, number, dv, "9")))
	assert.Equal(t, "114", ask(mailQuery(token, number, dv, "5")), "nothing but a pending state")
	assert.Equal(t, "114", ask(mailQuery(token, number, dv, "260001234")), "still received")
	r.soap("QueryEstUp.jws", uploadQuery(number, dv, "260001234", token))
	assert.Equal(t, "0", ask(mailQuery(token, number, dv, "260001234")))
	assert.Empty(t, r.srv.Violations())
	assert.Equal(t, 8, r.srv.Count(siitest.OpMail))
}

// Bytes that are no request end in a fault or a page, not in the end of the fake.
func FuzzSOAP(f *testing.F) {
	srv := siitest.NewServer()
	f.Cleanup(srv.Close)
	handler := srv.Handler()
	for _, seed := range []string{"<getSeed/>", mailQuery("X", "1", "9", "2"), "<getToken><pszXml>&lt;getToken/&gt;</pszXml></getToken>"} {
		f.Add("services/wsDTECorreo", []byte(strings.Replace(seedRequest, "<getSeed/>", seed, 1)))
		f.Add("GetTokenFromSeed.jws", []byte(strings.Replace(seedRequest, "<getSeed/>", seed, 1)))
	}
	f.Fuzz(func(t *testing.T, service string, body []byte) {
		target := &url.URL{Scheme: "http", Host: "127.0.0.1", Path: "/DTEWS/" + service}
		req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://127.0.0.1/", bytes.NewReader(body))
		req.URL = target
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, req)
		assert.Contains(t, []int{200, 404, 500}, answer.Code)
	})
}
