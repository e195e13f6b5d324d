package main

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/examples/internal/cli"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/session"
	"github.com/ofitec/chile/sii/siihttp"
	"github.com/ofitec/chile/sii/siitest"
)

// companies are those that the fake SII has registers of.
var companies = []siihttp.Company{
	{RUT: chile.MustParseRUT("76192083-9"), Name: "Constructora Uno SpA"},
	{RUT: chile.MustParseRUT("77222222-K"), Name: "Maderas Dos Ltda"},
	{RUT: chile.MustParseRUT("76111111-6"), Name: "Inmobiliaria Tres SA"},
}

// newcomer is a supplier of whom the generated data do not know.
var newcomer = chile.MustParseRUT("77333333-5")

const (
	months    = 13  // with the current one
	documents = 300 // that are generated for a month, a quarter of them sales
	purchases = 90  // how many of the others are kept
)

// fill gives the fake SII inside the program its data and its life.
func fill(ctx context.Context, s *site, opts *options) {
	fake := s.Fake
	fake.AddUser(cli.FakeHolder, siitest.User{Clave: cli.FakeClave, Name: "Juana Prueba Soto"})
	today := chile.DateOf(time.Now())
	for i, company := range companies {
		fake.Authorize(cli.FakeHolder, company.RUT)
		for period := range today.Period().Add(1 - months).Through(today.Period()) {
			seed := uint64(100*period.Year + int(period.Month) + i) //nolint:gosec // a small number
			fake.Load(company.RUT, period, until(today, siitest.Generate(seed, company.RUT, period, documents)))
		}
	}
	ctx, stop := context.WithCancel(ctx)
	if opts.life > 0 {
		go live(ctx, fake, opts.life)
	}
	s.interval = time.Millisecond
	s.sessions = []session.Option{session.WithHTTPClient(&http.Client{Transport: s.Transport})}
	s.companies, s.finance = companies, companies[:2]
	s.close = func() { stop(); s.Close() }
}

// until leaves out what is later than today, and most purchases.
func until(today chile.Date, month siitest.Month) siitest.Month {
	month.Purchases = month.Purchases[:purchases]
	month.Purchases = slices.DeleteFunc(month.Purchases, func(p rcv.Purchase) bool { return p.Issued.Compare(today) > 0 })
	month.Sales = slices.DeleteFunc(month.Sales, func(s rcv.Sale) bool { return s.Issued.Compare(today) > 0 })
	return month
}

// live has something happen in last month's purchases now and then.
func live(ctx context.Context, fake *siitest.Server, every time.Duration) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for turn := 0; ; turn++ {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		period := chile.PeriodOf(time.Now()).Previous()
		happen(fake, rcv.Key{Owner: companies[turn%len(companies)].RUT, Period: period, Book: rcv.Purchases}, turn)
	}
}

// happen has a purchase accepted, and another arrive.
func happen(fake *siitest.Server, key rcv.Key, turn int) {
	fake.Change(key, func(docs []rcv.Document) []rcv.Document {
		for i := range docs {
			if docs[i].State == rcv.Pendiente {
				docs[i].State = rcv.Registro
				break
			}
		}
		net := chile.CLP(250_000 + 10_000*turn)
		arrived := rcv.Document{
			State: rcv.Registro, Type: chile.FacturaElectronica, Folio: chile.Folio(900_001 + turn), Issued: key.Period.Last(),
			Received: key.Period.Last().Time().Add(15 * time.Hour), Counterparty: newcomer, Name: "Ferretería La Llave SpA",
			Net: net, VAT: net * 19 / 100, Total: net + net*19/100,
		}
		arrived.Kind, arrived.KindText = 1, "Del Giro"
		return append(docs, arrived)
	})
}
