package issue_test

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/x509"
	"encoding/pem"
	"runtime"
	"runtime/metrics"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/issue"
	"github.com/ofitec/chile/internal/smallrsa"
	"github.com/ofitec/chile/internal/testkeys"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/xmlsig"
)

// tenLines is an invoice of ten lines.
func tenLines(tb testing.TB) *issue.Draft {
	tb.Helper()
	draft := plain(tb, "33")
	for len(draft.Lines) < 10 {
		draft.Lines = append(draft.Lines, draft.Lines[0])
	}
	return draft
}

// BenchmarkSign issues an invoice of ten lines, from its draft. The metric is how
// many times as long it takes as what cannot be left out: the two signatures and
// verifying the result. Of both it takes the median, which other work of the machine
// changes least.
func BenchmarkSign(b *testing.B) {
	draft, caf, id := tenLines(b), folios(b, 33), ana(b)
	made := signed(b, tenLines(b), 7)
	file, options := made.Bytes(), &dte.VerifyOptions{Keys: siitest.CAFKeys()}
	small := smallKey(b)
	sum := sha1.Sum(file)
	var ours, least []time.Duration
	for b.Loop() {
		start := time.Now()
		draft.Identification.Folio = 7
		doc, _ := draft.Document(nil)
		if err := issue.Stamp(doc, caf, noon); err != nil {
			b.Fatal(err)
		}
		if _, err := issue.Sign(doc, id, noon); err != nil {
			b.Fatal(err)
		}
		middle := time.Now()
		if _, err := rsa.SignPKCS1v15(rand.Reader, testkeys.Key(1), crypto.SHA1, sum[:]); err != nil {
			b.Fatal(err)
		}
		if _, err := smallrsa.Sign(rand.Reader, small, file[:800]); err != nil {
			b.Fatal(err)
		}
		if _, err := dte.Verify(file, options); err != nil {
			b.Fatal(err)
		}
		ours, least = append(ours, middle.Sub(start)), append(least, time.Since(middle))
	}
	b.ReportMetric(median(ours)/median(least), "×least")
	b.ReportMetric(median(ours)/1000, "µs/document")
}

func median(list []time.Duration) float64 {
	slices.Sort(list)
	return float64(list[len(list)/2])
}

// smallKey is a key of a CAF.
func smallKey(tb testing.TB) *rsa.PrivateKey {
	tb.Helper()
	_, text, _ := bytes.Cut(cafFile(tb, 33), []byte("<RSASK>"))
	block, _ := pem.Decode(text)
	require.NotNil(tb, block)
	key, err := x509.ParsePKCS1PrivateKey(block.Bytes)
	require.NoError(tb, err)
	return key
}

// BenchmarkEnvelope wraps 500 signed invoices of ten lines. The first metric is how
// many times as long it takes as what cannot be left out: the SHA-1 of the bytes, the
// signature, and verifying it once. The others are times the bytes: what was in
// memory at once, and what was allocated all in all.
func BenchmarkEnvelope(b *testing.B) {
	docs := signAll(b, tenLines(b), 500)
	id := ana(b)
	file := envelope(b, docs...)
	b.SetBytes(int64(len(file)))
	var ours, least []time.Duration
	var peak, all float64
	for b.Loop() {
		m := watch()
		start := time.Now()
		made, err := issue.Envelope(approved, docs, id, noon)
		took := time.Since(start)
		at, in := m.stop()
		peak, all = max(peak, at), all+in
		if err != nil {
			b.Fatal(err)
		}
		start = time.Now()
		sum := sha1.Sum(made)
		if _, err := rsa.SignPKCS1v15(rand.Reader, testkeys.Key(1), crypto.SHA1, sum[:]); err != nil {
			b.Fatal(err)
		}
		verifySet(b, made)
		ours, least = append(ours, took), append(least, time.Since(start))
	}
	b.ReportMetric(median(ours)/median(least), "×least")
	b.ReportMetric(peak/float64(len(file)), "×bytes-at-once")
	b.ReportMetric(all/float64(b.N)/float64(len(file)), "×bytes-allocated")
}

// verifySet verifies the signature of an envelope and none of its documents.
func verifySet(tb testing.TB, file []byte) {
	tb.Helper()
	s := xmlsig.NewSplitter(bytes.NewReader(file), "DTE")
	var err error
	for err == nil {
		_, err = s.Next()
	}
	if verdicts := s.Around().Inspect(); len(verdicts) != 1 || !verdicts[0].OK() {
		tb.Fatal("the signature is not valid")
	}
}

// memory watches how much memory is taken.
type memory struct {
	before     runtime.MemStats
	done, gone chan struct{}
	most       uint64
}

func watch() *memory {
	m := &memory{done: make(chan struct{}), gone: make(chan struct{})}
	runtime.GC()
	runtime.ReadMemStats(&m.before)
	go func() {
		defer close(m.gone)
		for tick := time.NewTicker(time.Millisecond); ; {
			m.most = max(m.most, heap())
			select {
			case <-tick.C:
			case <-m.done:
				tick.Stop()
				return
			}
		}
	}()
	return m
}

func heap() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// stop returns how much more there was at once than before, and how much was
// allocated.
func (m *memory) stop() (most, all float64) {
	close(m.done)
	<-m.gone
	var after runtime.MemStats
	runtime.ReadMemStats(&after)
	return float64(m.most) - float64(m.before.HeapAlloc), float64(after.TotalAlloc - m.before.TotalAlloc)
}
