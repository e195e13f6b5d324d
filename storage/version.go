package storage

import "errors"

// ErrNewer says that a newer version of this module has changed the tables of the
// database. Nothing was read or written. Use a program with that version or a
// later one.
var ErrNewer = errors.New("storage: the database is of a newer version than this program")

// ErrOlder says that the database lacks tables or columns, and that the
// caller's options forbid migration. Open it without those options to bring it
// up to date.
var ErrOlder = errors.New("storage: the database is not up to date")
