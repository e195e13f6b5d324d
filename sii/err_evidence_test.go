package sii_test

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/sii"
)

// refusedWith returns the error of an answer.
func refusedWith(t *testing.T, contentType, body string) *sii.Error {
	t.Helper()
	client := at(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		_, _ = w.Write([]byte(body))
	}, once())
	var e *sii.Error
	require.ErrorAs(t, summarize(t.Context(), client), &e)
	return e
}

func TestEvidenceIsWhatCame(t *testing.T) {
	t.Parallel()
	e := refusedWith(t, "application/json", `{"resultado":{"version":2,"rut":"76192083-9","nombre":"Uno SpA"}}`)
	require.ErrorIs(t, e, sii.ErrPortalChanged)
	assert.Equal(t, &sii.Evidence{ContentType: "application/json", Text: `{"resultado":{"version":2,"rut":"76192083-9","nombre":"Uno SpA"}}`}, e.Evidence)
	assert.NotContains(t, e.Error(), "Uno SpA", "evidence is no part of the text")
	assert.Equal(t, `op: rcv.summary
kind: portal_changed
http status: 200
estado: 
entry: network desconocida
cause: rcv: not an answer of the register's facade: it has no respEstado with a codRespuesta
content type: application/json
there was more: false

{"resultado":{"version":0,"rut":"00000000-0","nombre":"xxx xxx"}}
`, e.Sample())
}

func TestEvidenceIsBounded(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"<html>" + strings.Repeat("ñ", 3000), "<html>" + strings.Repeat("\xf1", 3000), "<html>\x00\x01" + strings.Repeat("x", 1<<20)} {
		e := refusedWith(t, strings.Repeat("t", 1000), body)
		assert.LessOrEqual(t, len(e.Evidence.Text), 2<<10)
		assert.Greater(t, len(e.Evidence.Text), 2000)
		assert.LessOrEqual(t, len(e.Evidence.ContentType), 100)
		assert.True(t, e.Evidence.Cut)
		assert.True(t, utf8.ValidString(e.Evidence.Text))
		assert.NotContains(t, e.Evidence.Text, "\x00")
	}
}

func TestNoAnswerIsNoEvidence(t *testing.T) {
	t.Parallel()
	client, _ := script(t, sii.RetrySettings{Attempts: 1}, answer{})
	var e *sii.Error
	require.ErrorAs(t, summarize(t.Context(), client), &e)
	assert.Nil(t, e.Evidence)
	assert.Contains(t, e.Sample(), "connection reset")
}

// A token that the SII repeats is in nothing that is kept of it, however it is
// written and wherever the evidence is cut.
func TestTokenIsInNoEvidence(t *testing.T) {
	t.Parallel()
	const token = "TOKENSECRETO1"
	written := []string{
		token, strings.ToLower(token), "TOKEN=" + token, `{"metaData":{"conversationId":"` + token + `"}}`,
		url.QueryEscape("a=" + token), "%54OKENSECRETO1", "&#84;OKENSECRETO1", `\u0054OKENSECRETO1`,
		base64.StdEncoding.EncodeToString([]byte("Cookie: TOKEN=" + token)), hex.EncodeToString([]byte(token)),
	}
	for _, text := range written {
		for _, body := range []string{"<html>" + text + "</html>", `{"errorMsg":"` + text + `"}`, `{"x":"` + strings.Repeat("y ", 1015) + text + `"}`} {
			e := refusedWith(t, "text/html", body)
			kept := fmt.Sprintf("%v %+v %q %s", e, e.Evidence, e.Glosa, e.Sample())
			for _, part := range []string{token, strings.ToLower(token), "OKENSECRETO1", text} {
				assert.NotContains(t, kept, part, body)
			}
		}
	}
}
