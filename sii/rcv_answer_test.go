package sii_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii"
)

// conversation returns the token that an answer repeats.
func conversation(t *testing.T, body []byte) string {
	t.Helper()
	var answer struct {
		MetaData struct {
			Conversation string `json:"conversationId"`
		} `json:"metaData"`
	}
	require.NoError(t, json.Unmarshal(body, &answer))
	require.NotEmpty(t, answer.MetaData.Conversation)
	return answer.MetaData.Conversation
}

// withoutConversation returns the answer without the token.
func withoutConversation(t *testing.T, body []byte) []byte {
	t.Helper()
	token := conversation(t, body)
	return bytes.ReplaceAll(body, []byte(`"`+token+`"`), []byte(`"`+strings.Repeat("*", len(token))+`"`))
}

// The token is not kept, however the answer is cut into pieces, and stays in what
// is no value of its own.
func TestKeptAnswersOpenNoSession(t *testing.T) {
	t.Parallel()
	for name, cut := range map[string]func(io.Reader) io.Reader{
		"as it comes":  func(r io.Reader) io.Reader { return r },
		"byte by byte": iotest.OneByteReader, "halves": iotest.HalfReader, "data with the error": iotest.DataErrReader,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := newFake(t)
			first := purchase(1, rcv.Registro)
			first.Name = "NO ES TESTIGO"
			srv.AddPurchases(owner, october, first)
			var wire []byte
			hc := srv.Client()
			inner := hc.Transport
			hc.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
				resp, err := inner.RoundTrip(r)
				if err == nil && strings.HasSuffix(r.URL.Path, "getDetalleCompra") {
					body, readErr := io.ReadAll(resp.Body)
					require.NoError(t, readErr)
					require.NoError(t, resp.Body.Close())
					token := conversation(t, body)
					wire = bytes.ReplaceAll(body, []byte("TESTIGO"), []byte(token))
					resp.Body, resp.ContentLength = io.NopCloser(cut(bytes.NewReader(wire))), -1
				}
				return resp, err
			})
			var kept bytes.Buffer
			var told []sii.Answer
			docs, errs := read(t, newClient(t, srv, sii.WithHTTPClient(hc)), bought, &sii.RCVOptions{
				KeepAnswer: func(string) io.Writer { return &kept },
				OnAnswer:   func(a sii.Answer) { told = append(told, a) },
			})
			require.Empty(t, errs)
			require.Len(t, docs, 1)
			require.Len(t, told, 1)
			token := conversation(t, wire)
			assert.Equal(t, "NO ES "+token, docs[0].Name, "what is read is not changed")
			assert.Equal(t, string(withoutConversation(t, wire)), kept.String())
			assert.NotContains(t, kept.String(), `"`+token+`"`)
			assert.EqualValues(t, len(wire), told[0].Bytes)
		})
	}
}

// Where an answer cannot be kept the register is not read to its end.
func TestAnswerThatCannotBeKept(t *testing.T) {
	t.Parallel()
	srv := newFake(t)
	srv.AddPurchases(owner, october, purchase(1, rcv.Registro))
	full := errors.New("no space left")
	answers := 0
	_, errs := read(t, newClient(t, srv), bought, &sii.RCVOptions{
		KeepAnswer: func(string) io.Writer { return failingWriter{full} },
		OnAnswer:   func(sii.Answer) { answers++ },
	})
	require.Len(t, errs, 1)
	require.ErrorIs(t, errs[0], full)
	require.NotErrorIs(t, errs[0], sii.ErrUnavailable)
	assert.Zero(t, answers)
}

type failingWriter struct{ err error }

func (w failingWriter) Write([]byte) (int, error) { return 0, w.err }
