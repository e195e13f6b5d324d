package siiemit_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/issue"
	"github.com/ofitec/chile/dte/judge"
	"github.com/ofitec/chile/internal/bubbletest"
	"github.com/ofitec/chile/internal/fleettest"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siiemit"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/sii/siitest/fault"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/memory"
	"github.com/ofitec/chile/xmlsig"
)

var (
	holder     = chile.MustParseRUT("11111111-1")
	company    = chile.MustParseRUT("76192083-9")
	resolution = chile.DateOf(time.Date(2014, 8, 22, 12, 0, 0, 0, time.UTC))
)

// office is a company that issues at the fake.
type office struct {
	*siiemit.Emitter
	t        *testing.T
	fake     *siitest.Server
	store    *memory.Store
	identity *xmlsig.Identity
	mails    [][]byte
}

// newOffice returns a company with folios 1 to 2000 of 33 and 61, on 2026-11-20 in a
// bubble.
func newOffice(t *testing.T, settings siiemit.Settings, uploads siitest.UploadSettings) *office {
	t.Helper()
	bubbletest.PassUntil(time.Date(2026, 11, 20, 12, 0, 0, 0, chile.Santiago()))
	o := &office{t: t, fake: siitest.NewServer(siitest.WithoutNetwork()), store: memory.New()}
	t.Cleanup(o.fake.Close)
	uploads.Mail = func(m siitest.ResultMail) error { o.mails = append(o.mails, m.XML); return nil }
	require.NoError(t, o.fake.SetUploads(uploads))
	o.fake.Authorize(holder, company)
	o.fake.AddIssuer(company, judge.Company{Resolution: judge.Resolution{Date: resolution, Number: 80}, Activities: []int{523930}})
	o.identity = o.fake.NewIdentity(holder)
	hc := o.fake.Client()
	t.Cleanup(hc.CloseIdleConnections)
	client, err := sii.NewClient(o.fake.Environment(), sii.WithIdentity(o.identity), sii.WithHTTPClient(hc))
	require.NoError(t, err)
	o.Emitter, err = siiemit.New(client, o.store, o.identity,
		siiemit.Company{RUT: company, ResolutionDate: resolution, ResolutionNumber: 80},
		siiemit.WithCAFKeys(siitest.CAFKeys()), siiemit.WithSettings(settings))
	require.NoError(t, err)
	for _, typ := range []chile.DocType{33, 61} {
		file, err := o.fake.NewCAF(company, typ, 1, 2000)
		require.NoError(t, err)
		_, err = o.AddCAF(t.Context(), file, nil)
		require.NoError(t, err)
	}
	return o
}

func draftOf(t testing.TB, net int) *issue.Draft {
	t.Helper()
	draft, err := issue.ParseDraft(fmt.Appendf(nil, `{"Encabezado":{"IdDoc":{"TipoDTE":33},
	 "Emisor":{"RUTEmisor":"76192083-9","RznSoc":"Ofitec Ñuñoa SpA","GiroEmis":"Comercio","Acteco":523930,"DirOrigen":"Irarrázaval 100","CmnaOrigen":"Ñuñoa"},
	 "Receptor":{"RUTRecep":"77222222-K","RznSocRecep":"Cliente de Prueba Ltda","GiroRecep":"Comercio","DirRecep":"Moneda 1","CmnaRecep":"Santiago"}},
	 "Detalle":[{"NmbItem":"Correa","QtyItem":1,"PrcItem":%d}]}`, net))
	require.NoError(t, err)
	return draft
}

// finish lets time pass until nothing is open.
func (o *office) finish() {
	o.t.Helper()
	for range 5000 {
		p, err := o.Resume(o.t.Context())
		require.NoError(o.t, err)
		if p.Open == 0 && p.Next.IsZero() {
			return
		}
		bubbletest.PassUntil(p.Next)
		bubbletest.Pass(time.Millisecond)
	}
	require.Fail(o.t, "it does not end")
}

// requireOnce fails unless the fake has exactly one document of each key, made once.
func (o *office) requireOnce(keys int) {
	o.t.Helper()
	all := o.fake.UploadedDocuments()
	require.Equal(o.t, keys, len(all)) //nolint:testifylint // Len would print them all
	for _, d := range all {
		require.True(o.t, d.State.Accepted(), "%+v", d)
		require.Equal(o.t, 1, d.Versions, "%s was made more than once", d.ID)
	}
	sums := make(map[[32]byte]bool)
	for _, u := range o.fake.Uploads() {
		sums[u.Sum] = true
	}
	envelopes := 0
	for _, err := range o.store.Envelopes(o.t.Context(), storage.EnvelopeQuery{}) {
		require.NoError(o.t, err)
		envelopes++
	}
	require.LessOrEqual(o.t, len(sums), envelopes, "an envelope was built again")
}

// Of many uploads three in ten break before the fake has them and three after: each
// document is there once, and no byte was built again.
func TestUploadsThatBreak(t *testing.T) {
	t.Parallel()
	n := fleettest.Full(60, 1000)
	for name, uploads := range map[string]siitest.UploadSettings{
		"known for ever":        {Step: time.Minute},
		"known for 900 seconds": {Step: time.Minute, Forget: 900 * time.Second},
		"known without number":  {Step: time.Minute, HideTrackID: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bubbletest.Run(t, func(t *testing.T) {
				o := newOffice(t, siiemit.Settings{MaxDocuments: 1}, uploads)
				before, after := fault.Dropped(), fault.AnswerLost()
				before.Times, before.Probability = 3*n/10, 0.4
				after.Times, after.Probability = 3*n/10, 0.4
				o.fake.Fail(siitest.OpSend, before)
				o.fake.Fail(siitest.OpSend, after)
				orders := make([]siiemit.Order, n)
				for i := range orders {
					orders[i] = siiemit.Order{Key: fmt.Sprint("order-", i), Draft: draftOf(t, 1000+i)}
				}
				for _, out := range o.IssueAll(t.Context(), orders) {
					require.NoError(t, out.Err)
				}
				o.finish()
				o.requireOnce(n)
				for i := range orders {
					doc, err := o.ByKey(t.Context(), orders[i].Key)
					require.NoError(t, err)
					require.Equal(t, siiemit.StateAccepted, doc.State)
				}
				assert.Empty(t, o.fake.Violations())
			})
		})
	}
}

// Every symptom that the SII is known for, at each service, is survived.
func TestSymptoms(t *testing.T) {
	t.Parallel()
	ops := []siitest.Op{siitest.OpSend, siitest.OpUpload, siitest.OpDocument, siitest.OpSignedDocument, siitest.OpSeed, siitest.OpToken}
	bubbletest.Run(t, func(t *testing.T) {
		o := newOffice(t, siiemit.Settings{UnprovedFolios: true}, siitest.UploadSettings{Step: time.Minute})
		count := 0
		for _, symptom := range fault.Symptoms() {
			for _, op := range ops {
				if symptom.Shows != nil && !symptom.Shows(op) {
					continue
				}
				symptom.Times = 2
				o.fake.Fail(op, symptom)
				count++
				doc, err := o.Issue(t.Context(), fmt.Sprint("order-", count), draftOf(t, 1000+count), nil)
				require.NoError(t, err, "%s at %s", symptom.Name, op)
				o.finish()
				o.fake.ClearFaults()
				_, err = o.Resend(t.Context(), doc) // what the SII refused
				require.NoError(t, err)
				o.finish()
				doc, err = o.ByKey(t.Context(), doc.Key)
				require.NoError(t, err)
				require.Equal(t, siiemit.StateAccepted, doc.State, "%s at %s: %s", symptom.Name, op, doc.Estado)
				bubbletest.Pass(time.Minute)
			}
		}
		assert.Greater(t, count, 50)
		o.requireOnce(count)
	})
}

// The mail of the SII brings the codes of what it rejected.
func TestMail(t *testing.T) {
	t.Parallel()
	bubbletest.Run(t, func(t *testing.T) {
		o := newOffice(t, siiemit.Settings{}, siitest.UploadSettings{
			Step: time.Minute, World: func(w *judge.World) {
				w.Folio = func(id chile.DocumentID) judge.Folio {
					if id.Folio == 2 {
						return judge.FolioAnnulled
					}
					return judge.FolioFree
				}
			},
		})
		var docs []*siiemit.Document
		for _, out := range o.IssueAll(t.Context(), []siiemit.Order{{Key: "1", Draft: draftOf(t, 1)}, {Key: "2", Draft: draftOf(t, 2)}}) {
			require.NoError(t, out.Err)
			docs = append(docs, out.Document)
		}
		first, err := o.Wait(t.Context(), docs[0].ID)
		require.NoError(t, err)
		assert.Equal(t, siiemit.StateAccepted, first.State)
		second, err := o.Wait(t.Context(), docs[1].ID)
		require.NoError(t, err)
		assert.Equal(t, siiemit.StateRejected, second.State)
		require.NotEmpty(t, o.mails)
		after, err := o.Result(t.Context(), o.mails[0])
		require.NoError(t, err)
		require.Len(t, after, 2)
		assert.Equal(t, "DTE-3-601", after[1].Codes[0].Code)
	})
}

// A type that the counts leave out, and notes that wait, at the fake.
func TestNotesAtTheFake(t *testing.T) {
	t.Parallel()
	bubbletest.Run(t, func(t *testing.T) {
		o := newOffice(t, siiemit.Settings{}, siitest.UploadSettings{Step: time.Minute, Uncounted: []chile.DocType{61}})
		doc, err := o.Issue(t.Context(), "1", draftOf(t, 1000), nil)
		require.NoError(t, err)
		original, err := dte.ParseDTE(doc.XML)
		require.NoError(t, err)
		note, err := issue.Annul(original, "Se anula")
		require.NoError(t, err)
		noteDoc, err := o.Issue(t.Context(), "n", note, nil)
		require.NoError(t, err)
		assert.Equal(t, siiemit.StateWaiting, noteDoc.State)
		noteDoc, err = o.Wait(t.Context(), noteDoc.ID)
		require.NoError(t, err)
		assert.Equal(t, siiemit.StateAccepted, noteDoc.State)
		o.requireOnce(2)
	})
}

// A stop of the SII holds the queue; nothing is lost, and nothing is sent twice.
func TestMaintenance(t *testing.T) {
	t.Parallel()
	bubbletest.Run(t, func(t *testing.T) {
		o := newOffice(t, siiemit.Settings{}, siitest.UploadSettings{Step: time.Minute})
		_, err := o.Issue(t.Context(), "0", draftOf(t, 1), nil) // its folios are proved
		require.NoError(t, err)
		stop := fault.Maintenance()
		stop.Until = time.Now().Add(3 * time.Hour)
		o.fake.Fail(siitest.OpAny, stop)
		for i := range 30 {
			doc, err := o.Issue(t.Context(), fmt.Sprint("order-", i), draftOf(t, 1000+i), nil)
			require.NoError(t, err)
			assert.NotEqual(t, siiemit.StateSent, doc.State)
			bubbletest.Pass(time.Minute)
		}
		tries := o.fake.Count(siitest.OpSend)
		assert.Less(t, tries, 15, "while the SII takes nothing it is hardly asked")
		o.finish()
		o.requireOnce(31)
	})
}
