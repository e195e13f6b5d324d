package storage

import "errors"

// ErrInvalid says that what was to be stored, or a query, lacks what it needs,
// such as the owner of a register. Nothing was written.
var ErrInvalid = errors.New("storage: invalid value")

// ErrDamaged says that what is stored is not what was given to be stored.
var ErrDamaged = errors.New("storage: damaged")

// ErrBusy says that another program, or another transaction of this one, wrote to the
// same SQLite file, or used all its connections, for longer than the busy timeout.
// Nothing was written. End that transaction, or try again.
var ErrBusy = errors.New("storage: busy")
