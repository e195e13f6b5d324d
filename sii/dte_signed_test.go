package sii_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siitest"
)

// signed is a query about a document of owner's.
var signed = sii.SignedQuery{
	DocumentQuery: sii.DocumentQuery{Issuer: owner, Receiver: chile.MustParseRUT("60803000-K"), Type: 33, Folio: 42, Issued: october.First(), Total: 11900},
	Signature:     "QUJD\nREVG ",
}

// inSOAP is an answer of a service under /DTEWS.
func inSOAP(operation, document string) string {
	return `<?xml version="1.0"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body><` + operation + `Response><` + operation +
		`Return><![CDATA[<?xml version="1.0" encoding="UTF-8"?><SII:RESPUESTA xmlns:SII="http://www.sii.cl/XMLSchema">` + document + `</SII:RESPUESTA>]]></` +
		operation + `Return></` + operation + `Response></soapenv:Body></soapenv:Envelope>`
}

func inAv(header, body string) string {
	return inSOAP("getEstDteAv", "<SII:RESP_HDR><SII:ESTADO>"+header+"</SII:ESTADO><SII:GLOSA>Glosa</SII:GLOSA></SII:RESP_HDR><SII:RESP_BODY>"+body+"</SII:RESP_BODY>")
}

// The arguments stand in the order of the service, and the signature is one word.
func TestSignedStatusArguments(t *testing.T) {
	t.Parallel()
	var path, body string
	client := at(t, func(w http.ResponseWriter, r *http.Request) {
		sent, _ := io.ReadAll(r.Body)
		path, body = r.URL.Path, string(sent)
		_, _ = io.WriteString(w, inAv("0", "<RECIBIDO>SI</RECIBIDO><ESTADO>DOK</ESTADO><GLOSA>Documento Recibido</GLOSA><TRACKID>260001234</TRACKID><NUMATENCION>123</NUMATENCION>"))
	})
	status, err := client.DTE.SignedStatus(t.Context(), signed)
	require.NoError(t, err)
	assert.Equal(t, "/DTEWS/services/QueryEstDteAv", path)
	assert.Contains(t, body, `<m:getEstDteAv xmlns:m="http://DefaultNamespace"><RutEmpresa>76192083</RutEmpresa><DvEmpresa>9</DvEmpresa>`+
		`<RutReceptor>60803000</RutReceptor><DvReceptor>K</DvReceptor><TipoDte>33</TipoDte><FolioDte>42</FolioDte><FechaEmisionDte>01102026</FechaEmisionDte>`+
		`<MontoDte>11900</MontoDte><FirmaDte>QUJDREVG</FirmaDte><Token>TOKENSECRETO1</Token></m:getEstDteAv>`)
	assert.Equal(t, &sii.SignedStatus{
		DocumentStatus: sii.DocumentStatus{
			Estado: "DOK", Glosa: "Documento Recibido", Verdict: sii.VerdictAccepted, Known: true, Amendment: sii.NotAmended, AttentionNumber: "123",
		},
		Received: sii.ReceivedYes, TrackID: "260001234",
	}, status)
}

// Header and body each have an ESTADO, which are not mixed up.
func TestSignedStatusAnswers(t *testing.T) {
	t.Parallel()
	for answer, want := range map[string]struct {
		received sii.Received
		verdict  sii.Verdict
		estado   string
		trackID  string
		kind     error
	}{
		inAv("0", "<RECIBIDO>SI</RECIBIDO><ESTADO>DOK</ESTADO><TRACKID>0260001234</TRACKID>"): {sii.ReceivedYes, sii.VerdictAccepted, "DOK", "0260001234", nil},
		inAv("00", "<RECIBIDO> sí </RECIBIDO><ESTADO>DNK</ESTADO>"):                           {sii.ReceivedYes, sii.VerdictUnknown, "DNK", "", nil},
		inAv("0", "<RECIBIDO>NO</RECIBIDO><ESTADO>FAU</ESTADO><TRACKID>0</TRACKID>"):          {sii.ReceivedNo, sii.VerdictSent, "FAU", "", nil},
		inAv("0", "<RECIBIDO>NO</RECIBIDO>"):                                                  {sii.ReceivedNo, sii.VerdictSent, "FAU", "", nil},
		inAv("0", "<ESTADO>FAN</ESTADO>"):                                                     {sii.ReceivedUnknown, sii.VerdictRejected, "FAN", "", nil},
		inAv("0", "<RECIBIDO>QUIZAS</RECIBIDO><ESTADO>ZZZ</ESTADO>"):                          {"QUIZAS", sii.VerdictUnknown, "ZZZ", "", nil},
		inAv("0", "<RECIBIDO>NO</RECIBIDO><ESTADO>DOK</ESTADO>"):                              {kind: sii.ErrPortalChanged},
		inAv("0", "<RECIBIDO>NO</RECIBIDO><ESTADO>DNK</ESTADO>"):                              {kind: sii.ErrPortalChanged},
		inAv("0", "<RECIBIDO>SI</RECIBIDO><ESTADO>FAU</ESTADO>"):                              {kind: sii.ErrPortalChanged},
		inAv("0", "<RECIBIDO>SI</RECIBIDO>"):                                                  {kind: sii.ErrPortalChanged},
		inAv("0", ""):                                                                         {kind: sii.ErrPortalChanged},
		inAv("", "<ESTADO>DOK</ESTADO>"):                                                      {kind: sii.ErrPortalChanged},
		inAv("77", "<ESTADO>DOK</ESTADO>"):                                                    {kind: sii.ErrPortalChanged},
		inAv("1", "<ESTADO>DOK</ESTADO>"):                                                     {kind: sii.ErrUnauthorized},
		inAv("2", ""):                                                                         {kind: sii.ErrUnauthorized},
		inAv("003", ""):                                                                       {kind: sii.ErrUnauthorized},
		inAv("0", "<ESTADO>003</ESTADO>"):                                                     {kind: sii.ErrUnauthorized},
		inAv("5", ""):                                                                         {kind: sii.ErrInvalidRequest},
		inAv("9", ""):                                                                         {kind: sii.ErrForbidden},
		inAv("3", ""):                                                                         {kind: sii.ErrUnavailable},
		inAv("14", ""):                                                                        {kind: sii.ErrUnavailable},
		inAv("-2", ""):                                                                        {kind: sii.ErrUnavailable},
	} {
		client := at(t, says(200, "text/xml", answer))
		status, err := client.DTE.SignedStatus(t.Context(), signed)
		if want.kind != nil {
			require.ErrorIs(t, err, want.kind, answer)
			assert.Nil(t, status)
			continue
		}
		require.NoError(t, err, answer)
		assert.Equal(t, want.received, status.Received, answer)
		assert.Equal(t, want.verdict, status.Verdict, answer)
		assert.Equal(t, want.estado, status.Estado, answer)
		assert.Equal(t, want.trackID, status.TrackID, answer)
		assert.Equal(t, want.estado == "DNK", status.Mismatch)
	}
}

func TestSignedQueriesThatAreNotSent(t *testing.T) {
	t.Parallel()
	client := at(t, func(http.ResponseWriter, *http.Request) { t.Error("was sent") })
	for name, change := range map[string]func(q *sii.SignedQuery){
		"issuer": func(q *sii.SignedQuery) { q.Issuer = chile.RUT{} }, "receiver": func(q *sii.SignedQuery) { q.Receiver = chile.RUT{} },
		"folio": func(q *sii.SignedQuery) { q.Folio = 0 }, "date": func(q *sii.SignedQuery) { q.Issued = chile.Date{} },
		"signature": func(q *sii.SignedQuery) { q.Signature = " \n" }, "long signature": func(q *sii.SignedQuery) { q.Signature = strings.Repeat("A", 5000) },
	} {
		q := signed
		change(&q)
		_, err := client.DTE.SignedStatus(t.Context(), q)
		require.ErrorIs(t, err, sii.ErrInvalidRequest, name)
	}
	for _, id := range []string{"", " ", strings.Repeat("1", 65)} {
		_, err := client.DTE.RequestMail(t.Context(), owner, id)
		require.ErrorIs(t, err, sii.ErrInvalidRequest, id)
	}
	_, err := client.DTE.RequestMail(t.Context(), chile.RUT{}, "1")
	require.ErrorIs(t, err, sii.ErrInvalidRequest)
}

// The fake answers as the manual says, in every form.
func TestSignedStatusOfTheFake(t *testing.T) {
	t.Parallel()
	for _, form := range siitest.AnswerForms() {
		srv := newFake(t, siitest.WithAnswerForms(form))
		srv.SetDocument(chile.DocumentID{Issuer: owner, Type: 33, Folio: 42}, siitest.Document{
			Receiver: signed.Receiver, Issued: signed.Issued, Total: signed.Total, Signature: "QUJDREVG", TrackID: "260001234", Estado: "DOK", Glosa: "DTE Recibido",
		})
		client := newClient(t, srv)
		status, err := client.DTE.SignedStatus(t.Context(), signed)
		require.NoError(t, err, form.Name)
		assert.Equal(t, sii.ReceivedYes, status.Received, form.Name)
		assert.Equal(t, "260001234", status.TrackID, form.Name)
		assert.Equal(t, sii.VerdictAccepted, status.Verdict, form.Name)
		other := signed
		other.Folio = 43
		status, err = client.DTE.SignedStatus(t.Context(), other)
		require.NoError(t, err, form.Name)
		assert.Equal(t, sii.ReceivedNo, status.Received, form.Name)
		assert.Empty(t, srv.Violations())
	}
}

func TestRequestMail(t *testing.T) {
	t.Parallel()
	inMail := func(estado string) string {
		return inSOAP("reenvioCorreo", "<SII:RESP_HDR><SII:ESTADO>"+estado+"</SII:ESTADO><SII:GLOSA>Glosa</SII:GLOSA></SII:RESP_HDR>")
	}
	for estado, want := range map[string]struct {
		coming, pending, known bool
		kind                   error
		calls                  int
	}{
		"0": {true, false, true, nil, 1}, "00": {true, false, true, nil, 1}, "114": {false, true, true, nil, 1}, "999": {false, false, false, nil, 1},
		"":    {kind: sii.ErrPortalChanged, calls: 1},
		"101": {kind: sii.ErrInvalidRequest, calls: 1}, "102": {kind: sii.ErrInvalidRequest, calls: 1}, "105": {kind: sii.ErrInvalidRequest, calls: 1},
		"103": {kind: sii.ErrUnavailable, calls: 1}, "113": {kind: sii.ErrUnavailable, calls: 1}, "106": {kind: sii.ErrForbidden, calls: 1},
		"104": {kind: sii.ErrUnauthorized, calls: 2},
	} {
		calls := 0
		var body string
		client := at(t, func(w http.ResponseWriter, r *http.Request) {
			calls++
			sent, _ := io.ReadAll(r.Body)
			body = string(sent)
			_, _ = io.WriteString(w, inMail(estado))
		})
		request, err := client.DTE.RequestMail(t.Context(), owner, " 0260001234 ")
		assert.Equal(t, want.calls, calls, estado)
		assert.Contains(t, body, "<Token>TOKENSECRETO1</Token><RutEmpresa>76192083</RutEmpresa><DvEmpresa>9</DvEmpresa><TrackId>0260001234</TrackId></m:reenvioCorreo>")
		if want.kind != nil {
			require.ErrorIs(t, err, want.kind, estado)
			assert.Nil(t, request)
			continue
		}
		require.NoError(t, err, estado)
		assert.Equal(t, &sii.MailRequest{Estado: estado, Glosa: "Glosa", Coming: want.coming, Pending: want.pending, Known: want.known}, request)
	}
	// A failure on the way is not repeated: there may be a mail already.
	calls := 0
	_, err := at(t, func(w http.ResponseWriter, _ *http.Request) {
		calls++
		w.WriteHeader(http.StatusBadGateway)
	}).DTE.RequestMail(t.Context(), owner, "1")
	require.ErrorIs(t, err, sii.ErrUnavailable)
	assert.Equal(t, 1, calls)
}

func TestRequestMailOfTheFake(t *testing.T) {
	t.Parallel()
	srv := newFake(t)
	srv.SetUpload(owner, "731", siitest.Upload{Estado: "EPR"})
	srv.SetUpload(owner, "732", siitest.Upload{Estado: "SOK"})
	client := newClient(t, srv)
	request, err := client.DTE.RequestMail(t.Context(), owner, "731")
	require.NoError(t, err)
	assert.True(t, request.Coming)
	request, err = client.DTE.RequestMail(t.Context(), owner, "732")
	require.NoError(t, err)
	assert.True(t, request.Pending)
	_, err = client.DTE.RequestMail(t.Context(), owner, "733")
	require.ErrorIs(t, err, sii.ErrInvalidRequest)
	_, err = client.DTE.RequestMail(t.Context(), chile.MustParseRUT("12345678-5"), "731")
	require.ErrorIs(t, err, sii.ErrForbidden)
	assert.Empty(t, srv.Violations())
}
