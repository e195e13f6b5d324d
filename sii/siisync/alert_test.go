package siisync

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/memory"
)

// inbox is a notifier that keeps what it gets.
type inbox struct {
	name string
	mu   sync.Mutex
	got  []Alert
	err  error
	hang bool // until the end of the context
}

func (i *inbox) Name() string { return i.name }

func (i *inbox) Notify(ctx context.Context, alert Alert) error {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.hang {
		<-ctx.Done()
		return ctx.Err()
	}
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

func newAlerts(t *testing.T, store AlertStore, settings AlertSettings, notifiers ...Notifier) *Alerts {
	t.Helper()
	alerts, err := NewAlerts(store, settings, notifiers...)
	require.NoError(t, err)
	return alerts
}

func importDocs(t *testing.T, store Store, key rcv.Key, docs ...rcv.Document) *BookResult {
	t.Helper()
	result, err := newSyncer(&register{docs: docs}, store, nil).Book(t.Context(), key)
	require.NoError(t, err)
	return result
}

// Days are those of Chile, which moves its clocks at midnight: on 2026-09-06 there
// is no hour from 0:00 to 1:00, and on 2026-04-04 the last hour comes twice.
func TestLastDayToClaim(t *testing.T) {
	t.Parallel()
	for received, want := range map[string]string{
		"2027-01-01T20:00:00-03:00": "2027-01-09", // the SII's own example
		"2026-11-20T00:00:00-03:00": "2026-11-28",
		"2026-11-20T23:59:59-03:00": "2026-11-28",
		"2026-11-21T02:59:59Z":      "2026-11-28", // late in the evening in Chile
		"2026-11-21T03:00:00Z":      "2026-11-29",
		"2026-06-10T03:59:59Z":      "2026-06-17", // in winter it is four hours
		"2026-06-10T04:00:00Z":      "2026-06-18",
		"2026-08-29T12:00:00-04:00": "2026-09-06", // the day that begins at 1:00
		"2026-09-05T23:59:59-04:00": "2026-09-13",
		"2026-09-06T01:00:00-03:00": "2026-09-14",
		"2026-03-28T23:30:00-03:00": "2026-04-05",
		"2026-04-04T23:30:00-03:00": "2026-04-12", // the first of the two hours
		"2026-04-04T23:30:00-04:00": "2026-04-12", // the second
		"2026-04-05T00:00:00-04:00": "2026-04-13",
		"2028-02-24T10:00:00-03:00": "2028-03-03", // a leap year
		"2026-12-28T10:00:00-03:00": "2027-01-05",
	} {
		at, err := time.Parse(time.RFC3339, received)
		require.NoError(t, err)
		assert.Equal(t, want, LastDayToClaim(&rcv.Document{Received: at}).String(), received)
	}
	assert.True(t, LastDayToClaim(&rcv.Document{}).IsZero())
}

func TestAlertsPending(t *testing.T) {
	t.Parallel()
	store, c, box := memory.New(), newClock(), &inbox{name: "a"}
	d := purchase(1, rcv.Pendiente)
	d.Received = time.Date(2026, 11, 20, 23, 30, 0, 0, chile.Santiago()) // late that day
	accepted := purchase(2, rcv.Registro)
	accepted.Received = d.Received
	importDocs(t, store, bought, d, accepted, purchase(3, rcv.Pendiente))
	alerts := newAlerts(t, store, AlertSettings{Now: c.Now}, box)
	at := func(text string) []AlertKind {
		now, err := time.Parse(time.RFC3339, text)
		require.NoError(t, err)
		c.now = now
		require.NoError(t, alerts.Pending(t.Context(), owner))
		return box.take()
	}
	assert.Empty(t, at("2026-11-25T02:59:59Z"), "it is the 24th in Chile: four days are left")
	assert.Equal(t, []AlertKind{AlertPending}, at("2026-11-25T03:00:00Z"))
	assert.Empty(t, at("2026-11-26T12:00:00-03:00"), "once")
	alerts = newAlerts(t, store, AlertSettings{Now: c.Now}, box)
	c.now = time.Date(2026, 11, 27, 12, 0, 0, 0, chile.Santiago())
	require.NoError(t, alerts.Pending(t.Context(), owner))
	require.Len(t, box.got, 1, "one day is left")
	assert.Contains(t, box.got[0].Text, "queda 1 día")
	assert.Equal(t, "2026-11-28", box.got[0].Deadline.String())
	box.take()
	assert.Empty(t, at("2026-11-28T23:59:59-03:00"), "what was told stands in the store")
	again := newAlerts(t, store, AlertSettings{Now: c.Now}, &inbox{name: "another"}, box)
	require.NoError(t, again.Pending(t.Context(), owner))
	assert.Empty(t, box.take())
	assert.Contains(t, again.notifiers[0].(*inbox).got[0].Text, "hoy es el último día")
	assert.Empty(t, at("2026-11-29T00:00:00-03:00"), "it is too late")
}

// Very many that share their last day are told of in one.
func TestAlertsPendingMany(t *testing.T) {
	t.Parallel()
	store, c, box := memory.New(), newClock(), &inbox{name: "a"}
	var docs []rcv.Document
	for i := range chile.Folio(12) {
		d := purchase(i+1, rcv.Pendiente)
		d.Received = time.Date(2026, 11, 20+int(i)/10, 10, 0, 0, 0, chile.Santiago())
		docs = append(docs, d)
	}
	importDocs(t, store, bought, docs...)
	alerts := newAlerts(t, store, AlertSettings{Now: c.Now, MaxEach: 9}, box)
	c.now = time.Date(2026, 11, 27, 10, 0, 0, 0, chile.Santiago())
	require.NoError(t, alerts.Pending(t.Context(), owner))
	require.Len(t, box.got, 3)
	assert.Contains(t, box.got[0].Text, "10 documentos por $11.900 están pendientes: queda 1 día")
	assert.Contains(t, box.got[1].Text, "quedan 2 días")
	box.take()
	require.NoError(t, alerts.Pending(t.Context(), owner))
	assert.Empty(t, box.take())
}

func TestAlertsImported(t *testing.T) {
	t.Parallel()
	store, box := memory.New(), &inbox{name: "a"}
	told := func(docs ...rcv.Document) []AlertKind {
		t.Helper()
		importDocs(t, store, bought, docs...)
		// Alerts has no state of its own: each time is as after a restart.
		require.NoError(t, newAlerts(t, store, AlertSettings{}, box).Imported(t.Context(), owner))
		return box.take()
	}
	known := []rcv.Document{purchase(1, rcv.Registro), purchase(2, rcv.Registro), purchase(3, rcv.Registro), purchase(4, rcv.Pendiente)}
	assert.Empty(t, told(known...), "all of the first import is new")
	assert.Empty(t, told(append(known, purchase(5, rcv.Registro))...), "a supplier who is known, an amount as always")

	large, justBelow := purchase(6, rcv.Registro), purchase(16, rcv.Registro)
	large.Total, justBelow.Total = 3570, 3569
	known = append(known, purchase(5, rcv.Registro), justBelow)
	assert.Empty(t, told(known...))
	large.Total = 3 * 3569
	assert.Equal(t, []AlertKind{AlertAmount}, told(append(known, large)...))

	stranger := purchase(7, rcv.Registro)
	stranger.Counterparty, stranger.Name = chile.MustParseRUT("77222222-K"), "Nadie SpA"
	second := stranger
	second.Folio = 8
	known = append(known, large)
	assert.Equal(t, []AlertKind{AlertSupplier}, told(append(known, stranger, second)...), "of two documents the first")

	known = append(known, stranger, second)
	known[3].State = rcv.Reclamado
	assert.Equal(t, []AlertKind{AlertClaimed}, told(known...))
	known[3].State = rcv.Registro
	assert.Empty(t, told(known...))

	assert.Equal(t, []AlertKind{AlertSmaller}, told(known[:6]...))
	assert.Empty(t, told(known[:6]...))
	assert.Empty(t, told(known...), "what returns is not new")

	last, err := store.LastImport(t.Context(), bought)
	require.NoError(t, err)
	newest, err := newAlerts(t, store, AlertSettings{}, box).Newest(t.Context(), owner)
	require.NoError(t, err)
	assert.Equal(t, last.ID, newest)
	newest, err = newAlerts(t, store, AlertSettings{}, box).Newest(t.Context(), chile.MustParseRUT("77222222-K"))
	require.NoError(t, err)
	assert.Zero(t, newest)
}

// What was imported while nobody looked is told of when somebody does, each
// import by itself and as it was then.
func TestAlertsOfImportsThatNobodyLookedAt(t *testing.T) {
	t.Parallel()
	store, box := memory.New(), &inbox{name: "a"}
	stranger, again := purchase(2, rcv.Registro), purchase(3, rcv.Registro)
	stranger.Counterparty = chile.MustParseRUT("77222222-K")
	again.Counterparty = stranger.Counterparty
	importDocs(t, store, bought, purchase(1, rcv.Registro))
	importDocs(t, store, bought, purchase(1, rcv.Registro), stranger)
	importDocs(t, store, bought, purchase(1, rcv.Registro), stranger, again)
	importDocs(t, store, bought, purchase(1, rcv.Registro))
	alerts := newAlerts(t, store, AlertSettings{}, box)
	require.NoError(t, alerts.Imported(t.Context(), owner))
	require.Equal(t, 2, len(box.got))
	assert.Equal(t, stranger.ID(bought), box.got[0].Document)
	assert.Contains(t, box.got[1].Text, "2 documentos por $2.380 ya no están")
	assert.Equal(t, []AlertKind{AlertSupplier, AlertSmaller}, box.take())

	note := purchase(4, rcv.Registro)
	note.Type, note.Total = chile.NotaCreditoElectronica, 200
	importDocs(t, store, bought, purchase(1, rcv.Registro), stranger, note)
	importDocs(t, store, bought, purchase(1, rcv.Registro))
	require.NoError(t, alerts.Imported(t.Context(), owner))
	last := box.got[len(box.got)-1]
	assert.Contains(t, last.Text, "2 documentos por $990 ya no están", "a credit note is subtracted")
	assert.EqualValues(t, 990, last.Amount)
	box.take()

	late := time.Now().AddDate(0, 0, 31)
	old := newAlerts(t, store, AlertSettings{Now: func() time.Time { return late }}, &inbox{name: "b"})
	require.NoError(t, old.Imported(t.Context(), owner))
	assert.Empty(t, old.notifiers[0].(*inbox).got)
}

// What was bought is told unless it is the trade, from text or number.
func TestAlertsTellTheKind(t *testing.T) {
	t.Parallel()
	for want, of := range map[string]rcv.Transaction{
		"por $1.190": {Kind: 1, KindText: "Del Giro"}, "por $1.190 (Activo Fijo)": {Kind: 4}, "por $1.190 (Bienes Raíces)": {KindText: "BIENES RAICES"},
	} {
		store, box := memory.New(), &inbox{name: "a"}
		importDocs(t, store, bought, purchase(1, rcv.Registro))
		d := purchase(2, rcv.Reclamado)
		d.Transaction = of
		importDocs(t, store, bought, purchase(1, rcv.Registro), d)
		require.NoError(t, newAlerts(t, store, AlertSettings{}, box).Imported(t.Context(), owner))
		require.Len(t, box.got, 1)
		assert.True(t, strings.HasSuffix(box.got[0].Text, want+" fue reclamada"), box.got[0].Text)
	}
}

// The summary tells of what never has rows.
func TestAlertsSmallerBySummary(t *testing.T) {
	t.Parallel()
	store, box := memory.New(), &inbox{name: "a"}
	take := func(key rcv.Key, boletas int64, total chile.CLP, docs ...rcv.Document) []Alert {
		t.Helper()
		_, err := store.ImportRegister(t.Context(), storage.Snapshot{
			Key: key,
			Rows: func(yield func(rcv.Document, error) bool) {
				for _, d := range docs {
					if !yield(d, nil) {
						return
					}
				}
			},
			Lines: func() []rcv.SummaryLine {
				return []rcv.SummaryLine{{State: rcv.Registro, Type: 39, Documents: boletas, Total: total}}
			},
		})
		require.NoError(t, err)
		require.NoError(t, newAlerts(t, store, AlertSettings{}, box).Imported(t.Context(), owner))
		defer box.take()
		return box.got
	}
	sold := rcv.Key{Owner: owner, Period: october, Book: rcv.Sales}
	assert.Empty(t, take(sold, 40, 50_000))
	assert.Empty(t, take(sold, 41, 50_000))
	got := take(sold, 40, 60_000)
	require.Len(t, got, 1)
	assert.Contains(t, got[0].Text, "su resumen tenía 41 documentos por $50.000 y tiene 40 por $60.000, sin restar las notas de crédito")
	assert.Len(t, take(sold, 40, 59_999), 1)
	assert.Empty(t, take(sold, 40, 59_999))

	next := rcv.Key{Owner: owner, Period: october.Next(), Book: rcv.Sales}
	assert.Empty(t, take(next, 0, 0))
	assert.Empty(t, take(sold, 40, 60_000, purchase(1, rcv.Registro)))
	assert.Empty(t, take(next, 0, 0, purchase(1, rcv.Registro)))
	got = take(sold, 40, 60_000)
	require.Len(t, got, 1)
	assert.Contains(t, got[0].Text, "1 documento pasó a otro mes")
	assert.NotContains(t, got[0].Text, "ya no está")
}

// noScan is a store in which a look at every document of a company is noticed.
type noScan struct {
	*memory.Store
	documents int
}

func (s *noScan) Documents(ctx context.Context, q storage.DocumentQuery) iter.Seq2[storage.StoredDocument, error] {
	s.documents++
	return s.Store.Documents(ctx, q)
}

func TestAlertsOfManyChanges(t *testing.T) {
	t.Parallel()
	store, box := &noScan{Store: memory.New()}, &inbox{name: "a"}
	importDocs(t, store, bought)
	var docs []rcv.Document
	for i := range int64(3 * changesAtOnce) {
		d := purchase(chile.Folio(i+1), rcv.Registro)
		rut, err := chile.NewRUT(77_000_000 + i)
		require.NoError(t, err)
		d.Counterparty = rut
		docs = append(docs, d)
	}
	importDocs(t, store, bought, docs...)
	require.NoError(t, newAlerts(t, store, AlertSettings{}, box).Imported(t.Context(), owner))
	require.Len(t, box.got, 51)
	assert.Contains(t, box.got[50].Text, "y 1450 alertas más")
	assert.Zero(t, store.documents, "the history is asked for, not read")
}

func TestAlertsRejected(t *testing.T) {
	t.Parallel()
	store, box := memory.New(), &inbox{name: "a"}
	answers := &statuses{
		upload:   &sii.UploadStatus{Estado: "EPR", Glosa: "Envio Procesado", Verdict: sii.VerdictAccepted},
		document: &sii.DocumentStatus{Estado: "DOK", Glosa: "Documento Recibido", Verdict: sii.VerdictAccepted},
	}
	syncer := &Syncer{statuses: answers, store: store}
	told := func() []Alert {
		t.Helper()
		_, err := syncer.UploadStatus(t.Context(), owner, "0260001234")
		require.NoError(t, err)
		_, err = syncer.DocumentStatus(t.Context(), sii.DocumentQuery{Issuer: owner, Type: chile.FacturaElectronica, Folio: 42})
		require.NoError(t, err)
		require.NoError(t, newAlerts(t, store, AlertSettings{}, box).Rejected(t.Context(), owner))
		defer box.take()
		return box.got
	}
	assert.Empty(t, told())
	answers.upload = &sii.UploadStatus{Estado: "EPR", Glosa: "Envio\nProcesado", Verdict: sii.VerdictObserved}
	got := told()
	require.Len(t, got, 1)
	assert.Equal(t, AlertObserved, got[0].Kind)
	assert.Equal(t, "el SII aceptó con reparos el envío 0260001234: EPR Envio Procesado", got[0].Text)
	assert.Empty(t, told(), "once")
	answers.upload = &sii.UploadStatus{Estado: "RCH", Glosa: "Rechazado", Verdict: sii.VerdictRejected}
	answers.document = &sii.DocumentStatus{Estado: "FAU", Verdict: sii.VerdictRejected}
	got = told()
	require.Len(t, got, 2)
	assert.Equal(t, "0260001234", got[0].TrackID)
	assert.Equal(t, "el SII rechazó el envío 0260001234, todo o en parte: RCH Rechazado", got[0].Text)
	assert.Equal(t, chile.DocumentID{Issuer: owner, Type: 33, Folio: 42}, got[1].Document)
	assert.Equal(t, "el SII rechazó Factura electrónica folio 42: FAU", got[1].Text)
	assert.Empty(t, told())
	assert.Len(t, events(t, store, EventVerdict), 1, "one for all the times that it was asked for")
	late := time.Now().AddDate(0, 0, 31)
	other := &inbox{name: "b"}
	require.NoError(t, newAlerts(t, store, AlertSettings{Now: func() time.Time { return late }}, other).Rejected(t.Context(), owner))
	assert.Empty(t, other.got)
}

// Each notifier gets an alert once, whatever becomes of the others.
func TestAlertsDelivery(t *testing.T) {
	t.Parallel()
	store, good, bad := memory.New(), &inbox{name: "good"}, &inbox{name: "bad", err: errors.New("down")}
	importDocs(t, store, bought, purchase(1, rcv.Registro))
	importDocs(t, store, bought)
	alerts := newAlerts(t, store, AlertSettings{}, bad, good)
	require.ErrorContains(t, alerts.Company(t.Context(), owner), "down")
	require.Len(t, good.take(), 1)
	importDocs(t, store, bought, purchase(1, rcv.Registro))
	importDocs(t, store, bought)
	require.ErrorContains(t, alerts.Company(t.Context(), owner), "down")
	require.Len(t, good.take(), 1, "the others go on")
	bad.err = nil
	again := newAlerts(t, store, AlertSettings{}, bad, good)
	require.NoError(t, again.Company(t.Context(), owner))
	require.Len(t, bad.take(), 2)
	require.Empty(t, good.take())
	require.Len(t, events(t, store, EventAlert), 4)
	require.NoError(t, again.Company(t.Context(), owner))
	require.Empty(t, bad.take())
}

// Alerts of other packages are delivered as those that are found here.
func TestAlertsTell(t *testing.T) {
	t.Parallel()
	store, good, bad := memory.New(), &inbox{name: "good"}, &inbox{name: "bad", err: errors.New("down")}
	alerts := newAlerts(t, store, AlertSettings{}, bad, good)
	alert := Alert{Key: "detenido/1", Kind: AlertStopped, Owner: owner, Text: "El SII no recibe envíos."}
	require.ErrorContains(t, alerts.Tell(t.Context(), owner, alert), "down")
	require.Equal(t, []AlertKind{AlertStopped}, good.take())
	bad.err = nil
	require.NoError(t, alerts.Tell(t.Context(), owner, alert))
	require.Equal(t, []AlertKind{AlertStopped}, bad.take())
	require.Empty(t, good.take(), "each is told once")
}

// A notifier that hangs holds up neither the others nor, after some failures,
// those who wait for all of them.
func TestAlertsWithANotifierThatHangs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store, good, hanging := memory.New(), &inbox{name: "good"}, &inbox{name: "hanging", hang: true}
		importDocs(t, store, bought)
		var docs []rcv.Document
		for i := range chile.Folio(20) {
			d := purchase(i+1, rcv.Reclamado)
			docs = append(docs, d)
		}
		importDocs(t, store, bought, docs...)
		alerts := newAlerts(t, store, AlertSettings{}, hanging, good)
		start := time.Now()
		require.ErrorIs(t, alerts.Imported(t.Context(), owner), ErrNotifierDown)
		assert.Equal(t, 90*time.Second, time.Since(start), "three times thirty seconds")
		assert.Len(t, good.take(), 21)
		require.ErrorIs(t, alerts.Imported(t.Context(), owner), ErrNotifierDown)
		assert.Equal(t, 90*time.Second, time.Since(start), "it is left alone")
		hanging.hang = false
		<-time.NewTimer(leftAlone).C
		require.NoError(t, alerts.Imported(t.Context(), owner))
		assert.Len(t, hanging.take(), 21)
		assert.Empty(t, good.take())
	})
}

func TestAlertsEndWithTheirContext(t *testing.T) {
	t.Parallel()
	store, box := memory.New(), &inbox{name: "a"}
	importDocs(t, store, bought, purchase(1, rcv.Registro))
	importDocs(t, store, bought)
	ctx, cancel := context.WithCancelCause(t.Context())
	stop := errors.New("shutting down")
	cancel(stop)
	alerts := newAlerts(t, store, AlertSettings{}, box)
	require.ErrorIs(t, alerts.Company(ctx, owner), stop)
	assert.Empty(t, box.got)
	require.NoError(t, alerts.Company(t.Context(), owner))
	assert.Len(t, box.got, 1)
}

func TestNotifiersHaveNamesOfTheirOwn(t *testing.T) {
	t.Parallel()
	for _, names := range [][]string{{""}, {"a", "a"}, {strings.Repeat("x", 41)}} {
		var notifiers []Notifier
		for _, name := range names {
			notifiers = append(notifiers, &inbox{name: name})
		}
		_, err := NewAlerts(memory.New(), AlertSettings{}, notifiers...)
		require.ErrorIs(t, err, storage.ErrInvalid, "%q", names)
	}
}

// What others wrote is one line of ordinary characters.
func TestAlertTextsOfOthers(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Ñandú & Cía. <Ltda>":              "Ñandú & Cía. <Ltda>",
		"uno\r\nRegistro: otro\x1b[2J\x00": "uno Registro: otro [2J",
		"abc\u202edcba\u2066x\u200b":       "abc dcba x",
		" \t ":                             "",
		"\xff\xfe":                         "\ufffd",
		strings.Repeat("ñ", 101):           strings.Repeat("ñ", 100) + "…",
	} {
		assert.Equal(t, want, outside(text))
	}
	store, box := memory.New(), &inbox{name: "a"}
	importDocs(t, store, bought, purchase(1, rcv.Registro))
	evil := purchase(2, rcv.Registro)
	evil.Counterparty, evil.Name = chile.MustParseRUT("77222222-K"), "X\nTodo en orden\x1b]0;"
	importDocs(t, store, bought, purchase(1, rcv.Registro), evil)
	require.NoError(t, newAlerts(t, store, AlertSettings{}, box).Imported(t.Context(), owner))
	require.Len(t, box.got, 1)
	assert.NotContains(t, box.got[0].Text, "\n")
	assert.NotContains(t, box.got[0].Text, "\x1b")
	detail, err := json.Marshal(box.got[0])
	require.NoError(t, err)
	assert.JSONEq(t, events(t, store, EventAlert)[0].Detail, string(detail))
	assert.Less(t, len(fmt.Sprint("x|", box.got[0].Key)), 150)
}

// On the day that has no midnight, what was received eight days before, in its
// first minute, has until the end of the day.
func TestAlertsPendingWhenClocksMove(t *testing.T) {
	t.Parallel()
	for _, day := range []chile.Date{mustDate(t, "2026-09-06"), mustDate(t, "2026-04-05"), mustDate(t, "2026-09-14"), mustDate(t, "2026-04-12")} {
		store, c, box := memory.New(), newClock(), &inbox{name: "a"}
		first, late := purchase(1, rcv.Pendiente), purchase(2, rcv.Pendiente)
		first.Received = day.AddDays(-daysToClaim).Time()
		late.Received = day.AddDays(-daysToClaim + 1).Time().Add(-time.Second)
		gone := purchase(3, rcv.Pendiente)
		gone.Received = first.Received.Add(-time.Second)
		importDocs(t, store, bought, first, late, gone)
		alerts := newAlerts(t, store, AlertSettings{Now: c.Now}, box)
		for _, now := range []time.Time{day.Time(), day.AddDays(1).Time().Add(-time.Second)} {
			c.now = now
			require.NoError(t, alerts.Pending(t.Context(), owner))
		}
		require.Len(t, box.got, 2, day.String())
		for _, alert := range box.got {
			assert.Equal(t, day, alert.Deadline)
			assert.Contains(t, alert.Text, "hoy es el último día")
		}
		c.now = day.AddDays(1).Time()
		other := &inbox{name: "c"}
		require.NoError(t, newAlerts(t, store, AlertSettings{Now: c.Now}, other).Pending(t.Context(), owner))
		assert.Empty(t, other.got, "it is the day after")
	}
}

func mustDate(t *testing.T, text string) chile.Date {
	t.Helper()
	d, err := chile.ParseDate(text)
	require.NoError(t, err)
	return d
}

func TestAlertKindsHaveTitles(t *testing.T) {
	t.Parallel()
	titles := map[string]bool{}
	for _, kind := range []AlertKind{
		AlertPending, AlertClaimed, AlertRejected, AlertObserved,
		AlertSupplier, AlertAmount, AlertSmaller,
		AlertStopped, AlertUndecided, AlertHeld, AlertWaiting, AlertOldStore, AlertStock, AlertClock,
	} {
		assert.NotEqual(t, string(kind), kind.Title())
		titles[kind.Title()] = true
	}
	assert.Len(t, titles, 14)
	assert.Equal(t, "later", AlertKind("later").Title())
}
