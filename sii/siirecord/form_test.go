package siirecord_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siirecord"
)

// For an upload, the cassette has sender, company and a hash, but not the file,
// which is a complete document of a company.
func TestUploadsAreRecordedWithoutTheFile(t *testing.T) {
	t.Parallel()
	file := []byte("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\r\n\r\n<RznSoc>Muebles \xd1u\xf1oa</RznSoc><X509Certificate>TUlJ\x01</X509Certificate>")
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, "<RECEPCIONDTE><RUTCOMPANY>76192083-9</RUTCOMPANY><STATUS>0</STATUS><TRACKID>0260001234</TRACKID></RECEPCIONDTE>")
	}))
	t.Cleanup(srv.Close)
	for _, anonymous := range []bool{false, true} {
		var cassette bytes.Buffer
		recorder := siirecord.NewRecorder(&cassette, &siirecord.Settings{Anonymous: anonymous})
		_, err := uploader(t, srv.URL, sii.WithRoundTripper(recorder.Around)).DTE.Upload(t.Context(), holder, owner, "envio.xml", file)
		require.NoError(t, err)
		require.NoError(t, recorder.Close())
		text := cassette.String()
		for _, secret := range []string{"TOKENSECRETO1", "oa</RznSoc>", "Muebles", "X509Certificate", "TUlJ"} {
			assert.False(t, strings.Contains(text, secret), secret)
		}
		assert.Contains(t, text, fmt.Sprintf(">missing: a file of %d bytes, SHA-256 %x", len(file), sha256.Sum256(file)))
		assert.Contains(t, text, `name=\"archivo\"; filename=\"envio.xml\"`)
		assert.Contains(t, text, "operation: DTEUpload\n")
		for _, rut := range []string{"11111111", "76192083"} {
			assert.Equal(t, !anonymous, strings.Contains(text, rut), rut)
		}

		// It is replayed for the same operation, whatever the file.
		parsed, err := siirecord.Read(strings.NewReader(text))
		require.NoError(t, err)
		replayer := parsed.Replayer()
		client := uploader(t, srv.URL, sii.WithHTTPClient(&http.Client{Transport: replayer}))
		receipt, err := client.DTE.Upload(t.Context(), holder, owner, "otro.xml", []byte("<otro/>"))
		if anonymous {
			require.ErrorIs(t, err, sii.ErrUnknownOutcome, "the company in the cassette is another one")
			continue
		}
		require.NoError(t, err)
		assert.Equal(t, "0260001234", receipt.TrackID)
		require.NoError(t, replayer.Done())
	}
}

func uploader(t *testing.T, address string, opts ...sii.Option) *sii.Client {
	t.Helper()
	client, err := sii.NewClient(sii.At(address), append([]sii.Option{
		sii.WithTokenSource(sii.TokenFunc(func(context.Context) (string, time.Time, error) {
			return "TOKENSECRETO1", time.Now().Add(time.Hour), nil
		})),
	}, opts...)...)
	require.NoError(t, err)
	return client
}

// In a form of another shape, no content of a file is recorded.
func TestFormsOfOtherPrograms(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"boundary within the file": "--b\r\nContent-Disposition: form-data; name=\"archivo\"; FILENAME=\"a\"\r\n\r\nSecreto--bSecreto\r\n--b--\r\n",
		"before the first part":    "Secreto\r\n--b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n1\r\n--b--\r\n",
		"without an end":           "--b\r\nContent-Disposition: form-data; name=\"archivo\"; filename*=UTF-8''a\r\n\r\nSecreto",
		"without a head":           "--b\r\nSecreto",
		"no form":                  "Secreto",
	} {
		var cassette bytes.Buffer
		recorder := siirecord.NewRecorder(&cassette, nil)
		srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, srv.URL, strings.NewReader(body))
		require.NoError(t, err)
		req.Header.Set("Content-Type", "multipart/form-data; boundary=b")
		resp, err := recorder.Around(srv.Client().Transport).RoundTrip(req)
		require.NoError(t, err)
		_, _ = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
		srv.Close()
		require.NoError(t, recorder.Close())
		assert.False(t, strings.Contains(cassette.String(), "Secreto"), name)
	}
}
