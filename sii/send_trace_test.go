package sii_test

import (
	"context"
	"encoding/base64"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/sii"
)

// plantedFile is a file whose content nobody is to see.
var plantedFile = append([]byte("<?xml version=\"1.0\"?><RznSoc>Contenido-Plantado-731</RznSoc>"), envelope...)

// Observers see that something is sent, for whom, and how it ended.
func TestUploadsAreObserved(t *testing.T) {
	t.Parallel()
	var calls []sii.Call
	var ends []sii.AttemptEnd
	var attempts int
	observer := sii.WithObserver(sii.Observer{
		CallStart: func(_ context.Context, c sii.Call) context.Context {
			calls = append(calls, c)
			return nil
		},
		CallEnd:    func(_ context.Context, _ sii.Call, end sii.CallEnd) { attempts += end.Attempts },
		AttemptEnd: func(_ context.Context, _ sii.Attempt, end sii.AttemptEnd) { ends = append(ends, end) },
	})
	client := at(t, says(200, "text/xml", received("0", "<TRACKID>1</TRACKID>")), observer)
	_, err := client.DTE.Upload(t.Context(), holder, owner, "envio.xml", plantedFile)
	require.NoError(t, err)
	require.Len(t, calls, 1)
	assert.Equal(t, sii.Call{Op: "dte.send", Service: "upload", Environment: client.Environment().Name, Subject: sii.Subject{Owner: owner}}, calls[0])
	require.Len(t, ends, 1)
	assert.Equal(t, 200, ends[0].HTTPStatus)
	assert.Equal(t, 1, attempts)
	assert.NotZero(t, ends[0].Bytes)
}

// Neither the token nor the file shows in an error, a log or an event, in whatever
// way the SII repeats them.
func TestUploadsShowNoSecrets(t *testing.T) {
	t.Parallel()
	echo := func(token string) string {
		return token + " TOKEN=" + token + " " + url.QueryEscape(token) + " " + base64.StdEncoding.EncodeToString([]byte("TOKEN="+token)) + " "
	}
	for name, answer := range map[string]struct {
		status     int
		kind, text string // ECHO is what the SII repeats
	}{
		"STATUS 7":    {200, "text/xml", received("7", "<DETAIL><ERROR>LSX-00213: ECHO</ERROR></DETAIL>")},
		"STATUS":      {200, "text/xml", received("ECHO", "")},
		"STATUS 99":   {200, "text/xml", received("99", "<DETAIL><ERROR>ECHO Trackid 251550580</ERROR></DETAIL>")},
		"page":        {200, "text/html", "<html><body>Bienvenido ECHO"},
		"status 400":  {400, asJSON, "ECHO"},
		"text":        {200, asJSON, "LSX-00213: ECHO"},
		"JSON":        {200, asJSON, `{"estado":"ECHO"}`},
		"redirection": {307, "", "ECHO"},
	} {
		told := &record{}
		opts := []sii.Option{sii.WithObserver(told.observer()), sii.WithObserver(sii.LogObserver(told.logger()))}
		_, err := at(t, says(answer.status, answer.kind, strings.ReplaceAll(answer.text, "ECHO", echo("TOKENSECRETO1"))), opts...).DTE.Upload(t.Context(), holder, owner, "envio.xml", plantedFile)
		require.Error(t, err, name)
		told.error(err)
		site := newBoletaSite(t, says(answer.status, answer.kind, strings.ReplaceAll(answer.text, "ECHO", echo("BOLETASECRETO1"))), opts...)
		_, err = site.client.Boleta.Upload(t.Context(), holder, owner, "envio.xml", plantedFile)
		require.Error(t, err, name)
		told.error(err)
		shown := told.text.String()
		assert.True(t, strings.Contains(shown, "dte.send") && strings.Contains(shown, "boleta.send"), name)
		for _, secret := range []string{"TOKENSECRETO", "BOLETASECRETO", base64.StdEncoding.EncodeToString([]byte("TOKEN=TOKENSE"))[:16], "Contenido-Plantado", plantedPassword} {
			assert.False(t, strings.Contains(shown, secret), "%s: %s", name, secret) // without printing all of it
		}
	}
	told := &record{}
	receipt, err := at(t, says(200, "text/xml", received("0", "<TRACKID>7</TRACKID><DETAIL><ERROR>"+echo("TOKENSECRETO1")+"</ERROR></DETAIL>"))).
		DTE.Upload(t.Context(), holder, owner, "envio.xml", plantedFile)
	require.NoError(t, err)
	told.show(receipt)
	assert.False(t, strings.Contains(told.text.String(), "TOKENSECRETO"))
}
