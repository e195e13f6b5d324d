package siiemit

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte/issue"
	"github.com/ofitec/chile/internal/testkeys"
	"github.com/ofitec/chile/sii/siisync"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/storage/memory"
	"github.com/ofitec/chile/xmlsig"
)

// The company of the tests issues on 2026-11-20, at noon. Ana Prueba signs for it.
var (
	companyRUT = chile.MustParseRUT("76111111-6")
	noon       = time.Date(2026, 11, 20, 12, 0, 0, 0, chile.Santiago())
)

func dayOf(s string) chile.Date {
	d, err := chile.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

var anaOnce = sync.OnceValue(func() *xmlsig.Identity { return person("Ana Prueba", "11111111-1", 1) })

// person is somebody with a certificate that signs itself.
func person(name, rut string, key int) *xmlsig.Identity {
	cert, err := testkeys.Certificate(testkeys.Request{
		CommonName: name, RUT: rut, Serial: 7, Signer: testkeys.Key(key),
		NotBefore: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC),
	})
	if err != nil {
		panic(err)
	}
	id, err := xmlsig.NewIdentity(testkeys.Key(key), cert)
	if err != nil {
		panic(err)
	}
	return id
}

// inbox collects alerts.
type inbox struct {
	mu  sync.Mutex
	got []siisync.Alert
}

func (i *inbox) Name() string { return "inbox" }

func (i *inbox) Notify(_ context.Context, alert siisync.Alert) error {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.got = append(i.got, alert)
	return nil
}

func (i *inbox) kinds() (kinds []siisync.AlertKind) {
	i.mu.Lock()
	defer i.mu.Unlock()
	for _, a := range i.got {
		kinds = append(kinds, a.Kind)
	}
	return kinds
}

// world is an Emitter with all around it.
type world struct {
	*Emitter
	t     testing.TB
	clock *clock
	sii   *authority
	store *memory.Store
	inbox *inbox
	opts  []Option
}

// newWorld returns a world with folios 1 to 1000 of 33 and 61.
func newWorld(t testing.TB, settings Settings, opts ...Option) *world {
	t.Helper()
	w := bareWorld(t, settings, opts...)
	w.addCAF(33, 1, 1000)
	w.addCAF(61, 1, 1000)
	return w
}

func bareWorld(t testing.TB, settings Settings, opts ...Option) *world {
	t.Helper()
	c := &clock{now: noon}
	store := memory.New(memory.WithClock(c.Now))
	w := &world{t: t, clock: c, store: store, sii: newAuthority(c), inbox: &inbox{}}
	alerts, err := siisync.NewAlerts(store, siisync.AlertSettings{Now: c.Now}, w.inbox)
	require.NoError(t, err)
	settings.Now, settings.Sleep = c.Now, c.Sleep
	w.opts = append([]Option{WithSettings(settings), WithService(w.sii), WithCAFKeys(siitest.CAFKeys()), WithAlerts(alerts)}, opts...)
	w.Emitter = w.emitter(store)
	return w
}

// emitter returns another program on a store.
func (w *world) emitter(store Store, opts ...Option) *Emitter {
	w.t.Helper()
	e, err := New(nil, store, anaOnce(), Company{RUT: companyRUT, ResolutionDate: dayOf("2014-08-22"), ResolutionNumber: 80}, append(w.opts, opts...)...)
	require.NoError(w.t, err)
	return e
}

var cafs sync.Map // files that were made before, by their names

func cafFile(t testing.TB, typ chile.DocType, from, to chile.Folio, date string) []byte {
	t.Helper()
	name := fmt.Sprint(typ, from, to, date)
	if file, ok := cafs.Load(name); ok {
		return file.([]byte) //nolint:forcetypeassert // it is stored below
	}
	file, err := siitest.NewCAF(companyRUT, typ, from, to, siitest.WithCAFDate(dayOf(date)))
	require.NoError(t, err)
	cafs.Store(name, file)
	return file
}

func (w *world) addCAF(typ chile.DocType, from, to chile.Folio) {
	w.t.Helper()
	_, err := w.AddCAF(w.t.Context(), cafFile(w.t, typ, from, to, "2026-10-01"), nil)
	require.NoError(w.t, err)
}

// invoice is an order of so many pesos.
func invoice(t testing.TB, net int) *issue.Draft {
	t.Helper()
	draft, err := issue.ParseDraft(fmt.Appendf(nil, `{"Encabezado":{"IdDoc":{"TipoDTE":33},
	 "Emisor":{"RUTEmisor":"76111111-6","RznSoc":"Empresa de Prueba Ñuñoa SpA","GiroEmis":"Comercio","Acteco":523930,"DirOrigen":"Irarrázaval 100","CmnaOrigen":"Ñuñoa"},
	 "Receptor":{"RUTRecep":"77222222-K","RznSocRecep":"Cliente de Prueba Ltda","GiroRecep":"Comercio","DirRecep":"Moneda 1","CmnaRecep":"Santiago"}},
	 "Detalle":[{"NmbItem":"Correa","QtyItem":1,"PrcItem":%d}]}`, net))
	require.NoError(t, err)
	return draft
}

// annulment is a note that annuls a document.
func annulment(t testing.TB, typ chile.DocType, folio chile.Folio, net int) *issue.Draft {
	t.Helper()
	d := invoice(t, net)
	d.Identification.Type = 61
	note, err := issue.ParseDraft(fmt.Appendf(nil, `{"Encabezado":{"IdDoc":{"TipoDTE":61},"Emisor":{"RUTEmisor":"76111111-6"},"Receptor":{"RUTRecep":"77222222-K"}},
	 "Referencia":[{"TpoDocRef":"%d","FolioRef":"%d","FchRef":"2026-11-20","CodRef":1,"RazonRef":"Anula"}]}`, typ, folio))
	require.NoError(t, err)
	d.References = note.References
	return d
}

// must issue: the test fails if not.
func (w *world) issue(key string, net int) *Document {
	w.t.Helper()
	doc, err := w.Issue(w.t.Context(), key, invoice(w.t, net), nil)
	require.NoError(w.t, err)
	return doc
}

func (w *world) wait(doc *Document) *Document {
	w.t.Helper()
	after, err := w.Wait(w.t.Context(), doc.ID)
	require.NoError(w.t, err)
	return after
}
