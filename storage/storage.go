// Package storage is the contract between the SDK and the database that keeps
// what it reads from the SII: registers and their changes, tokens, sessions,
// submissions and events.
//
//	store, err := sqlite.Open(ctx, "sqlite", "chile.db") // or postgres.New, memory.New
//	result, err := store.ImportRegister(ctx, snapshot)   // what changed; siisync does so
//	for doc, err := range store.Documents(ctx, storage.DocumentQuery{Owner: owner, Limit: 100}) {
//		…
//	}
//
// The adapters storage/memory, storage/sqlite and storage/postgres implement
// it; storage/storagetest checks any other. The package itself uses neither SQL
// nor HTTP.
//
// # The contract
//
// Each sentence here has a test in storagetest.
//
//   - Absent data are reported by an error for which errors.Is(err,
//     fs.ErrNotExist) holds.
//   - Every method is safe for concurrent use.
//   - A method whose context has ended returns an error for which
//     errors.Is(err, context.Cause(ctx)) holds. It has changed nothing, unless
//     its work was already committed.
//   - A write is all or nothing, whatever interrupts it: an error of the caller's
//     sequence, the end of the context, the end of the process.
//   - Times are truncated to the microsecond and come back as the same instant.
//   - Text is UTF-8 without NUL. Writing any other text is ErrInvalid.
//   - A query with a negative limit or id is ErrInvalid. Zero is no bound.
//   - What a method returns belongs to the caller: changing it changes nothing
//     in the store. The same holds for the arguments once the method has
//     returned.
//   - A sequence may be ranged over again, which queries the store again. It
//     shows the store at one time, with everything written before the loop
//     began. Inside the loop the store may be used.
package storage

// Storage is everything that the SDK stores. A function that needs less takes
// the smaller interface.
type Storage interface {
	Registers
	Environments
	Imports
	Changes
	Counterparties
	Answers
	Tokens
	Sessions
	Submissions
	Events
}
