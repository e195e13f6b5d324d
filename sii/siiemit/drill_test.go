package siiemit_test

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte/judge"
	"github.com/ofitec/chile/internal/pgtest"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siiemit"
	"github.com/ofitec/chile/sii/siisync"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/storage"
)

// drill is a database that is backed up and restored.
type drill struct {
	kind, store string
	backup      func(t *testing.T, store database) // the store may be closed then
	restored    string                             // the store that the backup is
}

// TestRestored is the restore drill: a backup; 50 orders, of which 10 are not sent, 5 are
// rejected and one is void; the restored backup; the same 50 orders and 50 new ones.
func TestRestored(t *testing.T) {
	t.Parallel()
	for _, witnessed := range []bool{true, false} {
		t.Run(fmt.Sprintf("sqlite/witness=%t", witnessed), func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			drill{
				kind: "sqlite", store: filepath.Join(dir, "chile.db"),
				backup: func(t *testing.T, store database) {
					t.Helper()
					backer, ok := store.(interface {
						Backup(ctx context.Context, path string) error
					})
					require.True(t, ok)
					require.NoError(t, backer.Backup(t.Context(), filepath.Join(dir, "backup.db")))
				},
				restored: filepath.Join(dir, "backup.db"),
			}.run(t, witnessed)
		})
		t.Run(fmt.Sprintf("postgres/witness=%t", witnessed), func(t *testing.T) {
			t.Parallel()
			live, copied, third := pgtest.NewURL(t, "pgx"), pgtest.NewURL(t, "pgx"), pgtest.NewURL(t, "pgx")
			drill{
				kind: "postgres", store: live,
				backup: func(t *testing.T, store database) {
					t.Helper()
					require.NoError(t, store.Close()) // a template has no connections
					db, err := sql.Open("pgx", third)
					require.NoError(t, err)
					defer db.Close()
					for _, statement := range []string{"DROP DATABASE " + nameOf(t, copied), "CREATE DATABASE " + nameOf(t, copied) + " TEMPLATE " + nameOf(t, live)} {
						_, err = db.ExecContext(t.Context(), statement)
						require.NoError(t, err)
					}
				},
				restored: copied,
			}.run(t, witnessed)
		})
	}
}

// nameOf returns the name of the database of a URL.
func nameOf(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	require.NoError(t, err)
	return strings.TrimPrefix(u.Path, "/")
}

// atFake returns the Emitter of the company at a fake, with a store.
func atFake(t testing.TB, fake *siitest.Server, store siiemit.Store, opts ...siiemit.Option) (*siiemit.Emitter, *sii.Client) {
	t.Helper()
	fake.Authorize(holder, company)
	fake.AddIssuer(company, judge.Company{Resolution: judge.Resolution{Date: resolution, Number: 80}, Activities: []int{523930}})
	identity := fake.NewIdentity(holder)
	hc := fake.Client()
	t.Cleanup(hc.CloseIdleConnections)
	client, err := sii.NewClient(fake.Environment(), sii.WithIdentity(identity), sii.WithHTTPClient(hc), sii.WithRetry(sii.RetrySettings{Attempts: 1}))
	require.NoError(t, err)
	e, err := siiemit.New(client, store, identity, siiemit.Company{RUT: company, ResolutionDate: resolution, ResolutionNumber: 80},
		append([]siiemit.Option{siiemit.WithCAFKeys(siitest.CAFKeys())}, opts...)...)
	require.NoError(t, err)
	return e, client
}

func (d drill) run(t *testing.T, witnessed bool) {
	t.Helper()
	fake := siitest.NewServer()
	t.Cleanup(fake.Close)
	refused := &refusals{}
	require.NoError(t, fake.SetUploads(siitest.UploadSettings{AtOnce: true, AnyCAF: true, World: refused.change}))
	witness, err := siiemit.NewFileWitness(t.TempDir())
	require.NoError(t, err)
	open := func(at string) (*siiemit.Emitter, database) {
		store, err := openStore(t.Context(), d.kind, at)
		require.NoError(t, err)
		t.Cleanup(func() { _ = store.Close() })
		opts := []siiemit.Option{siiemit.WithSettings(siiemit.Settings{Follow: siisync.FollowUp{First: time.Millisecond}})}
		if witnessed {
			opts = append(opts, siiemit.WithWitness(witness))
		}
		e, _ := atFake(t, fake, store, opts...)
		return e, store
	}

	e, store := open(d.store)
	file, err := fake.NewCAF(company, 33, 1, 1000)
	require.NoError(t, err)
	_, err = e.AddCAF(t.Context(), file, nil)
	require.NoError(t, err)
	for i := range 7 {
		issueOrder(t, e, order(t, i))
	}
	d.backup(t, store)
	e, _ = open(d.store)
	used := make(map[chile.Folio]string)
	for i := 100; i < 150; i++ {
		o := order(t, i)
		var doc *siiemit.Document
		if i%5 == 0 {
			doc, err = e.Prepare(t.Context(), o.Key, o.Draft, nil)
			require.NoError(t, err)
		} else {
			refused.set(i%10 == 1)
			doc = issueOrder(t, e, o)
		}
		used[doc.ID.Folio] = o.Key
	}
	_, err = e.Void(t.Context(), "order-105", "not wanted")
	require.NoError(t, err)
	refused.set(false)
	at := make(map[string]bool) // the keys whose documents the SII has
	for _, u := range fake.UploadedDocuments() {
		if u.State.Accepted() && used[u.ID.Folio] != "" {
			at[used[u.ID.Folio]] = true
		}
	}
	require.Len(t, at, 35)

	e, store = open(d.restored)
	_, err = e.Issue(t.Context(), "order-200", draftOf(t, 1200), nil)
	require.ErrorIs(t, err, siiemit.ErrStoreOld)
	r, err := e.Recover(t.Context(), nil)
	require.NoError(t, err)
	require.True(t, r.RegisterRead)
	require.Len(t, r.CAFs, 1)
	skipped := 0
	for _, err := range store.TakenFolios(t.Context(), storage.FolioQuery{Issuer: company, State: storage.FolioSkipped}) {
		require.NoError(t, err)
		skipped++
	}
	assert.Equal(t, int(r.CAFs[0].Skipped), skipped)
	for i := 100; i < 150; i++ { // the same orders
		o := order(t, i)
		doc, err := e.Issue(t.Context(), o.Key, o.Draft, nil)
		if at[o.Key] {
			require.ErrorIs(t, err, siiemit.ErrMaybeIssued, o.Key)
			continue
		}
		require.NoError(t, err)
		require.Empty(t, used[doc.ID.Folio], "a number twice")
	}
	for i := 200; i < 250; i++ {
		doc := issueOrder(t, e, order(t, i))
		require.Empty(t, used[doc.ID.Folio], "a number twice")
	}
	for _, u := range fake.UploadedDocuments() {
		require.Equal(t, 1, u.Versions, "%s was made twice", u.ID)
	}
}

// issueOrder issues an order and waits for the verdict.
func issueOrder(t *testing.T, e *siiemit.Emitter, o siiemit.Order) *siiemit.Document {
	t.Helper()
	doc, err := e.Issue(t.Context(), o.Key, o.Draft, nil)
	require.NoError(t, err)
	doc, err = e.Wait(t.Context(), doc.ID)
	require.NoError(t, err)
	return doc
}

// refusals has the fake reject what comes.
type refusals struct{ on atomic.Bool }

func (r *refusals) set(on bool) { r.on.Store(on) }

func (r *refusals) change(w *judge.World) {
	if r.on.Load() {
		w.Folio = func(chile.DocumentID) judge.Folio { return judge.FolioAnnulled }
	}
}
