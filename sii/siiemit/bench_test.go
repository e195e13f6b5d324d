package siiemit_test

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/sha1"
	"database/sql"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/pgtest"
	"github.com/ofitec/chile/internal/testkeys"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siiemit"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/xmlsig"
)

// taker is an SII that takes every upload.
type taker struct{ siiemit.Service }

func (taker) Upload(context.Context, chile.RUT, chile.RUT, string, []byte) (*sii.UploadReceipt, error) {
	return &sii.UploadReceipt{TrackID: "1", Status: "0"}, nil
}

func (taker) DocumentStatus(context.Context, sii.DocumentQuery) (*sii.DocumentStatus, error) {
	return &sii.DocumentStatus{Estado: "FAU", Verdict: sii.VerdictSent, Known: true}, nil
}

// recorder keeps how long the store took: the commits.
type recorder struct {
	database
	took time.Duration
}

func (r *recorder) timed(do func() error) error {
	began := time.Now()
	defer func() { r.took += time.Since(began) }()
	return do()
}

func (r *recorder) TakeFolios(ctx context.Context, requests []storage.FolioRequest) (taken []storage.TakenFolio, err error) {
	err = r.timed(func() (err error) { taken, err = r.database.TakeFolios(ctx, requests); return err })
	return taken, err
}

func (r *recorder) PutIssued(ctx context.Context, documents []storage.NewIssued) error {
	return r.timed(func() error { return r.database.PutIssued(ctx, documents) })
}

func (r *recorder) PutEnvelope(ctx context.Context, e storage.NewEnvelope) (stored *storage.Envelope, err error) {
	err = r.timed(func() (err error) { stored, err = r.database.PutEnvelope(ctx, e); return err })
	return stored, err
}

func (r *recorder) MoveEnvelope(ctx context.Context, move storage.EnvelopeMove) (stored *storage.Envelope, err error) {
	err = r.timed(func() (err error) { stored, err = r.database.MoveEnvelope(ctx, move); return err })
	return stored, err
}

// BenchmarkIssue issues documents in batches of 200 on PostgreSQL. It reports how many
// times as long as the signatures and the commits alone that takes: signatures are one of
// 2048 and one of 512 bits for each document and one for each envelope, on as many
// processors as the Emitter uses; commits are the time in the store's transactions.
func BenchmarkIssue(b *testing.B) {
	const batch = 200
	db, err := sql.Open("pgx", pgtest.URL(b, "pgx"))
	require.NoError(b, err)
	b.Cleanup(func() { _ = db.Close() })
	store, err := openStoreOn(b.Context(), db)
	require.NoError(b, err)
	cert, err := testkeys.Certificate(testkeys.Request{
		CommonName: "Ana Prueba", RUT: "11111111-1", Serial: 7, Signer: testkeys.Key(1), NotBefore: time.Now().AddDate(-1, 0, 0), NotAfter: time.Now().AddDate(1, 0, 0),
	})
	require.NoError(b, err)
	identity, err := xmlsig.NewIdentity(testkeys.Key(1), cert)
	require.NoError(b, err)
	r := &recorder{database: store}
	e, err := siiemit.New(nil, r, identity, siiemit.Company{RUT: company, ResolutionDate: resolution, ResolutionNumber: 80},
		siiemit.WithService(taker{}), siiemit.WithCAFKeys(siitest.CAFKeys()))
	require.NoError(b, err)
	file, err := siitest.NewCAF(company, 33, 1, 9_000_000)
	require.NoError(b, err)
	_, err = e.AddCAF(b.Context(), file, nil)
	require.NoError(b, err)
	var orders []siiemit.Order
	for i := range batch {
		orders = append(orders, siiemit.Order{Draft: draftOf(b, 1000+i)})
	}
	n := 0
	var total, signing time.Duration
	for b.Loop() {
		for i := range orders {
			n++
			orders[i].Key = fmt.Sprint("order-", n)
		}
		began := time.Now()
		for _, out := range e.IssueAll(b.Context(), orders) {
			if out.Err != nil {
				b.Fatal(out.Err)
			}
		}
		total += time.Since(began)
		began = time.Now()
		signAll(b, identity, batch)
		signing += time.Since(began)
	}
	b.ReportMetric(float64(total)/float64(signing+r.took), "×signatures+commits")
	b.ReportMetric(float64(total.Microseconds())/float64(n), "µs/document")
	b.ReportMetric(float64(signing.Microseconds())/float64(n), "µs-signing/document")
	b.ReportMetric(float64(r.took.Microseconds())/float64(n), "µs-commits/document")
}

// signAll makes as many signatures as so many documents in one envelope have, one after
// another.
func signAll(b *testing.B, identity *xmlsig.Identity, documents int) {
	sum := sha1.Sum([]byte("x"))
	for range documents + 1 {
		if _, err := identity.Sign(rand.Reader, sum[:], crypto.SHA1); err != nil {
			b.Fatal(err)
		}
	}
}
