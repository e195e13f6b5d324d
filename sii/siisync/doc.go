// Package siisync brings what the SII shows into a database and keeps it true:
// it downloads the registers of a company and month through package sii, proves
// them complete and imports them through package storage, each book in one
// transaction, and follows the state of uploads and documents.
//
//	syncer, err := siisync.New(client, store)
//	result, err := syncer.Period(ctx, owner, period)
//
// A Fleet does so for many companies and months: a Plan says which, and how often;
// a Pacer keeps the calls of each credential apart; a run that was killed is taken
// up by the next. Due and Do hand out the same work unit by unit, to a job engine.
//
//	pacer, err := siisync.NewPacer(siisync.PacerSettings{})
//	// each client: sii.WithRoundTripper(func(base http.RoundTripper) http.RoundTripper { return pacer.Transport(credential, base) })
//	fleet, err := siisync.NewFleet(store, resolve, siisync.WithPacer(pacer))
//	for outcome, err := range fleet.Run(ctx, siisync.Plan{Owners: companies, From: from, To: to}) { … }
//
// Every import and every query leaves an event in the store, failures included.
// What an import found to be different stands in the store's feed (storage.Changes);
// Alerts look at it and tell people of what they should look at.
package siisync
