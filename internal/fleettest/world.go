package fleettest

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii/siisync"
	"github.com/ofitec/chile/sii/siitest"
)

// World is an SII whose registers change from day to day. The same seed gives the same
// world.
type World struct {
	Fake *siitest.Server
	Plan siisync.Plan

	// Holders may act for the companies: company n belongs to holder n modulo their
	// number.
	Holders []chile.RUT

	day       int
	random    *rand.Rand
	registers map[rcv.Key]map[ID]rcv.Document
	vanished  map[rcv.Key]map[ID]rcv.Document // what was there once
	folio     chile.Folio

	// restless are documents that have changed before. They change more often than
	// others, so that one document changes many times.
	restless map[ID]bool
}

// ID tells the documents of a register apart.
type ID struct {
	Counterparty chile.RUT
	Type         chile.DocType
	Folio        chile.Folio
}

// IDOf returns the ID of a document.
func IDOf(d *rcv.Document) ID { return ID{d.Counterparty, d.Type, d.Folio} }

// Size is how large a World is.
type Size struct{ Companies, Holders, Months, Documents int }

// base is the first day.
var base = time.Date(2026, 11, 3, 6, 0, 0, 0, time.UTC)

// NewWorld starts an SII with generated registers. Its months end with November of
// 2026, however many days pass.
func NewWorld(tb testing.TB, seed uint64, size Size) *World {
	tb.Helper()
	w := &World{
		random:    rand.New(rand.NewPCG(seed, 77)), //nolint:gosec // a test repeats it
		registers: map[rcv.Key]map[ID]rcv.Document{}, vanished: map[rcv.Key]map[ID]rcv.Document{},
		restless: map[ID]bool{},
		folio:    5_000_000, // beyond those that are generated
	}
	w.Fake = siitest.NewServer(siitest.WithClock(w.Now), siitest.WithSeed(seed))
	tb.Cleanup(w.Fake.Close)
	w.Plan.To = chile.PeriodOf(base)
	w.Plan.From = w.Plan.To.Add(1 - size.Months)
	w.Plan.Cadence = siisync.Cadence{RecentMonths: 1200} // every register is due every day
	for i := range size.Holders {
		w.Holders = append(w.Holders, rut(tb, 10_000_000+i))
	}
	for i := range size.Companies {
		owner := rut(tb, 76_500_000+i)
		w.Plan.Owners = append(w.Plan.Owners, owner)
		w.Fake.Authorize(w.Holder(owner), owner)
		for period := range w.Plan.From.Through(w.Plan.To) {
			month := siitest.Generate(seed+uint64(i), owner, period, size.Documents) //nolint:gosec // not negative
			for _, line := range month.Lines {
				w.Fake.AddSummaryLine(rcv.Key{Owner: owner, Period: period, Book: rcv.Sales}, line)
			}
			purchases, sales := map[ID]rcv.Document{}, map[ID]rcv.Document{}
			for _, p := range month.Purchases {
				purchases[IDOf(&p.Document)] = p.Document
			}
			for _, s := range month.Sales {
				sales[IDOf(&s.Document)] = s.Document
			}
			w.set(rcv.Key{Owner: owner, Period: period, Book: rcv.Purchases}, purchases)
			w.set(rcv.Key{Owner: owner, Period: period, Book: rcv.Sales}, sales)
		}
	}
	return w
}

func rut(tb testing.TB, number int) chile.RUT {
	tb.Helper()
	r, err := chile.NewRUT(int64(number))
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

// Now is the time of the world: the same all day long.
func (w *World) Now() time.Time { return base.Add(time.Duration(w.day) * 24 * time.Hour) }

// Random makes the world's days.
func (w *World) Random() *rand.Rand { return w.random }

// Holder returns who acts for a company.
func (w *World) Holder(owner chile.RUT) chile.RUT {
	return w.Holders[slices.Index(w.Plan.Owners, owner)%len(w.Holders)]
}

// Keys returns the registers, in order.
func (w *World) Keys() []rcv.Key {
	return slices.SortedFunc(maps.Keys(w.registers), func(a, b rcv.Key) int {
		return compareText(a.String(), b.String())
	})
}

func compareText(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	default:
		return 0
	}
}

// Register returns what the SII shows of a register today.
func (w *World) Register(key rcv.Key) map[ID]rcv.Document { return maps.Clone(w.registers[key]) }

func (w *World) set(key rcv.Key, docs map[ID]rcv.Document) {
	w.registers[key] = docs
	if w.vanished[key] == nil {
		w.vanished[key] = map[ID]rcv.Document{}
	}
	list := sorted(docs)
	w.random.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	w.Fake.Change(key, func([]rcv.Document) []rcv.Document { return list })
}

// sorted returns documents in an order that depends on nothing else.
func sorted(docs map[ID]rcv.Document) []rcv.Document {
	return slices.SortedFunc(maps.Values(docs), func(a, b rcv.Document) int { return compareText(order(&a), order(&b)) })
}

func order(d *rcv.Document) string {
	return fmt.Sprintf("%03d %012d %012d", int(d.Type), d.Counterparty.Number(), int64(d.Folio))
}

// NextDay lets a day pass. Documents arrive, are acknowledged, claimed or corrected,
// vanish, come back and move to the next month. Most registers stay as they are.
func (w *World) NextDay() {
	w.day++
	for _, key := range w.Keys() {
		if w.random.IntN(2) == 0 {
			continue
		}
		docs := w.Register(key)
		for range w.random.IntN(4) {
			w.move(key, docs)
		}
		w.set(key, docs)
	}
}

// move does one thing to a register.
func (w *World) move(key rcv.Key, docs map[ID]rcv.Document) {
	one, found := w.pick(docs)
	switch what := w.random.IntN(10); {
	case what == 0 || !found:
		w.arrive(key, docs)
	case what == 1:
		w.acknowledge(key, &one)
		docs[IDOf(&one)] = one
	case what == 2:
		before := one.Net + one.VAT
		one.Net += chile.CLP(1 + w.random.IntN(10_000))
		one.VAT = one.Net * 19 / 100
		one.Total += one.Net + one.VAT - before
		docs[IDOf(&one)] = one
	case what == 3:
		one.Event = []string{"ACD", "ERM", "RCD", "RFP", "RFT"}[w.random.IntN(5)]
		docs[IDOf(&one)] = one
	case what <= 5:
		delete(docs, IDOf(&one))
		w.vanished[key][IDOf(&one)] = one
	case what <= 7:
		w.comeBack(key, docs)
	default:
		w.toNextMonth(key, docs, &one)
	}
}

// pick returns one of the documents, mostly one that has changed before.
func (w *World) pick(docs map[ID]rcv.Document) (rcv.Document, bool) {
	if len(docs) == 0 {
		return rcv.Document{}, false
	}
	list := sorted(docs)
	restless := slices.DeleteFunc(slices.Clone(list), func(d rcv.Document) bool { return !w.restless[IDOf(&d)] })
	if len(restless) > 0 && w.random.IntN(4) > 0 {
		list = restless
	}
	one := list[w.random.IntN(len(list))]
	w.restless[IDOf(&one)] = true
	return one, true
}

func (w *World) arrive(key rcv.Key, docs map[ID]rcv.Document) {
	w.folio++
	d := rcv.Document{
		State: rcv.Registro, Type: chile.FacturaElectronica, Folio: w.folio, Name: "Recién Llegada SpA",
		Counterparty: chile.MustParseRUT("77222222-K"), Issued: key.Period.First(), Received: w.Now().Truncate(time.Second),
	}
	if key.Book == rcv.Purchases {
		d.State = rcv.Pendiente
	}
	if w.random.IntN(4) == 0 {
		d.Type = chile.NotaCreditoElectronica
	}
	d.Net = chile.CLP(1000 + w.random.IntN(1_000_000))
	d.VAT = d.Net * 19 / 100
	d.Total = d.Net + d.VAT
	docs[IDOf(&d)] = d
}

// acknowledge moves a purchase to another state. A sale has only one state; it gets its
// date of acknowledgement.
func (w *World) acknowledge(key rcv.Key, d *rcv.Document) {
	now := w.Now().Truncate(time.Second)
	if key.Book == rcv.Sales {
		d.Acknowledged = now
		return
	}
	states := key.Book.States()
	d.State = states[w.random.IntN(len(states))]
	if d.State == rcv.Reclamado {
		d.Claimed = now
	} else {
		d.Acknowledged = now
	}
}

// comeBack returns a vanished document to its register, half of the time with another
// amount.
func (w *World) comeBack(key rcv.Key, docs map[ID]rcv.Document) {
	one, found := w.pick(w.vanished[key])
	if !found {
		return
	}
	if w.standsElsewhere(key, IDOf(&one)) && w.random.IntN(4) > 0 {
		return // in two months it seldom is
	}
	delete(w.vanished[key], IDOf(&one))
	if _, there := docs[IDOf(&one)]; there {
		return
	}
	if w.random.IntN(2) == 0 {
		one.Exempt += 500
		one.Total += 500
	}
	docs[IDOf(&one)] = one
}

func (w *World) standsElsewhere(key rcv.Key, id ID) bool {
	for period := range w.Plan.From.Through(w.Plan.To) {
		other := rcv.Key{Owner: key.Owner, Period: period, Book: key.Book}
		if _, there := w.registers[other][id]; there && other != key {
			return true
		}
	}
	return false
}

func (w *World) toNextMonth(key rcv.Key, docs map[ID]rcv.Document, one *rcv.Document) {
	next := key
	next.Period = key.Period.Next()
	there, ok := w.registers[next]
	if !ok {
		return
	}
	delete(docs, IDOf(one))
	w.vanished[key][IDOf(one)] = *one
	moved := maps.Clone(there)
	moved[IDOf(one)] = *one
	w.set(next, moved)
}
