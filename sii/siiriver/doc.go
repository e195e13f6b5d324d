// Package siiriver does the work of siisync on many machines, with River, a job
// engine in PostgreSQL. It is a module of its own, so that the SDK's others need
// neither River nor a driver.
//
//	pool, err := pgxpool.New(ctx, url)
//	err = siiriver.Migrate(ctx, pool) // River's tables
//	store, err := pgxcopy.Open(ctx, url, postgres.WithBeforeCommit(siiriver.Complete))
//	pacer, err := siisync.NewPacer(siisync.PacerSettings{Shared: store}) // stands in the transports of the clients
//	fleet, err := siisync.NewFleet(store, resolve, siisync.WithPacer(pacer))
//	engine, err := siiriver.New(pool, siiriver.Settings{Fleet: fleet, Plans: plans})
//	err = engine.Run(ctx) // until the context ends
//
// # Jobs
//
//	SyncArgs      brings one register up to date: a siisync.Unit, as it is named
//	TrackArgs     asks for an upload, ever less often, until there is a verdict
//	PullArgs      downloads a listing of the portal with a session that is kept
//	AlertsArgs    tells people what they should look at of a company
//	PlanArgs      finds out which registers of a plan are due, and has them done
//
// They may be inserted with any client of River, also in a transaction of the
// program. A job is unique among those that are not final: what waits, runs or will
// be tried again is not queued twice, what was done or given up may be queued anew.
// Programs that share a database must be set up alike: with the same plans, and
// with or without alerts and pulls.
//
// # What is promised
//
// A register is imported once for a unit, whatever is killed: with Complete in the
// store a job is completed in the transaction of its import, and an import whose
// job was given to another worker meanwhile is undone. That needs one database for
// both, and pgx as the driver of the store. Without it a job that was killed
// between its import and River's note of it runs again, finds the later import and
// ends. Jobs of the other kinds may be done again in part: one more question to the
// SII and one more event in the trail, a listing that is kept again, an alert that
// comes twice.
//
// With PacerSettings.Shared no credential calls a host of the SII more often than
// one program may, however many workers there are. Workers of one credential wait
// for each other, so more of them than there are credentials do little.
//
// A worker that was killed leaves its job running; River gives it to another after
// Settings.RescueAfter, which it looks at every half a minute.
//
// # What failed
//
// What to do follows from what the SII means. Throttling, maintenance and a blocked
// clave are waited out without counting as attempts (a job is snoozed as long as the
// SII says); what may pass is tried again, each time after a longer wait; what
// nothing but a person can change, as a company that has not authorised the holder
// or a session that has ended, is cancelled at once. Engine.Dead yields what was
// cancelled or given up, Engine.Requeue tries it once more.
//
// # Without PostgreSQL
//
// The same work runs in one process without this package: siisync.Fleet.Run does a
// plan, siisync.Syncer.Follow follows an upload, siisync.Alerts.Company tells people,
// and the functions of session/pull download listings. With SQLite a cron entry of
// examples/rcvsync is all that it takes.
package siiriver
