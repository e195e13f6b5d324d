package rcv

import (
	"github.com/ofitec/chile"
)

// Book is one of the two registers of a period. The value is the SII's own word
// (field operacion of the facade).
type Book string

// The two books.
const (
	Purchases Book = "COMPRA" // Registro de Compras
	Sales     Book = "VENTA"  // Registro de Ventas
)

// Valid reports whether b is one of the two books.
func (b Book) Valid() bool { return b == Purchases || b == Sales }

// States returns the states in which the book's documents can be.
func (b Book) States() []State {
	switch b {
	case Purchases:
		return []State{Registro, Pendiente, NoIncluir, Reclamado}
	case Sales:
		return []State{Registro}
	default:
		return nil
	}
}

// State is the state of a document in the register. The value is the SII's own
// word (field estadoContab of the facade). Sales are always in Registro.
type State string

// The states of a purchase.
const (
	Registro  State = "REGISTRO"   // valid: the official book, used for the tax
	Pendiente State = "PENDIENTE"  // neither acknowledged nor claimed yet; eight days after reception it counts as accepted
	NoIncluir State = "NO_INCLUIR" // excluded from the tax base
	Reclamado State = "RECLAMADO"  // claimed by the receiver; not in the book
)

// Valid reports whether s is one of the four states.
func (s State) Valid() bool {
	return s == Registro || s == Pendiente || s == NoIncluir || s == Reclamado
}

// Key identifies a register of the SII: its owner, month and book.
type Key struct {
	Owner  chile.RUT
	Period chile.Period
	Book   Book
}

// String returns the key, such as 76192083-9 2026-10 COMPRA.
func (k Key) String() string {
	return k.Owner.String() + " " + k.Period.String() + " " + string(k.Book)
}

// Valid reports whether owner, period and book are all set.
func (k Key) Valid() bool { return !k.Owner.IsZero() && k.Period.Valid() && k.Book.Valid() }
