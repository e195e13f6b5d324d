// Package siiriver does the work of siisync on many machines, with River, a job
// engine in PostgreSQL. It is a separate module, so the SDK's other modules need
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
// Any River client may insert the jobs, even in a transaction of the program. A job
// is unique among those that are not final: waiting, running and retryable jobs are
// not queued twice; finished and given-up ones may be queued again. Programs that
// share a database must have the same settings: the same plans, and all or none
// with alerts and pulls.
//
// # What is promised
//
// A register is imported once per unit, even if workers are killed. With Complete
// in the store, a job is completed in the transaction of its import; if the job was
// given to another worker meanwhile, the import is rolled back. Without it, a job
// killed between its import and River's record of it runs again, finds the later
// import and ends. Jobs of other kinds may be partly repeated: one more query to
// the SII and one more event in the trail, a listing stored again, an alert
// delivered twice.
//
// With PacerSettings.Shared the workers together call a host of the SII no more
// often per credential than one program may. Workers of one credential wait for
// each other, so more workers than credentials help little.
//
// A killed worker leaves its job running. River checks every half minute, and
// gives the job to another worker after Settings.RescueAfter.
//
// # What failed
//
// Failures are handled by what the SII's answer means. During throttling,
// maintenance and a blocked clave the job waits (River snoozes it for as long as the
// SII says), and this does not count as an attempt. Temporary failures are retried
// with growing waits. If only a person can help, such as when a company has not
// authorised the holder or a session has ended, the job is cancelled at once.
// Engine.Dead yields cancelled and given-up jobs; Engine.Requeue retries one.
//
// # Without PostgreSQL
//
// The same work runs in one process without this package: siisync.Fleet.Run does a
// plan, siisync.Syncer.Follow follows an upload, siisync.Alerts.Company delivers
// alerts, and the functions of session/pull download listings. With SQLite, a cron
// entry for examples/rcvsync is enough.
package siiriver
