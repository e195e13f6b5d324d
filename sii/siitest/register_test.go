package siitest_test

import (
	"net/http"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii/siitest"
)

// Change gets the documents in the given order, whatever their states, and whether
// or not a call came in between.
func TestRegistersKeepTheirOrder(t *testing.T) {
	t.Parallel()
	r := newRaw(t)
	key := rcv.Key{Owner: owner, Period: october, Book: rcv.Purchases}
	folios := func() (list []chile.Folio) {
		r.srv.Change(key, func(docs []rcv.Document) []rcv.Document {
			for _, doc := range docs {
				list = append(list, doc.Folio)
			}
			return docs
		})
		return list
	}
	assert.Empty(t, folios())
	states := []rcv.State{rcv.Registro, rcv.Pendiente, rcv.Registro, rcv.Reclamado, rcv.Pendiente}
	var want []chile.Folio
	for i, state := range states {
		p := purchase(chile.Folio(i + 1))
		p.State = state
		r.srv.AddPurchases(owner, october, p)
		want = append(want, p.Folio)
		assert.Equal(t, want, folios())
	}
	status, _, body := r.facade("getDetalleCompra", r.token(), func(_ *http.Request, _, data map[string]any) {
		data["codTipoDoc"], data["estadoContab"], data["accionRecaptcha"], data["tokenRecaptcha"] = "33", "PENDIENTE", "RCV_DETC", "t-o-k-e-n-web"
	})
	require.Equal(t, 200, status)
	assert.Equal(t, 2, strings.Count(body, `"detNroDoc"`))
	assert.Equal(t, want, folios())
	r.srv.Change(key, func(docs []rcv.Document) []rcv.Document { return docs[:0] })
	assert.Empty(t, folios())
}

// A register uses the same memory before and after a read. Not parallel: it
// measures the heap of the process.
func TestRegistersAreKeptOnce(t *testing.T) { //nolint:paralleltest // see above
	r := newRaw(t)
	const documents = 20_000
	docs := make([]rcv.Purchase, documents)
	for i := range docs {
		docs[i] = purchase(chile.Folio(i + 1))
		docs[i].State = []rcv.State{rcv.Registro, rcv.Pendiente}[i%2]
	}
	r.srv.AddPurchases(owner, october, docs...)
	token, before := r.token(), heap()
	for _, state := range []string{"REGISTRO", "PENDIENTE"} {
		_, _, body := r.facade("getResumen", token, func(_ *http.Request, _, data map[string]any) { data["estadoContab"] = state })
		require.Contains(t, body, `"rsmnTotDoc":10000`)
	}
	assert.Less(t, heap(), before+2<<20)
	runtime.KeepAlive(docs)
}

// heap returns the bytes in use.
func heap() int64 {
	runtime.GC()
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}

// If two companies have the same document, every search finds the same one.
func TestDocumentsAreFoundTheSameEveryTime(t *testing.T) {
	t.Parallel()
	for range 20 {
		srv := siitest.NewServer()
		for i := range 5 {
			company, err := chile.NewRUT(int64(76_000_005 - i))
			require.NoError(t, err)
			bought := purchase(1)
			bought.Total = chile.CLP(76_000_005 - i)
			srv.AddPurchases(company, october, bought)
		}
		found, ok := srv.Find(chile.DocumentID{Issuer: purchase(1).Counterparty, Type: chile.FacturaElectronica, Folio: 1}, owner)
		assert.True(t, ok)
		assert.Equal(t, chile.CLP(76_000_001), found.Total, "of the first company")
		srv.Close()
	}
}
