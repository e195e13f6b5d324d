package siisync_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/bubbletest"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/sii/siitest/fault"
	"github.com/ofitec/chile/storage"
)

// world is a fake SII on which documents arrive, move, change and vanish all day,
// and what its registers held when.
type world struct {
	fake *siitest.Server
	keys []rcv.Key

	mu       sync.Mutex
	random   *rand.Rand
	folio    chile.Folio
	versions map[rcv.Key][]version
}

// version is what a register held from a time on.
type version struct {
	from    time.Time
	content []string
}

func newWorld(fake *siitest.Server, seed uint64, owners []chile.RUT, periods ...chile.Period) *world {
	w := &world{fake: fake, random: rand.New(rand.NewPCG(seed, 1)), folio: 500_000, versions: map[rcv.Key][]version{}}
	for _, owner := range owners {
		for _, period := range periods {
			fake.Load(owner, period, siitest.Generate(seed+uint64(owner.Number()), owner, period, 12))
			for _, book := range []rcv.Book{rcv.Purchases, rcv.Sales} {
				key := rcv.Key{Owner: owner, Period: period, Book: book}
				w.keys = append(w.keys, key)
				w.change(key, func(docs []rcv.Document) []rcv.Document { return docs })
			}
		}
	}
	return w
}

// line is what must be right of a document. Names are compared at the end of the
// day only, since the SII damages them on the way.
func line(d *rcv.Document) string {
	return fmt.Sprint(int(d.Type), " ", d.Folio, " ", d.Counterparty, " ", d.State, " ", d.Net, " ", d.VAT, " ", d.Total)
}

// change changes a register and notes what it then holds.
func (w *world) change(key rcv.Key, change func([]rcv.Document) []rcv.Document) {
	w.fake.Change(key, func(docs []rcv.Document) []rcv.Document {
		docs = change(docs)
		content := []string{}
		for i := range docs {
			content = append(content, line(&docs[i]))
		}
		slices.Sort(content)
		w.versions[key] = append(w.versions[key], version{time.Now(), content})
		return docs
	})
}

// live moves things until the context ends.
func (w *world) live(ctx context.Context) {
	for ctx.Err() == nil {
		w.mu.Lock()
		w.move(w.keys[w.random.IntN(len(w.keys))])
		pause := time.Duration(w.random.IntN(600)) * time.Second
		w.mu.Unlock()
		select {
		case <-time.NewTimer(pause).C:
		case <-ctx.Done():
		}
	}
}

// move has one thing happen in a register.
func (w *world) move(key rcv.Key) {
	w.change(key, func(docs []rcv.Document) []rcv.Document {
		i := 0
		if len(docs) > 0 {
			i = w.random.IntN(len(docs))
		}
		switch n := w.random.IntN(10); {
		case n < 4 || len(docs) == 0:
			return append(docs, w.arrival(key))
		case n < 8 && key.Book == rcv.Purchases:
			docs[i].State = key.Book.States()[w.random.IntN(4)]
		case n < 9:
			docs[i].Net += 100
			docs[i].Total += 100
		default:
			return slices.Delete(docs, i, i+1)
		}
		return docs
	})
}

func (w *world) arrival(key rcv.Key) rcv.Document {
	w.folio++
	state := rcv.Registro
	if key.Book == rcv.Purchases {
		state = rcv.Pendiente
	}
	return rcv.Document{
		State: state, Type: chile.FacturaElectronica, Folio: w.folio, Counterparty: chile.MustParseRUT("12345678-5"), Name: "Ñandú y Compañía SpA",
		Issued: key.Period.First(), Received: key.Period.First().Time().Add(10 * time.Hour), Net: 1000, VAT: 190, Total: 1190,
	}
}

// held reports whether a register held the content at some time since then.
func (w *world) held(key rcv.Key, content []string, since time.Time) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	versions := w.versions[key]
	for i, v := range versions {
		ended := i+1 < len(versions) && !versions[i+1].from.After(since)
		if !ended && slices.Equal(v.content, content) {
			return true
		}
	}
	return false
}

// now returns what a register holds.
func (w *world) now(key rcv.Key) []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.versions[key][len(w.versions[key])-1].content
}

// stored returns what a store has of a register, and whether its texts are whole.
func stored(t *testing.T, store storage.Registers, key rcv.Key) (content []string, whole bool) {
	t.Helper()
	content, whole = []string{}, true
	for doc, err := range store.Documents(t.Context(), storage.DocumentQuery{Owner: key.Owner, Book: key.Book, From: key.Period, To: key.Period}) {
		require.NoError(t, err)
		content = append(content, line(&doc.Document))
		whole = whole && doc.Name != "" && !slices.Contains([]rune(doc.Name), '\uFFFD')
	}
	slices.Sort(content)
	return content, whole
}

// misbehave scripts a bad day: a window of maintenance, and whatever the SII is
// known for at random. It returns the window.
func misbehave(fake *siitest.Server) (from, until time.Time) {
	from = time.Now().Add(2*time.Hour + 30*time.Minute)
	until = from.Add(time.Hour)
	fake.Fail(siitest.OpAny, fault.Maintenance().Between(from, until))
	seeds, exchanges := fault.SeedErrors(), fault.ExchangeErrors()
	refusals, failures := fault.TokenRefusals(), fault.QueryErrors()
	for _, random := range []struct {
		fault       siitest.Fault
		probability float64
	}{
		{fault.Maintenance(), 0.01},
		{fault.Status(502), 0.005},
		{fault.Error500(), 0.005},
		{fault.ErrorPage(), 0.005},
		{fault.SOAPFault("Error interno"), 0.005},
		{fault.CutOff(300), 0.01},
		{fault.CutOff(3000), 0.005},
		{fault.Dropped(), 0.005},
		{fault.ResetConnection(), 0.005},
		{fault.Silent(20 * time.Second), 0.003},
		{fault.AnswerLost(), 0.003},
		{fault.Slow(2000), 0.005},
		{fault.DamagedText(), 0.01},
		{fault.WrongCharset(), 0.01},
		{fault.TooManyRequests(0), 0.002},
		{fault.TooManyRequests(30 * time.Second), 0.002},
		{fault.RecurrentPage(), 0.001},
		{fault.TokensRevoked(), 0.002},
		{fault.LoginShown(), 0.002},
		{fault.UnexpectedError(), 0.003},
		{refusals[0], 0.003},
		{failures[1], 0.005},
		{seeds[1], 0.02},
		{exchanges[7], 0.02}, // 08: the seed is late
		{fault.ClockAhead(3 * time.Minute), 0.01},
	} {
		fake.Fail(siitest.OpAny, random.fault.Randomly(random.probability))
	}
	return from, until
}

// every does something now and each time that long has passed, until the context
// ends.
func every(ctx context.Context, d time.Duration, do func()) {
	for next := time.Now(); ctx.Err() == nil; next = next.Add(d) {
		bubbletest.PassUntil(next)
		if ctx.Err() == nil {
			do()
		}
	}
}

func trackID(owner chile.RUT) string { return strconv.FormatInt(owner.Number(), 10) }
