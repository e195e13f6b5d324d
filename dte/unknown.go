package dte

import "github.com/ofitec/chile/dte/internal/codec"

// Unknown is an element that the schemas do not have where it stands. It is kept
// and written again behind the same element.
type Unknown = codec.Unknown

// FieldError says what is wrong with one value of a document: errors.Is finds
// ErrTwice, ErrDecimal, ErrDateTime, chile.ErrCheckDigit and the like in it.
type FieldError = codec.FieldError

// ValuesError lists the values of a document that cannot be read. Their fields
// are zero, all others are right.
type ValuesError = codec.ValuesError

// ErrTwice says that an element stands twice where the schema has one. The first
// counts.
var ErrTwice = codec.ErrTwice
