package storage

import "errors"

// ErrNewer says that a newer version of this module has changed the tables of the
// database. Nothing was read or written. Use a program of that version or later.
var ErrNewer = errors.New("storage: the database is of a newer version than this program")

// ErrOlder says that the database lacks tables or columns, and that the caller
// asked for it to be left as it is. Nothing was read or written. A program that
// opens it without that wish brings it up to date.
var ErrOlder = errors.New("storage: the database is not up to date")
