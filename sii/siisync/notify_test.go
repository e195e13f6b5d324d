package siisync

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/internal/echotest"
)

func TestWebhook(t *testing.T) {
	t.Parallel()
	var got []map[string]any
	status := http.StatusOK
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		var message map[string]any
		_ = json.Unmarshal(body, &message)
		got = append(got, message)
		if status == http.StatusFound {
			w.Header().Set("Location", "http://example.com/")
		}
		w.WriteHeader(status)
	}))
	defer server.Close()
	const secret = "T000/B000/planted"
	n, err := NewWebhookNotifier(server.Client(), server.URL+"/services/"+secret)
	require.NoError(t, err)
	alert := Alert{Kind: AlertClaimed, Owner: owner, Text: "Factura de <!channel> A&B <https://example.com|x> &lt; fue reclamada"}
	require.NoError(t, n.Notify(t.Context(), alert))
	require.Equal(t, []map[string]any{{
		"text":   "76.192.083-9: Factura de &lt;!channel&gt; A&amp;B &lt;https://example.com|x&gt; &amp;lt; fue reclamada",
		"mrkdwn": false, "unfurl_links": false, "unfurl_media": false,
	}}, got)
	require.Equal(t, "webhook", n.Name())
	require.Equal(t, "finanzas", n.Named("finanzas").Name())
	require.NoError(t, n.Named("finanzas").Notify(t.Context(), alert))
	for _, status = range []int{http.StatusFound, http.StatusForbidden, http.StatusInternalServerError} {
		err := n.Notify(t.Context(), alert)
		require.ErrorIs(t, err, ErrWebhook)
		require.NotContains(t, err.Error(), secret)
	}
	server.Close()
	err = n.Notify(t.Context(), alert)
	require.ErrorIs(t, err, ErrWebhook)
	require.NotContains(t, err.Error(), secret)
	for shape, answer := range echotest.Shapes {
		n, err := NewWebhookNotifier(echotest.Client(answer("/services/"+secret)), "https://hooks.example.com/services/"+secret)
		require.NoError(t, err)
		if err := n.Notify(t.Context(), alert); err != nil {
			require.ErrorIs(t, err, ErrWebhook, shape)
			echotest.Check(t, "planted", err)
		}
	}
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "n", n)
	require.NotContains(t, fmt.Sprintf("%v %+v %#v %s", n, n, n, n)+log.String(), secret)
	for _, address := range []string{"http://example.com/" + secret, "ftp://x/" + secret, "%", ""} {
		_, err := NewWebhookNotifier(server.Client(), address)
		require.ErrorIs(t, err, ErrWebhook)
		require.NotContains(t, err.Error(), secret)
	}
}

func TestLogNotifier(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	n := LogNotifier{slog.New(slog.NewTextHandler(&log, nil))}
	require.NoError(t, n.Notify(t.Context(), Alert{Kind: AlertClaimed, Text: "fue reclamada"}))
	require.Contains(t, log.String(), "fue reclamada")
}
