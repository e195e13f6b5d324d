package siisync

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/memory"
)

// inbox is a notifier that keeps what it gets.
type inbox struct {
	name string
	got  []Alert
	err  error
}

func (i *inbox) Name() string { return i.name }

func (i *inbox) Notify(_ context.Context, alert Alert) error {
	if i.err != nil {
		return i.err
	}
	i.got = append(i.got, alert)
	return nil
}

func (i *inbox) take() []AlertKind {
	var kinds []AlertKind
	for _, a := range i.got {
		kinds = append(kinds, a.Kind)
	}
	i.got = nil
	return kinds
}

func importDocs(t *testing.T, store Store, key rcv.Key, docs ...rcv.Document) *storage.ImportResult {
	t.Helper()
	result, err := newSyncer(&register{docs: docs}, store, nil).Book(t.Context(), key)
	require.NoError(t, err)
	return result
}

func TestAlertsPending(t *testing.T) {
	t.Parallel()
	store, c, box := memory.New(), newClock(), &inbox{name: "a"}
	d := purchase(1, rcv.Pendiente)
	d.Received = time.Date(2026, 11, 20, 23, 30, 0, 0, chile.Santiago()) // late that day
	accepted := purchase(2, rcv.Registro)
	accepted.Received = d.Received
	importDocs(t, store, bought, d, accepted, purchase(3, rcv.Pendiente))
	assert.Equal(t, "2026-11-28", LastDayToClaim(&d).String())
	alerts := NewAlerts(store, AlertSettings{Now: c.Now}, box)
	at := func(day, hour int) []AlertKind {
		c.now = time.Date(2026, 11, day, hour, 0, 0, 0, chile.Santiago())
		require.NoError(t, alerts.Pending(t.Context(), owner))
		return box.take()
	}
	assert.Empty(t, at(24, 12), "four days are left")
	assert.Equal(t, []AlertKind{AlertPending}, at(25, 0))
	assert.Empty(t, at(26, 12), "once")
	c.now = time.Date(2026, 11, 27, 12, 0, 0, 0, chile.Santiago())
	again := NewAlerts(store, AlertSettings{Now: c.Now}, box)
	require.NoError(t, again.Pending(t.Context(), owner))
	require.Len(t, box.got, 1, "one day is left")
	assert.Contains(t, box.got[0].Text, "quedan 1 días")
	assert.Equal(t, "2026-11-28", box.got[0].Deadline.String())
	box.take()
	assert.Empty(t, at(28, 23), "what was told stands in the store")
	assert.Empty(t, at(29, 0), "it is too late")
}

func TestAlertsImported(t *testing.T) {
	t.Parallel()
	store, box := memory.New(), &inbox{name: "a"}
	alerts := NewAlerts(store, AlertSettings{}, box)
	told := func(docs ...rcv.Document) []AlertKind {
		require.NoError(t, alerts.Imported(t.Context(), importDocs(t, store, bought, docs...)))
		return box.take()
	}
	known := []rcv.Document{purchase(1, rcv.Registro), purchase(2, rcv.Registro), purchase(3, rcv.Registro), purchase(4, rcv.Pendiente)}
	assert.Empty(t, told(known...), "all of the first import is new")
	assert.Empty(t, told(append(known, purchase(5, rcv.Registro))...), "a supplier who is known, an amount as always")

	large := purchase(6, rcv.Registro)
	large.Total, large.Net = 5000, 4810
	known = append(known, purchase(5, rcv.Registro))
	assert.Equal(t, []AlertKind{AlertAmount}, told(append(known, large)...))

	stranger := purchase(7, rcv.Registro)
	stranger.Counterparty, stranger.Name = chile.MustParseRUT("77222222-K"), "Nadie SpA"
	known = append(known, large)
	assert.Equal(t, []AlertKind{AlertSupplier}, told(append(known, stranger)...))

	known = append(known, stranger)
	known[3].State = rcv.Reclamado
	assert.Equal(t, []AlertKind{AlertClaimed}, told(known...))
	known[3].State = rcv.Registro
	assert.Empty(t, told(known...))

	assert.Equal(t, []AlertKind{AlertSmaller}, told(known[:5]...))
	require.Empty(t, told(known[:5]...))
}

// Each notifier gets an alert once, whatever becomes of the others.
func TestAlertsDelivery(t *testing.T) {
	t.Parallel()
	store, good, bad := memory.New(), &inbox{name: "good"}, &inbox{name: "bad", err: errors.New("down")}
	importDocs(t, store, bought, purchase(1, rcv.Registro))
	result := importDocs(t, store, bought)
	alerts := NewAlerts(store, AlertSettings{}, bad, good)
	require.ErrorContains(t, alerts.Imported(t.Context(), result), "down")
	require.Len(t, good.take(), 1)
	bad.err = nil
	again := NewAlerts(store, AlertSettings{}, bad, good)
	require.NoError(t, again.Imported(t.Context(), result))
	require.Len(t, bad.take(), 1)
	require.Empty(t, good.take())
	require.Len(t, events(t, store, EventAlert), 2)
}

func TestWebhook(t *testing.T) {
	t.Parallel()
	var got []map[string]string
	status := http.StatusOK
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		var message map[string]string
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
	alert := Alert{Kind: AlertClaimed, Text: "Factura folio 1 fue reclamada"}
	require.NoError(t, n.Notify(t.Context(), alert))
	require.Equal(t, []map[string]string{{"text": alert.Text}}, got)
	for _, status = range []int{http.StatusFound, http.StatusForbidden, http.StatusInternalServerError} {
		err := n.Notify(t.Context(), alert)
		require.ErrorIs(t, err, ErrWebhook)
		require.NotContains(t, err.Error(), secret)
	}
	server.Close()
	err = n.Notify(t.Context(), alert)
	require.ErrorIs(t, err, ErrWebhook)
	require.NotContains(t, err.Error(), secret)
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
