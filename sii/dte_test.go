package sii_test

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/sharedtest"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siitest"
)

func TestUploadVerdicts(t *testing.T) {
	t.Parallel()
	counts := func(informed, accepted, rejected, observed int) []siitest.UploadCount {
		return []siitest.UploadCount{{Type: 33, Informed: informed, Accepted: accepted, Rejected: rejected, Observed: observed}}
	}
	for name, test := range map[string]struct {
		upload           siitest.Upload
		verdict          sii.Verdict
		known, processed bool
	}{
		"received":                             {siitest.Upload{Estado: "REC"}, sii.VerdictSent, true, false},
		"schema valid":                         {siitest.Upload{Estado: "SOK"}, sii.VerdictSent, true, false},
		"in process, other spelling":           {siitest.Upload{Estado: "PRD"}, sii.VerdictSent, true, false},
		"processed, all accepted":              {siitest.Upload{Estado: "EPR", Counts: counts(2, 2, 0, 0)}, sii.VerdictAccepted, true, true},
		"processed, some rejected":             {siitest.Upload{Estado: "EPR", Counts: counts(2, 1, 1, 0)}, sii.VerdictRejected, true, true},
		"processed, with reparos":              {siitest.Upload{Estado: "EPR", Counts: counts(6, 3, 0, 3)}, sii.VerdictObserved, true, true},
		"processed, reparos and worse":         {siitest.Upload{Estado: "EPR", Counts: counts(6, 3, 1, 2)}, sii.VerdictRejected, true, true},
		"processed, without counts":            {siitest.Upload{Estado: "EPR"}, sii.VerdictUnknown, true, true},
		"processed, counts that do not add up": {siitest.Upload{Estado: "EPR", Counts: counts(5, 3, 0, 0)}, sii.VerdictUnknown, true, true},
		"rejected schema":                      {siitest.Upload{Estado: "RSC"}, sii.VerdictRejected, true, true},
		"rejected signature":                   {siitest.Upload{Estado: "RFR"}, sii.VerdictRejected, true, true},
		"minor reparos":                        {siitest.Upload{Estado: "RLV"}, sii.VerdictObserved, true, true},
		"book":                                 {siitest.Upload{Estado: "LOK"}, sii.VerdictUnknown, false, false},
		"code that nobody knows":               {siitest.Upload{Estado: "ZZZ"}, sii.VerdictUnknown, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := newFake(t)
			test.upload.Glosa = "Envío en acentos: áéíóúñ"
			srv.SetUpload(owner, "0260001234", test.upload)
			status, err := newClient(t, srv).DTE.UploadStatus(t.Context(), owner, "0260001234")
			require.NoError(t, err)
			assert.Equal(t, test.verdict, status.Verdict)
			assert.Equal(t, test.known, status.Known)
			assert.Equal(t, test.processed, status.Processed)
			assert.Equal(t, test.upload.Estado, status.Estado)
			assert.Equal(t, test.upload.Glosa, status.Glosa)
			assert.Equal(t, "0260001234", status.TrackID)
			assert.NotEmpty(t, status.AttentionNumber)
			assert.Empty(t, srv.Violations())
		})
	}
}

func TestUploadCountsByType(t *testing.T) {
	t.Parallel()
	for _, form := range siitest.AnswerForms() {
		srv := newFake(t, siitest.WithAnswerForms(form))
		srv.SetUpload(owner, "1", siitest.Upload{Estado: "EPR", Counts: []siitest.UploadCount{
			{Type: 33, Informed: 4, Accepted: 2, Rejected: 1, Observed: 1}, {Type: 61, Informed: 3, Accepted: 3},
		}})
		status, err := newClient(t, srv).DTE.UploadStatus(t.Context(), owner, "1")
		require.NoError(t, err, form.Name)
		assert.Equal(t, []sii.TypeCounts{
			{Type: 33, Informed: 4, Accepted: 2, Rejected: 1, Observed: 1}, {Type: 61, Informed: 3, Accepted: 3},
		}, status.ByType, form.Name)
		assert.EqualValues(t, 7, status.Informed)
		assert.EqualValues(t, 5, status.Accepted)
	}
}

func TestUploadThatIsNotThereYet(t *testing.T) {
	t.Parallel()
	status, err := newClient(t, newFake(t)).DTE.UploadStatus(t.Context(), owner, "99")
	require.NoError(t, err)
	assert.Equal(t, sii.VerdictSent, status.Verdict)
	assert.True(t, status.NotFound)
	assert.Equal(t, "-11", status.Estado)
}

func TestUploadFailures(t *testing.T) {
	t.Parallel()
	for estado, kind := range map[string]error{
		"-1": sii.ErrUnavailable, "-14": sii.ErrUnavailable, "-3": sii.ErrForbidden, "-6": sii.ErrForbidden,
		"-10": sii.ErrForbidden, "-13": sii.ErrInvalidRequest, "002": sii.ErrUnauthorized,
	} {
		srv := newFake(t)
		srv.Fail(siitest.OpUpload, siitest.Fault{Estado: estado, Glosa: "x"})
		_, err := newClient(t, srv).DTE.UploadStatus(t.Context(), owner, "1")
		require.ErrorIs(t, err, kind, estado)
	}
	_, err := newClient(t, newFake(t)).DTE.UploadStatus(t.Context(), owner, " ")
	require.ErrorIs(t, err, sii.ErrInvalidRequest)
}

// What a query lacks is said before anything is sent.
func TestQueriesThatAreNotSent(t *testing.T) {
	t.Parallel()
	good := sii.DocumentQuery{Requester: holder, Issuer: owner, Receiver: chile.MustParseRUT("60803000-K"), Type: 33, Folio: 42, Issued: october.First(), Total: 11900}
	sent := 0
	client := at(t, func(w http.ResponseWriter, _ *http.Request) {
		sent++
		w.WriteHeader(http.StatusInternalServerError)
	})
	for name, change := range map[string]func(*sii.DocumentQuery){
		"requester": func(q *sii.DocumentQuery) { q.Requester = chile.RUT{} }, "issuer": func(q *sii.DocumentQuery) { q.Issuer = chile.RUT{} },
		"receiver": func(q *sii.DocumentQuery) { q.Receiver = chile.RUT{} }, "type": func(q *sii.DocumentQuery) { q.Type = 0 }, "negative type": func(q *sii.DocumentQuery) { q.Type = -1 },
		"folio": func(q *sii.DocumentQuery) { q.Folio = 0 }, "negative folio": func(q *sii.DocumentQuery) { q.Folio = -1 }, "date": func(q *sii.DocumentQuery) { q.Issued = chile.Date{} },
	} {
		query := good
		change(&query)
		_, err := client.DTE.DocumentStatus(t.Context(), query)
		require.ErrorIs(t, err, sii.ErrInvalidRequest, name)
	}
	for _, trackID := range []string{"", strings.Repeat("1", 65)} {
		_, err := client.DTE.UploadStatus(t.Context(), owner, trackID)
		require.ErrorIs(t, err, sii.ErrInvalidRequest)
	}
	_, err := client.DTE.UploadStatus(t.Context(), chile.RUT{}, "1")
	require.ErrorIs(t, err, sii.ErrInvalidRequest)
	assert.Zero(t, sent)
	_, err = client.DTE.UploadStatus(t.Context(), owner, strings.Repeat("1", 64))
	require.ErrorIs(t, err, sii.ErrUnavailable)
	_, err = client.DTE.DocumentStatus(t.Context(), good)
	require.ErrorIs(t, err, sii.ErrUnavailable)
	assert.Positive(t, sent)
}

// respuestaOf answers every call with that header and body.
func respuestaOf(operation, header, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, soapAnswer(operation, header, body))
	}
}

// Answers about uploads that cannot be are none.
func TestAnswersAboutUploadsThatCannotBe(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		header, body string
		want         error
		says         string
	}{
		"no ESTADO":             {"<GLOSA>x</GLOSA>", "", sii.ErrProtocol, "no ESTADO"},
		"count before its type": {"<ESTADO>EPR</ESTADO>", "<INFORMADOS>1</INFORMADOS>", sii.ErrProtocol, "count INFORMADOS cannot be read"},
		"count that is none":    {"<ESTADO>EPR</ESTADO>", "<TIPO_DOCTO>33</TIPO_DOCTO><INFORMADOS>uno</INFORMADOS>", sii.ErrProtocol, "count INFORMADOS cannot be read"},
		"count below zero":      {"<ESTADO>EPR</ESTADO>", "<TIPO_DOCTO>33</TIPO_DOCTO><INFORMADOS>-1</INFORMADOS>", sii.ErrProtocol, "count INFORMADOS cannot be read"},
		"count twice":           {"<ESTADO>EPR</ESTADO>", "<TIPO_DOCTO>33</TIPO_DOCTO><INFORMADOS>1</INFORMADOS><INFORMADOS>1</INFORMADOS>", sii.ErrProtocol, "count INFORMADOS cannot be read"},
		"type that is none":     {"<ESTADO>EPR</ESTADO>", "<TIPO_DOCTO>x</TIPO_DOCTO>", sii.ErrProtocol, ""},
	} {
		client := at(t, respuestaOf("getEstUp", c.header, c.body))
		_, err := client.DTE.UploadStatus(t.Context(), owner, "1")
		require.ErrorIs(t, err, c.want, name)
		assert.ErrorContains(t, err, c.says, name)
	}
	client := at(t, respuestaOf("getEstUp", "<ESTADO>EPR</ESTADO>", "<TIPO_DOCTO>33</TIPO_DOCTO><INFORMADOS>1</INFORMADOS><ACEPTADOS>1</ACEPTADOS>"))
	status, err := client.DTE.UploadStatus(t.Context(), owner, "1")
	require.NoError(t, err)
	assert.EqualValues(t, 1, status.Accepted)

	query := sii.DocumentQuery{Requester: holder, Issuer: owner, Receiver: holder, Type: 33, Folio: 42, Issued: october.First(), Total: 11900}
	_, err = at(t, respuestaOf("getEstDte", "<GLOSA_ESTADO>x</GLOSA_ESTADO>", "")).DTE.DocumentStatus(t.Context(), query)
	require.ErrorIs(t, err, sii.ErrProtocol)
	assert.ErrorContains(t, err, "no ESTADO")
	document, err := at(t, respuestaOf("getEstDte", "<ESTADO>FAU</ESTADO><GLOSA_ESTADO>No recibido</GLOSA_ESTADO><GLOSA_ERR>No recibido</GLOSA_ERR>", "")).DTE.DocumentStatus(t.Context(), query)
	require.NoError(t, err)
	assert.Equal(t, []string{"No recibido"}, document.Observations, "what is said twice is told once")
}

// Of many differences the first are told, and how many more there are.
func TestIncompleteIsTold(t *testing.T) {
	t.Parallel()
	e := &sii.IncompleteError{Key: bought}
	for n := range 7 {
		e.Mismatches = append(e.Mismatches, rcv.Mismatch{State: rcv.Registro, Type: 33, Field: fmt.Sprintf("F%d", n), Promised: 3, Got: 2})
	}
	require.ErrorIs(t, e, sii.ErrIncomplete)
	assert.Equal(t, "sii: register 76192083-9 2026-10 COMPRA is incomplete; REGISTRO 33 F0: promised 3, got 2; REGISTRO 33 F1: promised 3, got 2; "+
		"REGISTRO 33 F2: promised 3, got 2; REGISTRO 33 F3: promised 3, got 2; REGISTRO 33 F4: promised 3, got 2; and 2 more", e.Error())
	e.Mismatches = e.Mismatches[:5]
	assert.NotContains(t, e.Error(), "more")
}

func TestDocumentVerdicts(t *testing.T) {
	t.Parallel()
	query := sii.DocumentQuery{
		Issuer: owner, Receiver: chile.MustParseRUT("60803000-K"), Type: 33, Folio: 42,
		Issued: october.First(), Total: 11900,
	}
	id := chile.DocumentID{Issuer: owner, Type: 33, Folio: 42}
	for estado, test := range map[string]struct {
		verdict                   sii.Verdict
		known, mismatch, annulled bool
		amendment                 sii.Amendment
	}{
		"DOK": {verdict: sii.VerdictAccepted, known: true, amendment: sii.NotAmended},
		"DNK": {verdict: sii.VerdictUnknown, known: true, mismatch: true},
		"FAU": {verdict: sii.VerdictSent, known: true},
		"FNA": {verdict: sii.VerdictRejected, known: true},
		"FAN": {verdict: sii.VerdictRejected, known: true},
		"EMP": {verdict: sii.VerdictRejected, known: true},
		"TMC": {verdict: sii.VerdictAccepted, known: true, amendment: sii.TextByCreditNote},
		"MMD": {verdict: sii.VerdictAccepted, known: true, amendment: sii.AmountByDebitNote},
		"ANC": {verdict: sii.VerdictAccepted, known: true, amendment: sii.AnnulledByCreditNote, annulled: true},
		"AND": {verdict: sii.VerdictAccepted, known: true, amendment: sii.AnnulledByDebitNote, annulled: true},
		"QQQ": {verdict: sii.VerdictUnknown},
	} {
		t.Run(estado, func(t *testing.T) {
			t.Parallel()
			srv := newFake(t)
			srv.SetDocument(id, siitest.Document{Estado: estado, Glosa: "Glosa ñ", ErrCode: "7", Detail: "Detalle"})
			status, err := newClient(t, srv).DTE.DocumentStatus(t.Context(), query)
			require.NoError(t, err)
			assert.Equal(t, test.verdict, status.Verdict)
			assert.Equal(t, test.known, status.Known)
			assert.Equal(t, test.mismatch, status.Mismatch)
			assert.Equal(t, test.amendment, status.Amendment)
			assert.Equal(t, test.annulled, status.Annulled())
			assert.Equal(t, "Glosa ñ", status.Glosa)
			assert.Equal(t, "7", status.ErrCode)
			if estado == "DOK" {
				assert.Empty(t, status.Observations)
			} else {
				assert.Equal(t, []string{"Glosa ñ", "Detalle"}, status.Observations)
			}
			assert.Empty(t, srv.Violations())
		})
	}
}

func TestDocumentIsComparedWithWhatTheSIIHas(t *testing.T) {
	t.Parallel()
	srv := newFake(t)
	srv.SetDocument(chile.DocumentID{Issuer: owner, Type: 33, Folio: 42}, siitest.Document{
		Receiver: chile.MustParseRUT("60803000-K"), Issued: october.First(), Total: 11900,
	})
	client := newClient(t, srv)
	query := sii.DocumentQuery{Issuer: owner, Receiver: chile.MustParseRUT("60803000-K"), Type: 33, Folio: 42, Issued: october.First(), Total: 11900}
	status, err := client.DTE.DocumentStatus(t.Context(), query)
	require.NoError(t, err)
	assert.Equal(t, sii.VerdictAccepted, status.Verdict)
	query.Total++
	status, err = client.DTE.DocumentStatus(t.Context(), query)
	require.NoError(t, err)
	assert.True(t, status.Mismatch)
	query.Folio = 43
	status, err = client.DTE.DocumentStatus(t.Context(), query)
	require.NoError(t, err)
	assert.Equal(t, "FAU", status.Estado)
	_, err = client.DTE.DocumentStatus(t.Context(), sii.DocumentQuery{Issuer: owner})
	require.ErrorIs(t, err, sii.ErrInvalidRequest)
}

func TestQueryDateLayoutIsASetting(t *testing.T) {
	t.Parallel()
	srv := newFake(t)
	client := newClient(t, srv, sii.WithWire(sii.Wire{QueryDateLayout: "02-01-2006"}))
	_, err := client.DTE.DocumentStatus(t.Context(), sii.DocumentQuery{
		Issuer: owner, Receiver: holder, Type: 33, Folio: 1, Issued: october.First(), Total: 1,
	})
	require.NoError(t, err)
	require.Len(t, srv.Violations(), 1)
	assert.Equal(t, "FechaEmisionDte", srv.Violations()[0].Rule)
}

// The answers that were written by hand for all clients.
func TestSharedAnswers(t *testing.T) {
	t.Parallel()
	for file, check := range map[string]func(t *testing.T, client *sii.Client){
		"getEstUp-EPR-aceptado.xml": func(t *testing.T, client *sii.Client) {
			status, err := client.DTE.UploadStatus(t.Context(), owner, "2515505801")
			require.NoError(t, err)
			assert.Equal(t, sii.VerdictAccepted, status.Verdict)
			assert.EqualValues(t, 2, status.Accepted)
			assert.Equal(t, "14916 ( 2026/11/20 10:32:07)", status.AttentionNumber)
		},
		"getEstUp-EPR-multi-tipo.xml": func(t *testing.T, client *sii.Client) {
			status, err := client.DTE.UploadStatus(t.Context(), owner, "2515505801")
			require.NoError(t, err)
			assert.Equal(t, sii.VerdictRejected, status.Verdict)
			assert.Len(t, status.ByType, 2)
		},
		"getEstUp-RFR.xml": func(t *testing.T, client *sii.Client) {
			status, err := client.DTE.UploadStatus(t.Context(), owner, "2515505801")
			require.NoError(t, err)
			assert.Equal(t, sii.VerdictRejected, status.Verdict)
			assert.Equal(t, "Rechazado por Error en Firma", status.Glosa)
		},
		"getEstUp-token-001.xml": func(t *testing.T, client *sii.Client) {
			_, err := client.DTE.UploadStatus(t.Context(), owner, "2515505801")
			require.ErrorIs(t, err, sii.ErrUnauthorized)
		},
		"fault.xml": func(t *testing.T, client *sii.Client) {
			_, err := client.DTE.UploadStatus(t.Context(), owner, "2515505801")
			require.ErrorIs(t, err, sii.ErrUnavailable)
			assert.ErrorContains(t, err, "java.lang.NullPointerException")
		},
		"getEstDte-DOK.xml": func(t *testing.T, client *sii.Client) {
			status, err := client.DTE.DocumentStatus(t.Context(), sii.DocumentQuery{
				Requester: holder, Issuer: owner, Receiver: holder, Type: 33, Folio: 1, Issued: october.First(), Total: 1,
			})
			require.NoError(t, err)
			assert.Equal(t, sii.VerdictAccepted, status.Verdict)
		},
	} {
		body, err := os.ReadFile(sharedtest.Path(t, "sii-responses", "soap", file))
		require.NoError(t, err)
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			check(t, at(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(body) }))
		})
	}
}
