package storage

import "errors"

// ErrInvalid says that what was to be stored, or a query, lacks what it needs,
// such as the owner of a register. Nothing was written.
var ErrInvalid = errors.New("storage: invalid value")

// ErrDamaged says that what is stored is not what was given to be stored.
var ErrDamaged = errors.New("storage: damaged")
