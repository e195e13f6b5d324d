// Package storage is the contract between the SDK and the database that keeps
// what it reads from the SII: registers and what changed in them, tokens,
// sessions, submissions and the trail of events.
//
// The adapters storage/memory, storage/sqlite and storage/postgres implement
// it; storage/storagetest checks any other. The package itself knows neither
// SQL nor HTTP.
//
// # The contract
//
// Each sentence here has a test in storagetest.
//
//   - What is absent is reported by an error for which
//     errors.Is(err, fs.ErrNotExist) holds.
//   - Every method may be called from many goroutines at once.
//   - A method whose context has ended returns an error for which
//     errors.Is(err, context.Cause(ctx)) holds, and has changed nothing, unless
//     its work was already committed.
//   - A write is all or nothing, whatever interrupts it: an error of the caller's
//     sequence, the end of the context, the end of the process.
//   - Times are kept to the microsecond, what is finer is cut off, and come back
//     as the same instant.
//   - Text is UTF-8 without NUL. A write with any other is ErrInvalid.
//   - What a method returns is the caller's: changing it changes nothing in the
//     store. So is what a method was given, once it has returned.
//   - A sequence may be ranged over again, which asks the store again. It yields
//     an error at most once, as its last element. Leaving the loop early frees
//     what it holds. It shows the store as it was at one time, after what was
//     written before the loop began. Inside the loop the store may be used.
package storage

// Storage is all that the SDK keeps. A function that needs less takes the
// smaller interface.
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
