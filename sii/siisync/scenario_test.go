package siisync_test

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/fleettest"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii/siisync"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/memory"
	"github.com/ofitec/chile/storage/sqlite"
)

// A month, day by day: documents arrive, are acknowledged or claimed, are mended,
// vanish, come back and move to the next month. On some days a register is not
// looked at, or twice. After each import what it counts and tells, and after each
// day what is stored, the feed of changes and the lines of form 29 are those of a
// model that shares no code with what it checks.
func TestScenarioOfAMonth(t *testing.T) {
	t.Parallel()
	for name, open := range map[string]func(t *testing.T, w *fleettest.World) storage.Storage{
		"memory": func(_ *testing.T, w *fleettest.World) storage.Storage {
			return memory.New(memory.WithClock(w.Now))
		},
		"SQLite": func(t *testing.T, w *fleettest.World) storage.Storage {
			t.Helper()
			store, err := sqlite.Open(t.Context(), "sqlite", filepath.Join(t.TempDir(), "month.db"), sqlite.WithClock(w.Now))
			require.NoError(t, err)
			t.Cleanup(func() { _ = store.Close() })
			return store
		},
	} {
		for seed := range uint64(fleettest.Full(1, 40)) {
			t.Run(fmt.Sprintf("%s/seed=%d", name, seed), func(t *testing.T) {
				t.Parallel()
				w := fleettest.NewWorld(t, 100+seed, fleettest.Size{Companies: 2, Holders: 1, Months: 3, Documents: 24})
				playMonth(t, w, open(t, w), rand.New(rand.NewPCG(seed, 21)))
			})
		}
	}
}

func playMonth(t *testing.T, w *fleettest.World, store storage.Storage, r *rand.Rand) {
	t.Helper()
	server := httptest.NewServer(w.Fake.Handler())
	defer server.Close()
	fleet, err := w.Fleet(store, server.URL, 1)
	require.NoError(t, err)
	model := fleettest.NewModel()
	for day := range 30 {
		if day > 0 {
			w.NextDay()
		}
		keys := w.Keys()
		r.Shuffle(len(keys), func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
		looks := keys
		if day > 0 { // on the first day all, and each once
			looks = append(keys[:len(keys)*3/4], keys[:2]...)
		}
		for _, key := range looks {
			look(t, w, fleet, store, model, key)
		}
		require.NoError(t, model.Check(t.Context(), store), "day %d", day)
		for _, owner := range w.Plan.Owners {
			for period := range w.Plan.From.Through(w.Plan.To) {
				requireF29(t, store, model, owner, period)
			}
		}
	}
	require.Empty(t, w.Fake.Violations())
}

// look imports a register, and compares what the import tells with the model.
func look(t *testing.T, w *fleettest.World, fleet *siisync.Fleet, store storage.Storage, model *fleettest.Model, key rcv.Key) {
	t.Helper()
	unit := siisync.Unit{Key: key}
	if last, err := store.LastImport(t.Context(), key); err == nil {
		unit.After = last.ID
	}
	o := fleet.Do(t.Context(), unit)
	require.NoError(t, o.Err)
	require.Equal(t, siisync.StatusImported, o.Status)
	counts, events := model.Import(key, w.Register(key), w.Now())
	require.Equal(t, counts, fleettest.Counts(o.Result.Counts), "%s", key)
	var want, got []string
	for _, e := range events {
		want = append(want, fmt.Sprint(e))
	}
	for i := range o.Result.Changes {
		c := &o.Result.Changes[i]
		got = append(got, fmt.Sprint(fleettest.Event{ID: fleettest.IDOf(c.Document()), Kind: string(c.Kind), From: c.From, To: c.To}))
	}
	slices.Sort(want)
	slices.Sort(got)
	require.Equal(t, want, got, "%s", key)
}

// requireF29 compares the lines of form 29 of a month with sums over the model.
func requireF29(t *testing.T, store storage.Storage, model *fleettest.Model, owner chile.RUT, period chile.Period) {
	t.Helper()
	form := f29Of(t, store, owner, period)
	codes, err := form.Codes()
	require.NoError(t, err)
	want := map[int]*big.Int{}
	add := func(code int, n int64) {
		if want[code] == nil {
			want[code] = new(big.Int)
		}
		want[code].Add(want[code], big.NewInt(n))
	}
	for doc := range model.Documents(rcv.Key{Owner: owner, Period: period, Book: rcv.Sales}) {
		addSale(add, &doc)
	}
	lines, err := store.SummaryLines(t.Context(), rcv.Key{Owner: owner, Period: period, Book: rcv.Sales})
	require.NoError(t, err)
	for _, l := range lines {
		if !l.HasDetail {
			require.EqualValues(t, 39, l.Type, "the generator makes no other")
			add(110, l.Documents)
			add(111, int64(l.VAT))
			add(538, int64(l.VAT))
		}
	}
	for doc := range model.Documents(rcv.Key{Owner: owner, Period: period, Book: rcv.Purchases}) {
		addPurchase(add, &doc)
	}
	for code, value := range codes {
		if value != 0 && want[code] == nil {
			require.Failf(t, "a code too many", "%d holds %d", code, value)
		}
	}
	for code, value := range want {
		require.Equal(t, value.String(), fmt.Sprint(int64(codes[code])), "%s %s code %d", owner, period, code)
	}
}

// addSale says which codes a sale goes to, after the instructions of the form.
func addSale(add func(code int, n int64), d *rcv.Document) {
	vat, exempt := int64(d.VAT), int64(d.Exempt)
	codes := map[string][6]int{ // of invoices, exempt invoices and credit notes
		"": {503, 502, 586, 142, 509, 510}, "Del Giro": {503, 502, 586, 142, 509, 510},
		"Bienes Raíces": {763, 764, 586, 142, 509, 510}, "Activo Fijo": {716, 717, 714, 715, 733, 734},
	}[d.KindText]
	switch {
	case d.Type == 33:
		add(codes[0], 1)
		add(codes[1], vat)
		add(538, vat)
	case d.Type == 34:
		add(codes[2], 1)
		add(codes[3], exempt)
	case d.Type == 61 && (vat != 0 || d.Net != 0):
		add(codes[4], 1)
		add(codes[5], vat)
		add(538, -vat)
	case d.Type == 61 && exempt != 0:
		add(codes[2], 1)
		add(codes[3], -exempt)
	case d.Type == 61:
		add(codes[4], 1)
	case d.Type == 110:
		add(585, 1)
		add(20, int64(d.Total))
	default:
		panic(fmt.Sprint("a sale of type ", int(d.Type)))
	}
}

// addPurchase says which codes a purchase goes to.
func addPurchase(add func(code int, n int64), d *rcv.Document) {
	if d.State != rcv.Registro || d.Kind == 7 {
		return
	}
	for _, tax := range d.OtherTaxes {
		if code := map[int]int{15: 39, 34: 554}[tax.Code]; code != 0 && tax.Amount != 0 {
			add(code, int64(tax.Amount))
		}
	}
	if d.Kind == 5 || d.CommonUseVAT != 0 {
		return
	}
	vat, lost := int64(d.VAT), d.VAT == 0 && d.NonRecoverableVAT != 0
	credit := func(count, amount int, electronic bool) {
		add(count, 1)
		add(amount, vat)
		add(537, vat)
		if electronic {
			add(511, vat)
		}
	}
	note := lost || d.Net == 0 && vat == 0 && d.Exempt != 0 // without credit
	switch {
	case d.Type == 34:
		add(584, 1)
		add(562, int64(d.Exempt))
	case (d.Type == 61 || d.Type == 56) && note:
	case d.Type == 61:
		add(527, 1)
		add(528, vat)
		add(537, -vat)
		add(511, -vat)
	case d.Type == 56:
		credit(531, 532, true)
	case d.Type == 914 && lost:
		add(566, 1)
		add(560, int64(d.Net))
	case d.Type == 914 && d.Kind == 4:
		credit(536, 553, false)
	case d.Type == 914:
		credit(534, 535, false)
	case lost:
		add(564, 1)
		add(521, int64(d.Net))
	case d.Kind == 4:
		credit(524, 525, true)
	default:
		credit(519, 520, true)
	}
}

// f29Of sums up a month as the store has it.
func f29Of(t *testing.T, store storage.Storage, owner chile.RUT, period chile.Period) *rcv.F29 {
	t.Helper()
	form := &rcv.F29{}
	for doc, err := range store.Documents(t.Context(), storage.DocumentQuery{Owner: owner, From: period, To: period}) {
		require.NoError(t, err)
		if doc.Key.Book == rcv.Sales {
			require.NoError(t, form.AddSale(&doc.Document))
		} else {
			require.NoError(t, form.AddPurchase(&doc.Document))
		}
	}
	lines, err := store.SummaryLines(t.Context(), rcv.Key{Owner: owner, Period: period, Book: rcv.Sales})
	require.NoError(t, err)
	for i := range lines {
		require.NoError(t, form.AddSalesLine(&lines[i]))
	}
	return form
}
