package sii_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/sii"
)

// envelope stands for a signed file: no byte of it may change.
var envelope = []byte("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n<EnvioDTE>\xf1and\xfa \r\n --\x00</EnvioDTE>")

// received is an answer of DTEUpload.
func received(status, rest string) string {
	return "<?xml version=\"1.0\"?>\n<RECEPCIONDTE>\n <RUTSENDER>11111111-1</RUTSENDER>\n <RUTCOMPANY>76192083-9</RUTCOMPANY>\n <FILE>envio.xml</FILE>\n" +
		" <TIMESTAMP>2026-10-05 10:30:00</TIMESTAMP>\n <STATUS>" + status + "</STATUS>\n" + rest + "</RECEPCIONDTE>\n"
}

// upload sends the envelope to a server that answers so, whatever comes.
func upload(t *testing.T, status int, contentType, answer string, opts ...sii.Option) (receipt *sii.UploadReceipt, sent int, err error) {
	t.Helper()
	var count atomic.Int32
	client := at(t, func(w http.ResponseWriter, r *http.Request) {
		count.Add(1)
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, answer)
	}, opts...)
	receipt, err = client.DTE.Upload(t.Context(), holder, owner, "envio.xml", envelope)
	if err != nil {
		assert.Nil(t, receipt)
		assert.NotContains(t, err.Error(), "TOKENSECRETO")
	}
	return receipt, int(count.Load()), err
}

func TestUploadReceipt(t *testing.T) {
	t.Parallel()
	receipt, sent, err := upload(t, 200, "text/xml", received("0", "<TRACKID>0260001234</TRACKID>"))
	require.NoError(t, err)
	assert.Equal(t, 1, sent)
	assert.Equal(t, &sii.UploadReceipt{
		TrackID: "0260001234", Status: "0", Received: time.Date(2026, 10, 5, 10, 30, 0, 0, chile.Santiago()),
	}, receipt)
}

// Each STATUS has its outcome, its kind and its entry of the catalogue.
func TestUploadStatuses(t *testing.T) {
	t.Parallel()
	const detail = "<DETAIL><ERROR>LSX-00213: algo de TOKENSECRETO1</ERROR><ERROR>LSX-00265: otro</ERROR></DETAIL>"
	for status, test := range map[string]struct {
		outcome, kind error
		code          string
		retry         sii.Retry
		sent          int
	}{
		"1":    {sii.ErrRefused, sii.ErrForbidden, "1", sii.RetryNever, 1},
		"2":    {sii.ErrRefused, sii.ErrInvalidRequest, "2", sii.RetryNever, 1},
		"3":    {sii.ErrRefused, sii.ErrUnavailable, "3", sii.RetryLater, 1},
		"5":    {sii.ErrRefused, sii.ErrUnauthorized, "5", sii.RetryToken, 2},
		"6":    {sii.ErrRefused, sii.ErrForbidden, "6", sii.RetryNever, 1},
		"7":    {sii.ErrRefused, sii.ErrRejected, "7", sii.RetryNever, 1},
		"8":    {sii.ErrRefused, sii.ErrRejected, "8", sii.RetryNever, 1},
		"9":    {sii.ErrRefused, sii.ErrUnavailable, "9", sii.RetryLater, 1},
		"99":   {sii.ErrDuplicate, nil, "99", "", 1},
		"106":  {sii.ErrRefused, sii.ErrForbidden, "106", sii.RetryNever, 1},
		"4":    {sii.ErrUnknownOutcome, sii.ErrUnavailable, "otro", sii.RetryLater, 1},
		"1234": {sii.ErrUnknownOutcome, sii.ErrUnavailable, "otro", sii.RetryLater, 1},
	} {
		t.Run(status, func(t *testing.T) {
			t.Parallel()
			_, sent, err := upload(t, 200, "text/xml", received(status, detail))
			assert.Equal(t, test.sent, sent)
			for _, outcome := range []error{sii.ErrNotSent, sii.ErrRefused, sii.ErrUnknownOutcome, sii.ErrDuplicate} {
				assert.Equal(t, errors.Is(test.outcome, outcome), errors.Is(fmt.Errorf("a wrap: %w", err), outcome), outcome)
			}
			if test.kind != nil {
				require.ErrorIs(t, err, test.kind)
			}
			var failed *sii.UploadError
			require.ErrorAs(t, err, &failed)
			assert.Equal(t, []string{"LSX-00213: algo de ***", "LSX-00265: otro"}, failed.Details)
			assert.Empty(t, failed.TrackID)
			var e *sii.Error
			require.ErrorAs(t, err, &e)
			assert.Equal(t, "dte.send", e.Op)
			assert.Equal(t, status, e.Estado)
			assert.Equal(t, "LSX-00213: algo de *** / LSX-00265: otro", e.Glosa)
			assert.Equal(t, "dte.send", e.Code().Table)
			assert.Equal(t, test.code, e.Code().Code)
			assert.Equal(t, test.retry, e.Code().Retry)
			if status == "99" {
				assert.Equal(t, 15*time.Minute, e.RetryAfter)
			} else {
				assert.Zero(t, e.RetryAfter)
			}
		})
	}
}

// What is not a receipt is none, whatever the HTTP status says.
func TestUploadAnswersThatAreNoReceipt(t *testing.T) {
	t.Parallel()
	page := func(text string) string { return "<html><body>" + text + "</body></html>" }
	good := received("0", "<TRACKID>0260001234</TRACKID>")
	for name, test := range map[string]struct {
		status        int
		answer        string
		outcome, kind error
		code          string
		sent          int
	}{
		"page":                     {200, page("Bienvenido"), sii.ErrUnknownOutcome, sii.ErrUnauthorized, "página de envío", 1},
		"page of the CGI":          {200, "<html><title>Error 501</title></html>", sii.ErrUnknownOutcome, sii.ErrUnauthorized, "Error 501", 1},
		"page of an upload":        {200, page("HA OCURRIDO UN ERROR EN EL UPLOAD"), sii.ErrUnknownOutcome, sii.ErrUnauthorized, "upload", 1},
		"not authenticated":        {200, page("NO ESTA AUTENTICADO"), sii.ErrRefused, sii.ErrUnauthorized, "NO ESTA AUTENTICADO", 2},
		"login":                    {200, page(`<form><input type="password"></form>`), sii.ErrRefused, sii.ErrUnauthorized, "login", 2},
		"maintenance":              {503, page("503 Service Temporarily Unavailable: maintenance downtime"), sii.ErrUnknownOutcome, sii.ErrUnavailable, "mantención", 1},
		"error 500":                {200, "Error 500", sii.ErrUnknownOutcome, sii.ErrUnavailable, "Error 500", 1},
		"500":                      {500, "", sii.ErrUnknownOutcome, sii.ErrUnavailable, "500", 1},
		"500 with a receipt":       {500, good, sii.ErrUnknownOutcome, sii.ErrUnavailable, "500", 1},
		"401":                      {401, "", sii.ErrRefused, sii.ErrUnauthorized, "401", 2},
		"404":                      {404, "", sii.ErrRefused, sii.ErrPortalChanged, "404", 1},
		"408":                      {408, "", sii.ErrUnknownOutcome, sii.ErrUnavailable, "408", 1},
		"413":                      {413, "", sii.ErrRefused, sii.ErrInvalidRequest, "4xx", 1},
		"429":                      {429, "", sii.ErrRefused, sii.ErrThrottled, "429", 1},
		"empty":                    {200, "", sii.ErrUnknownOutcome, sii.ErrProtocol, "incompleta", 1},
		"white space":              {200, " \r\n", sii.ErrUnknownOutcome, sii.ErrProtocol, "incompleta", 1},
		"cut":                      {200, good[:len(good)-20], sii.ErrUnknownOutcome, sii.ErrProtocol, "incompleta", 1},
		"other XML":                {200, "<?xml version=\"1.0\"?><RESPUESTA><STATUS>0</STATUS><TRACKID>1</TRACKID></RESPUESTA>", sii.ErrUnknownOutcome, sii.ErrPortalChanged, "desconocida", 1},
		"JSON":                     {200, `{"STATUS":0}`, sii.ErrUnknownOutcome, sii.ErrProtocol, "", 1},
		"no STATUS":                {200, "<RECEPCIONDTE><TRACKID>260001234</TRACKID></RECEPCIONDTE>", sii.ErrUnknownOutcome, sii.ErrPortalChanged, "desconocida", 1},
		"empty STATUS":             {200, received("", "<TRACKID>260001234</TRACKID>"), sii.ErrUnknownOutcome, sii.ErrPortalChanged, "desconocida", 1},
		"STATUS that is a word":    {200, received("OK", "<TRACKID>260001234</TRACKID>"), sii.ErrUnknownOutcome, sii.ErrPortalChanged, "desconocida", 1},
		"negative STATUS":          {200, received("-0", "<TRACKID>260001234</TRACKID>"), sii.ErrUnknownOutcome, sii.ErrPortalChanged, "desconocida", 1},
		"no track id":              {200, received("0", ""), sii.ErrUnknownOutcome, sii.ErrPortalChanged, "desconocida", 1},
		"track id of zeros":        {200, received("0", "<TRACKID>0000000000</TRACKID>"), sii.ErrUnknownOutcome, sii.ErrPortalChanged, "desconocida", 1},
		"track id that is a word":  {200, received("0", "<TRACKID>null</TRACKID>"), sii.ErrUnknownOutcome, sii.ErrPortalChanged, "desconocida", 1},
		"of another company":       {200, strings.ReplaceAll(good, "76192083-9", "12345678-5"), sii.ErrUnknownOutcome, sii.ErrPortalChanged, "desconocida", 1},
		"of another sender":        {200, strings.ReplaceAll(good, "11111111-1", "12345678-5"), sii.ErrUnknownOutcome, sii.ErrPortalChanged, "desconocida", 1},
		"with a document type":     {200, "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a \"b\">]>" + good, sii.ErrUnknownOutcome, sii.ErrPortalChanged, "desconocida", 1},
		"more than it can be":      {200, "<RECEPCIONDTE>" + strings.Repeat(" ", 1<<20), sii.ErrUnknownOutcome, sii.ErrProtocol, "tamaño", 1},
		"redirection within":       {307, "", sii.ErrUnknownOutcome, sii.ErrProtocol, "3xx", 1},
		"redirection that is told": {302, "", sii.ErrUnknownOutcome, sii.ErrProtocol, "3xx", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, sent, err := upload(t, test.status, "text/html", test.answer)
			require.ErrorIs(t, err, test.outcome)
			require.ErrorIs(t, err, test.kind)
			assert.Equal(t, test.sent, sent)
			var e *sii.Error
			require.ErrorAs(t, err, &e)
			if test.code != "" {
				assert.Equal(t, test.code, e.Code().Code)
			}
		})
	}
}

// A lying redirection is not followed, neither with the file nor with the token.
func TestUploadFollowsNoRedirection(t *testing.T) {
	t.Parallel()
	for _, status := range []int{301, 302, 303, 307, 308} {
		var paths []string
		client := at(t, func(w http.ResponseWriter, r *http.Request) {
			paths = append(paths, r.Method+" "+r.URL.Path)
			_, _ = io.Copy(io.Discard, r.Body)
			w.Header().Set("Location", "/cgi_dte/UPL/DTEUpload2")
			w.WriteHeader(status)
		})
		_, err := client.DTE.Upload(t.Context(), holder, owner, "envio.xml", envelope)
		require.ErrorIs(t, err, sii.ErrUnknownOutcome, status)
		assert.Equal(t, []string{"POST /cgi_dte/UPL/DTEUpload"}, paths)
	}
}

// The track id is read out of the text in any of its spellings, and no other number
// is taken for one.
func TestDuplicateNamesItsTrackID(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct {
		id   string
		wait time.Duration
	}{
		"Archivo ya fue enviado 2 veces con Trackid 251550580. Debe esperar 900 segundos antes de reintentar": {"251550580", 0},
		"TRACK ID: 0251550580":                             {"0251550580", 0},
		"ya recibido, track-id N° 123456789012345":         {"123456789012345", 0},
		"ya recibido (TrackID=251550580)":                  {"251550580", 0},
		"Trackid anterior 251550580":                       {"251550580", 0},
		"Archivo ya fue enviado 2 veces":                   {"", 15 * time.Minute},
		"Debe esperar 300 segundos antes de reintentar":    {"", 5 * time.Minute},
		"Sin trackid. Debe esperar 900 segundos":           {"", 15 * time.Minute},
		"Trackid: 900 segundos":                            {"", 15 * time.Minute},
		"Trackid 0":                                        {"", 15 * time.Minute},
		"Trackid 123456789012345678901":                    {"", 15 * time.Minute},
		"Debe esperar 999999 segundos antes de reintentar": {"", 24 * time.Hour},
	} {
		_, sent, err := upload(t, 200, "text/xml", received("99", "<DETAIL><ERROR>"+text+"</ERROR></DETAIL>"))
		require.ErrorIs(t, err, sii.ErrDuplicate, text)
		assert.Equal(t, 1, sent)
		var failed *sii.UploadError
		require.ErrorAs(t, err, &failed)
		assert.Equal(t, sii.OutcomeDuplicate, failed.Outcome)
		assert.Equal(t, want.id, failed.TrackID, text)
		var e *sii.Error
		require.ErrorAs(t, err, &e)
		assert.Equal(t, want.wait, e.RetryAfter, text)
		assert.Equal(t, "upload_duplicate", sii.KindName(err))
	}
	// DETAIL beside RECEPCIONDTE, as one client has it, and as text of its own.
	for _, answer := range []string{
		"<R><RECEPCIONDTE><STATUS>99</STATUS></RECEPCIONDTE><DETAIL><ERROR>Trackid 251550580</ERROR></DETAIL></R>",
		"<RECEPCIONDTE><STATUS>099</STATUS><DETAIL>Trackid 251550580</DETAIL></RECEPCIONDTE>",
		"<RECEPCIONDTE><STATUS>99</STATUS><TRACKID>251550580</TRACKID></RECEPCIONDTE>",
	} {
		_, _, err := upload(t, 200, "text/xml", answer)
		var failed *sii.UploadError
		require.ErrorAs(t, err, &failed)
		assert.Equal(t, "251550580", failed.TrackID)
	}
	// One about another upload is none of this one.
	_, _, err := upload(t, 200, "text/xml", strings.ReplaceAll(received("99", "<DETAIL><ERROR>Trackid 251550580</ERROR></DETAIL>"), "76192083-9", "12345678-5"))
	require.ErrorIs(t, err, sii.ErrUnknownOutcome)
}

// What must not be sent is not.
func TestUploadsThatAreNotSent(t *testing.T) {
	t.Parallel()
	sent := 0
	client := at(t, func(http.ResponseWriter, *http.Request) { sent++ }, sii.WithHolder(holder))
	for name, test := range map[string]struct {
		sender, company chile.RUT
		name            string
		content         []byte
	}{
		"company":        {holder, chile.RUT{}, "envio.xml", envelope},
		"other sender":   {owner, owner, "envio.xml", envelope},
		"name":           {holder, owner, "", envelope},
		"long name":      {holder, owner, strings.Repeat("a", 101), envelope},
		"quote":          {holder, owner, `envio".xml`, envelope},
		"lines":          {holder, owner, "envio.xml\r\nX: y", envelope},
		"accent":         {holder, owner, "envío.xml", envelope},
		"path":           {holder, owner, "a/envio.xml", envelope},
		"content":        {holder, owner, "envio.xml", nil},
		"large content":  {holder, owner, "envio.xml", make([]byte, 32<<20+1)},
		"nobody's token": {chile.RUT{}, chile.RUT{}, "envio.xml", envelope},
	} {
		_, err := client.DTE.Upload(t.Context(), test.sender, test.company, test.name, test.content)
		require.ErrorIs(t, err, sii.ErrNotSent, name)
		require.ErrorIs(t, err, sii.ErrInvalidRequest, name)
	}
	assert.Zero(t, sent)
	_, err := at(t, func(http.ResponseWriter, *http.Request) { sent++ }).DTE.Upload(t.Context(), chile.RUT{}, owner, "envio.xml", envelope)
	require.ErrorIs(t, err, sii.ErrNotSent)
	assert.Zero(t, sent)
}

// Without a token nothing is sent.
func TestUploadWithoutAToken(t *testing.T) {
	t.Parallel()
	refuse := sii.WithTokenSource(sii.TokenFunc(func(context.Context) (string, time.Time, error) {
		return "", time.Time{}, &sii.Error{Op: "token", Kind: sii.ErrUnavailable}
	}))
	client, err := sii.NewClient(sii.At("http://127.0.0.1:1"), refuse, atOnce())
	require.NoError(t, err)
	_, err = client.DTE.Upload(t.Context(), holder, owner, "envio.xml", envelope)
	require.ErrorIs(t, err, sii.ErrNotSent)
	require.ErrorIs(t, err, sii.ErrUnavailable)
}

func TestSameTrackID(t *testing.T) {
	t.Parallel()
	assert.True(t, sii.SameTrackID("0260001234", "260001234"))
	assert.True(t, sii.SameTrackID("260001234", "260001234"))
	assert.False(t, sii.SameTrackID("260001234", "2600012340"))
	assert.False(t, sii.SameTrackID("", "0"))
	assert.False(t, sii.SameTrackID("", ""))
}
