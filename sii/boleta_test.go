package sii_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/sii"
)

// boletaSite is a service of the boletas that gives tokens, and answers as a test
// wants.
type boletaSite struct {
	client *sii.Client
	tokens atomic.Int32 // given
	calls  atomic.Int32 // others
}

func newBoletaSite(t *testing.T, answer http.HandlerFunc, opts ...sii.Option) *boletaSite {
	t.Helper()
	s := &boletaSite{}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		const form = `<SII:RESPUESTA xmlns:SII="http://www.sii.cl/XMLSchema"><SII:RESP_BODY><%s>%s</%s></SII:RESP_BODY><SII:RESP_HDR><ESTADO>00</ESTADO></SII:RESP_HDR></SII:RESPUESTA>`
		switch r.URL.Path {
		case "/recursos/v1/boleta.electronica.semilla":
			_, _ = fmt.Fprintf(w, form, "SEMILLA", "012345678901", "SEMILLA")
		case "/recursos/v1/boleta.electronica.token":
			_, _ = fmt.Fprintf(w, form, "TOKEN", fmt.Sprintf("BOLETASECRETO%d", s.tokens.Add(1)), "TOKEN")
		default:
			s.calls.Add(1)
			answer(w, r)
		}
	}))
	t.Cleanup(srv.Close)
	id, err := plantedIdentity()
	require.NoError(t, err)
	s.client, err = sii.NewClient(sii.At(srv.URL), append([]sii.Option{sii.WithIdentity(id), atOnce()}, opts...)...)
	require.NoError(t, err)
	return s
}

// says answers with that.
func says(status int, contentType, answer string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, answer)
	}
}

const asJSON = "application/json"

func TestBoletaReceipt(t *testing.T) {
	t.Parallel()
	for answer, want := range map[string]*sii.BoletaReceipt{
		`{"rut_emisor":"76192083-9","rut_envia":"11111111-1","trackid":123456789012345,"fecha_recepcion":"2026-10-05 20:30:10","estado":"REC","file":"envio.xml"}`: {
			TrackID: "123456789012345", Estado: "REC", Verdict: sii.VerdictSent, Known: true, Received: time.Date(2026, 10, 5, 20, 30, 10, 0, chile.Santiago()),
		},
		`{"trackid":"000000000001014","fecha_recepcion":"05/10/2026 20:30:10","estado":"REC"}`: {
			TrackID: "000000000001014", Estado: "REC", Verdict: sii.VerdictSent, Known: true, Received: time.Date(2026, 10, 5, 20, 30, 10, 0, chile.Santiago()),
		},
		"\ufeff" + `{"trackid":1014,"fecha_recepcion":"ayer","estado":"XYZ","rut_emisor":null}`: {TrackID: "1014", Estado: "XYZ"},
		`{"trackid":9007199254740993}`: {TrackID: "9007199254740993"}, // no float has it
	} {
		s := newBoletaSite(t, says(200, asJSON, answer))
		receipt, err := s.client.Boleta.Upload(t.Context(), holder, owner, "envio.xml", envelope)
		require.NoError(t, err, answer)
		assert.Equal(t, want, receipt)
		assert.EqualValues(t, 1, s.calls.Load())
	}
}

// What the service of the boletas says, by status and by words.
func TestBoletaUploadFailures(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status        int
		contentType   string
		answer        string
		outcome, kind error
		code, glosa   string
		calls         int
	}{
		"data":                {400, asJSON, "Error en rut_emisor: \xf1o TOKEN=BOLETASECRETO1", sii.ErrRefused, sii.ErrInvalidRequest, "400", "Error en rut_emisor: ño TOKEN=***", 1},
		"no token":            {400, "text/plain", "No trae TOKEN", sii.ErrRefused, sii.ErrUnauthorized, "400", "No trae TOKEN", 2},
		"401":                 {401, "text/plain", "NO ESTA AUTENTICADO", sii.ErrRefused, sii.ErrUnauthorized, "401", "NO ESTA AUTENTICADO", 2},
		"401, page":           {401, "text/html", "<html>NO ESTA AUTENTICADO</html>", sii.ErrRefused, sii.ErrUnauthorized, "401", "", 2},
		"404":                 {404, asJSON, "no existe", sii.ErrRefused, sii.ErrInvalidRequest, "404", "no existe", 1},
		"405":                 {405, asJSON, "", sii.ErrRefused, sii.ErrInvalidRequest, "405", "", 1},
		"wrong host":          {500, "text/xml", "<soap:Fault><faultstring>Acceso Denegado (from client)</faultstring></soap:Fault>", sii.ErrRefused, sii.ErrInvalidRequest, "500", "", 1},
		"500":                 {500, asJSON, "algo falló", sii.ErrUnknownOutcome, sii.ErrUnavailable, "500", "algo falló", 1},
		"503":                 {503, "text/html", "<html>503 Service Temporarily Unavailable</html>", sii.ErrUnknownOutcome, sii.ErrUnavailable, "sobrecarga", "", 1},
		"429":                 {429, "text/plain", "", sii.ErrRefused, sii.ErrThrottled, "429", "", 1},
		"418":                 {418, "text/plain", "taza", sii.ErrRefused, sii.ErrInvalidRequest, "4xx", "taza", 1},
		"long line":           {400, asJSON, "CHR-00002: Line too long (4090)", sii.ErrRefused, sii.ErrInvalidRequest, "CHR-00002", "CHR-00002: Line too long (4090)", 1},
		"schema":              {200, asJSON, "LSX-00213: algo", sii.ErrRefused, sii.ErrRejected, "LSX", "LSX-00213: algo", 1},
		"missing parameter":   {200, asJSON, "falta rutSender", sii.ErrRefused, sii.ErrInvalidRequest, "", "falta rutSender", 1},
		"page":                {200, "text/html", "<html>Bienvenido</html>", sii.ErrUnknownOutcome, sii.ErrUnauthorized, "página de envío", "", 1},
		"other text":          {200, asJSON, "todo bien", sii.ErrUnknownOutcome, sii.ErrPortalChanged, "desconocida", "", 1},
		"empty":               {200, asJSON, "", sii.ErrUnknownOutcome, sii.ErrProtocol, "incompleta", "", 1},
		"cut":                 {200, asJSON, `{"trackid":1014,"est`, sii.ErrUnknownOutcome, sii.ErrProtocol, "incompleta", "", 1},
		"no track id":         {200, asJSON, `{"estado":"REC"}`, sii.ErrUnknownOutcome, sii.ErrPortalChanged, "desconocida", "", 1},
		"null track id":       {200, asJSON, `{"estado":"REC","trackid":null}`, sii.ErrUnknownOutcome, sii.ErrPortalChanged, "desconocida", "", 1},
		"track id of zero":    {200, asJSON, `{"estado":"REC","trackid":0}`, sii.ErrUnknownOutcome, sii.ErrPortalChanged, "desconocida", "", 1},
		"rounded track id":    {200, asJSON, `{"estado":"REC","trackid":1.23456789012345e+14}`, sii.ErrUnknownOutcome, sii.ErrPortalChanged, "desconocida", "", 1},
		"track id of objects": {200, asJSON, `{"estado":"REC","trackid":{"id":1}}`, sii.ErrUnknownOutcome, sii.ErrPortalChanged, "desconocida", "", 1},
		"other company":       {200, asJSON, `{"rut_emisor":"12345678-5","trackid":1014,"estado":"REC"}`, sii.ErrUnknownOutcome, sii.ErrPortalChanged, "desconocida", "", 1},
		"other sender":        {200, asJSON, `{"rut_envia":"12345678-5","trackid":1014,"estado":"REC"}`, sii.ErrUnknownOutcome, sii.ErrPortalChanged, "desconocida", "", 1},
		"list":                {200, asJSON, `[{"trackid":1014}]`, sii.ErrUnknownOutcome, sii.ErrPortalChanged, "desconocida", "", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newBoletaSite(t, says(test.status, test.contentType, test.answer))
			receipt, err := s.client.Boleta.Upload(t.Context(), holder, owner, "envio.xml", envelope)
			assert.Nil(t, receipt)
			require.ErrorIs(t, err, test.outcome)
			require.ErrorIs(t, err, test.kind)
			assert.EqualValues(t, test.calls, s.calls.Load())
			assert.EqualValues(t, test.calls, s.tokens.Load(), "a token each time that one was refused")
			assert.NotContains(t, err.Error(), "BOLETASECRETO")
			var e *sii.Error
			require.ErrorAs(t, err, &e)
			assert.Equal(t, "boleta.send", e.Op)
			assert.Equal(t, test.code, e.Code().Code)
			assert.Equal(t, test.glosa, e.Glosa)
			assert.Equal(t, test.code == "401", strings.Contains(err.Error(), "PROG 1.0"), err.Error())
		})
	}
}

// A token that has ended is renewed, and the same bytes go once more.
func TestBoletaTokenIsRenewedOnce(t *testing.T) {
	t.Parallel()
	var bodies []string
	s := newBoletaSite(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		_, file, _ := strings.Cut(string(body), "Content-Type: text/xml\r\n\r\n")
		bodies = append(bodies, r.Header.Get("Cookie")+" "+file[:len(envelope)])
		if len(bodies) == 1 {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		_, _ = io.WriteString(w, `{"trackid":7,"estado":"REC"}`)
	})
	receipt, err := s.client.Boleta.Upload(t.Context(), chile.RUT{}, owner, "envio.xml", envelope)
	require.NoError(t, err)
	assert.Equal(t, "7", receipt.TrackID)
	assert.Equal(t, []string{"TOKEN=BOLETASECRETO1 " + string(envelope), "TOKEN=BOLETASECRETO2 " + string(envelope)}, bodies)
}

// Without a certificate, or without the service, nothing is sent.
func TestBoletaWithoutTheService(t *testing.T) {
	t.Parallel()
	id, err := plantedIdentity()
	require.NoError(t, err)
	production := sii.Production()
	production.Boleta, production.BoletaUpload = "", ""
	without, err := sii.NewClient(production, sii.WithIdentity(id))
	require.NoError(t, err)
	readOnly := sii.Production()
	readOnly.BoletaUpload = ""
	noUploads, err := sii.NewClient(readOnly, sii.WithIdentity(id))
	require.NoError(t, err)
	fixed, err := sii.NewClient(sii.Production(), fixedToken("TOKENSECRETO1"))
	require.NoError(t, err)
	for _, client := range []*sii.Client{without, noUploads, fixed} {
		_, err := client.Boleta.Upload(t.Context(), holder, owner, "envio.xml", envelope)
		require.ErrorIs(t, err, sii.ErrNotSent)
		require.ErrorIs(t, err, sii.ErrInvalidRequest)
	}
	_, err = fixed.Boleta.UploadStatus(t.Context(), owner, "1")
	require.ErrorIs(t, err, sii.ErrInvalidRequest)
	_, err = noUploads.Boleta.Upload(t.Context(), owner, owner, "envio.xml", envelope)
	require.ErrorIs(t, err, sii.ErrNotSent, "another sender than the holder")
}

const boletaUpload = `{"rut_emisor":"76192083-9","rut_envia":"11111111-1","trackid":1014,"fecha_recepcion":"05/03/2026 07:57:42","estado":"EPR",
 "estadistica":[{"tipo":39,"informados":3,"aceptados":1,"rechazados":1,"reparos":1},{"tipo":41,"informados":2,"aceptados":2,"rechazados":0,"reparos":0}],
 "detalle_rep_rech":[{"tipo":39,"folio":1202,"estado":"RCH","descripcion":"DTE Rechazado",
   "error":[{"seccion":"HED","linea":222,"nivel":3,"codigo":100,"descripcion":"Valor Detalle Distinto","detalle":"[1000] <> [1001]"}]},
  {"tipo":39,"folio":1203,"estado":"RLV","descripcion":"DTE con Reparos","error":null}]}`

func TestBoletaUploadStatus(t *testing.T) {
	t.Parallel()
	var asked []string
	s := newBoletaSite(t, func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Method+" "+r.URL.String()+" "+r.Header.Get("Cookie")+" "+r.Header.Get("Accept")+" "+r.Header.Get("User-Agent"))
		_, _ = io.WriteString(w, boletaUpload)
	})
	status, err := s.client.Boleta.UploadStatus(t.Context(), owner, "0001014")
	require.NoError(t, err)
	assert.Equal(t, []string{
		"GET /recursos/v1/boleta.electronica.envio/76192083-9-0001014 TOKEN=BOLETASECRETO1 application/json " +
			"Mozilla/5.0 (compatible; PROG 1.0; +https://github.com/ofitec/chile)",
	}, asked)
	assert.Equal(t, &sii.BoletaUploadStatus{
		TrackID: "0001014", Estado: "EPR", Verdict: sii.VerdictRejected, Known: true, Processed: true,
		Received: time.Date(2026, 3, 5, 7, 57, 42, 0, chile.Santiago()),
		ByType: []sii.TypeCounts{
			{Type: 39, Informed: 3, Accepted: 1, Rejected: 1, Observed: 1}, {Type: 41, Informed: 2, Accepted: 2},
		},
		Informed: 5, Accepted: 3, Rejected: 1, Observed: 1,
		Details: []sii.BoletaDetail{
			{
				Type: 39, Folio: 1202, Estado: "RCH", Glosa: "DTE Rechazado", Verdict: sii.VerdictRejected, Known: true,
				Errors: []sii.BoletaError{{Code: "HED-3-100", Line: 222, Glosa: "Valor Detalle Distinto", Detail: "[1000] <> [1001]"}},
			},
			{Type: 39, Folio: 1203, Estado: "RLV", Glosa: "DTE con Reparos", Verdict: sii.VerdictObserved, Known: true},
		},
	}, status)
	code, known := sii.FindCode("dte.validation", status.Details[0].Errors[0].Code)
	assert.True(t, known)
	assert.Equal(t, sii.VerdictRejected, code.Verdict)
}

// No verdict is better than what its counts and its details say.
func TestBoletaUploadVerdicts(t *testing.T) {
	t.Parallel()
	counts := func(informed, accepted, rejected, observed int) string {
		return fmt.Sprintf(`"estadistica":[{"tipo":39,"informados":%d,"aceptados":%d,"rechazados":%d,"reparos":%d}]`, informed, accepted, rejected, observed)
	}
	const rejected, observed, accepted = `"detalle_rep_rech":[{"estado":"RCH","folio":null}]`, `"detalle_rep_rech":[{"estado":"RPR"}]`, `"detalle_rep_rech":[{"estado":"DOK"}]`
	for answer, want := range map[string]struct {
		verdict   sii.Verdict
		processed bool
	}{
		`{"estado":"REC"}`: {sii.VerdictSent, false},
		`{"estado":"REC","estadistica":null,"detalle_rep_rech":null}`: {sii.VerdictSent, false},
		`{"estado":"SOK"}`:                            {sii.VerdictSent, false},
		`{"estado":"CRT"}`:                            {sii.VerdictSent, false},
		`{"estado":"FOK"}`:                            {sii.VerdictSent, false},
		`{"estado":"PRD"}`:                            {sii.VerdictSent, false},
		`{"estado":"PDR"}`:                            {sii.VerdictSent, false},
		`{"estado":"RSC"}`:                            {sii.VerdictRejected, true},
		`{"estado":"RFR"}`:                            {sii.VerdictRejected, true},
		`{"estado":"RCT"}`:                            {sii.VerdictRejected, true},
		`{"estado":"VOF"}`:                            {sii.VerdictRejected, true},
		`{"estado":"RCO"}`:                            {sii.VerdictUnknown, false},
		`{"estado":"ZZZ"}`:                            {sii.VerdictUnknown, false},
		`{"estado":"EPR"}`:                            {sii.VerdictUnknown, true},
		`{"estado":"EPR","estadistica":[]}`:           {sii.VerdictUnknown, true},
		`{"estado":"EPR",` + counts(2, 2, 0, 0) + `}`: {sii.VerdictAccepted, true},
		`{"estado":"EPR",` + counts(2, 1, 0, 1) + `}`: {sii.VerdictObserved, true},
		`{"estado":"EPR",` + counts(3, 1, 1, 1) + `}`: {sii.VerdictRejected, true},
		`{"estado":"EPR",` + counts(3, 1, 0, 0) + `}`: {sii.VerdictUnknown, true},
		`{"estado":"EPR",` + counts(2, 2, 0, 0) + `,` + rejected + `}`:          {sii.VerdictRejected, true},
		`{"estado":"EPR",` + counts(2, 2, 0, 0) + `,` + observed + `}`:          {sii.VerdictObserved, true},
		`{"estado":"EPR",` + counts(2, 2, 0, 0) + `,` + accepted + `}`:          {sii.VerdictAccepted, true},
		`{"estado":"EPR",` + accepted + `}`:                                     {sii.VerdictUnknown, true},
		`{"estado":"EPR",` + observed + `}`:                                     {sii.VerdictUnknown, true},
		`{"estado":"EPR","estadistica":null,` + rejected + `}`:                  {sii.VerdictRejected, true},
		`{"estado":"EPR","estadistica":[{"informados":"2","aceptados":"2"}]}`:   {sii.VerdictAccepted, true},
		`{"estado":"EPR","estadistica":[{"informados":null,"aceptados":null}]}`: {sii.VerdictUnknown, true},
	} {
		s := newBoletaSite(t, says(200, asJSON, answer))
		status, err := s.client.Boleta.UploadStatus(t.Context(), owner, "1")
		require.NoError(t, err, answer)
		assert.Equal(t, want.verdict, status.Verdict, answer)
		assert.Equal(t, want.processed, status.Processed, answer)
		assert.Equal(t, !strings.Contains(answer, "ZZZ"), status.Known, answer)
		assert.True(t, status.Received.IsZero())
	}
}

// Answers that cannot be are none.
func TestBoletaUploadAnswersThatCannotBe(t *testing.T) {
	t.Parallel()
	for answer, kind := range map[string]error{
		`{}`:                            sii.ErrPortalChanged,
		`{"estado":null}`:               sii.ErrPortalChanged,
		`null`:                          sii.ErrPortalChanged,
		`{"estado":"EPR","trackid":2}`:  sii.ErrPortalChanged,
		`{"estado":"EPR","trackid":""}`: nil,
		`{"estado":"EPR","rut_emisor":"12345678-5"}`:                                          sii.ErrPortalChanged,
		`{"estado":"EPR","estadistica":[{"tipo":39,"informados":1,"aceptados":2}]}`:           sii.ErrPortalChanged,
		`{"estado":"EPR","estadistica":[{"tipo":39,"informados":-1}]}`:                        sii.ErrPortalChanged,
		`{"estado":"EPR","estadistica":[{"tipo":39,"informados":1.5}]}`:                       sii.ErrPortalChanged,
		`{"estado":"EPR","estadistica":[{"tipo":"x","informados":1}]}`:                        sii.ErrPortalChanged,
		`{"estado":"EPR","estadistica":[{"tipo":39,"informados":99999999999}]}`:               sii.ErrPortalChanged,
		`{"estado":"EPR","detalle_rep_rech":[{"folio":"x"}]}`:                                 sii.ErrPortalChanged,
		`{"estado":"EPR","detalle_rep_rech":[{"tipo":-39}]}`:                                  sii.ErrPortalChanged,
		`{"estado":"EPR","detalle_rep_rech":[{"error":[{"linea":"x"}]}]}`:                     sii.ErrPortalChanged,
		`{"estado":"EPR","detalle_rep_rech":{}}`:                                              sii.ErrPortalChanged,
		`{"estado":"EPR"`:                                                                     sii.ErrProtocol,
		`{"estado":"EPR","detalle_rep_rech":[` + strings.Repeat(`{"estado":"RCH"},`, 300_000): sii.ErrProtocol,
		`falta rut_receptor`:         sii.ErrInvalidRequest,
		`<html>Bienvenido</html>`:    sii.ErrUnavailable,
		strings.Repeat("[", 100_000): sii.ErrProtocol,
		`{"estado":"EPR","detalle_rep_rech":[{"tipo":null,"folio":null,"estado":"RCH"}],"x":1}`: nil,
	} {
		s := newBoletaSite(t, says(200, asJSON, answer))
		status, err := s.client.Boleta.UploadStatus(t.Context(), owner, "1")
		name := answer[:min(len(answer), 90)]
		if kind == nil {
			require.NoError(t, err, name)
			continue
		}
		require.ErrorIs(t, err, kind, name)
		assert.Nil(t, status)
	}
}

func TestBoletaQueriesThatAreNotSent(t *testing.T) {
	t.Parallel()
	s := newBoletaSite(t, says(200, asJSON, `{}`))
	for _, id := range []string{"", " ", "0", "x", "1/../2", "1?x=1", "123456789012345678901"} {
		_, err := s.client.Boleta.UploadStatus(t.Context(), owner, id)
		require.ErrorIs(t, err, sii.ErrInvalidRequest, id)
	}
	_, err := s.client.Boleta.UploadStatus(t.Context(), chile.RUT{}, "1")
	require.ErrorIs(t, err, sii.ErrInvalidRequest)
	for name, change := range map[string]func(q *sii.BoletaQuery){
		"issuer": func(q *sii.BoletaQuery) { q.Issuer = chile.RUT{} }, "receiver": func(q *sii.BoletaQuery) { q.Receiver = chile.RUT{} },
		"type": func(q *sii.BoletaQuery) { q.Type = 0 }, "folio": func(q *sii.BoletaQuery) { q.Folio = 0 }, "date": func(q *sii.BoletaQuery) { q.Issued = chile.Date{} },
	} {
		q := boleta
		change(&q)
		_, err := s.client.Boleta.DocumentStatus(t.Context(), q)
		require.ErrorIs(t, err, sii.ErrInvalidRequest, name)
	}
	assert.Zero(t, s.calls.Load())
}

var boleta = sii.BoletaQuery{
	Issuer: owner, Type: chile.BoletaElectronica, Folio: 1202, Receiver: chile.MustParseRUT("66666666-6"), Total: 11900, Issued: october.First(),
}

func TestBoletaDocumentStatus(t *testing.T) {
	t.Parallel()
	for answer, want := range map[string]*sii.BoletaStatus{
		`{"codigo":"DOK","descripcion":"Recibido"}`:                    {Estado: "DOK", Glosa: "Recibido", Verdict: sii.VerdictAccepted, Known: true, Amendment: sii.NotAmended},
		`{"codigo":"DNK","descripcion":"NO coinciden ` + "\xf1" + `"}`: {Estado: "DNK", Glosa: "NO coinciden ñ", Known: true, Mismatch: true},
		`{"codigo":"FAU"}`: {Estado: "FAU", Verdict: sii.VerdictSent, Known: true},
		`{"codigo":"FAN"}`: {Estado: "FAN", Verdict: sii.VerdictRejected, Known: true},
		`{"codigo":"ANC"}`: {Estado: "ANC", Verdict: sii.VerdictAccepted, Known: true, Amendment: sii.AnnulledByCreditNote},
		`{"codigo":"ZZZ"}`: {Estado: "ZZZ"},
	} {
		var asked string
		s := newBoletaSite(t, func(w http.ResponseWriter, r *http.Request) {
			asked = r.URL.String()
			_, _ = io.WriteString(w, answer)
		})
		status, err := s.client.Boleta.DocumentStatus(t.Context(), boleta)
		require.NoError(t, err, answer)
		assert.Equal(t, want, status)
		assert.Equal(t, "/recursos/v1/boleta.electronica/76192083-9-39-1202/estado?rut_receptor=66666666&dv_receptor=6&monto=11900&fechaEmision=01-10-2026", asked)
	}
}

// A query is repeated as other queries are, and its errors are told by status and
// by words.
func TestBoletaQueryFailures(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status int
		answer string
		kind   error
		code   string
		calls  int
	}{
		"missing parameter": {200, "falta fechaEmision", sii.ErrInvalidRequest, "", 1},
		"data":              {400, "monto inválido", sii.ErrInvalidRequest, "400", 1},
		"token":             {401, "NO ESTA AUTENTICADO", sii.ErrUnauthorized, "401", 2},
		"not there":         {404, "no existe", sii.ErrInvalidRequest, "404", 1},
		"500":               {500, "error", sii.ErrUnavailable, "500", 4},
		"no codigo":         {200, `{}`, sii.ErrPortalChanged, "desconocida", 1},
		"codigo of a token": {200, `{"codigo":"003"}`, sii.ErrUnauthorized, "003", 2},
	} {
		s := newBoletaSite(t, says(test.status, asJSON, test.answer))
		_, err := s.client.Boleta.DocumentStatus(t.Context(), boleta)
		require.ErrorIs(t, err, test.kind, name)
		assert.EqualValues(t, test.calls, s.calls.Load(), name)
		var e *sii.Error
		require.ErrorAs(t, err, &e)
		assert.Equal(t, test.code, e.Code().Code, name)
		assert.Equal(t, "boleta.document", e.Op)
		assert.Equal(t, test.status == 404, e.Retryable() && e.Code().Retry == sii.RetryLater, name)
	}
}
