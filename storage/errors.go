package storage

import "errors"

// ErrInvalid says that what was to be stored, or a query, lacks what it needs,
// such as the owner of a register. Nothing was written.
var ErrInvalid = errors.New("storage: invalid value")
