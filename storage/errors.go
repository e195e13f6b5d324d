package storage

import "errors"

// ErrInvalid says that what was to be stored, or a query, lacks what it needs,
// such as the owner of a register. Nothing was written.
var ErrInvalid = errors.New("storage: invalid value")

// ErrDamaged says that what is stored is not what was given to be stored.
var ErrDamaged = errors.New("storage: damaged")

// ErrBusy says that another program, or a transaction of this one, went on writing
// to the same SQLite file for longer than the busy timeout. Nothing was written. End
// the transaction, or try again.
var ErrBusy = errors.New("storage: busy")
