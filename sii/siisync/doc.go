// Package siisync copies the SII's registers into a database and keeps them up
// to date. It downloads the registers of a company and month through package
// sii, checks that they are complete, and imports them through package storage,
// each book in one transaction. It also follows the state of uploads and
// documents.
//
//	syncer, err := siisync.New(client, store)
//	result, err := syncer.Period(ctx, owner, period)
//
// A Fleet does so for many companies and months. A Plan says which, and how often.
// A Pacer spaces the calls of each credential. The next run continues a run that
// was killed. Due and Do give the same work to a job engine, unit by unit.
//
//	pacer, err := siisync.NewPacer(siisync.PacerSettings{})
//	// each client: sii.WithRoundTripper(func(base http.RoundTripper) http.RoundTripper { return pacer.Transport(credential, base) })
//	fleet, err := siisync.NewFleet(store, resolve, siisync.WithPacer(pacer))
//	for outcome, err := range fleet.Run(ctx, siisync.Plan{Owners: companies, From: from, To: to}) { … }
//
// Every import and every query leaves an event in the store, even if it failed. The
// changes of an import are in the store's feed (storage.Changes); Alerts check it
// and notify people.
package siisync
