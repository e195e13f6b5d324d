package rcv

import (
	"errors"
	"fmt"
	"math/bits"
	"math/rand/v2"
)

// ErrTwice says that an earlier row of the file has the document already. It
// counts once.
var ErrTwice = errors.New("an earlier row has this document already; it counts once")

// maxSeen bounds the documents of a file, of each of which eight bytes are kept.
const maxSeen = 4_000_000

// errSeenFull says that a file has too many documents. It ends the file.
var errSeenFull = fmt.Errorf("%w: more than %d documents in a file", ErrTooLong, maxSeen)

// seen knows which documents came before, by a hash of what names them that
// nobody can foresee: a table of hashes in which each stands at its own place or
// at the next that is free.
type seen struct {
	seeds [2]uint64
	table []uint64 // of a power of two places; 0 is free
	count int
}

func newSeen() *seen {
	return &seen{seeds: [2]uint64{rand.Uint64(), rand.Uint64()}, table: make([]uint64, 1024)} //nolint:gosec // seeded by the system, and no secret
}

// add returns ErrTwice if the document came before, and errSeenFull if there are
// too many.
func (s *seen) add(id docID) error {
	a := uint64(id.typ)<<32 | uint64(id.counterparty.Number())         //nolint:gosec // neither is below zero
	high, low := bits.Mul64(a^s.seeds[0], uint64(id.folio)^s.seeds[1]) //nolint:gosec // nor is this
	hash := max(high^low, 1)
	if !s.put(hash) {
		return ErrTwice
	}
	if s.count++; s.count > maxSeen {
		return errSeenFull
	}
	if s.count*4 > len(s.table)*3 {
		old := s.table
		s.table = make([]uint64, 2*len(old))
		for _, hash := range old {
			if hash != 0 {
				s.put(hash)
			}
		}
	}
	return nil
}

// put returns false if the hash is there.
func (s *seen) put(hash uint64) bool {
	last := uint64(len(s.table) - 1) //nolint:gosec // a table is never empty
	for at := hash & last; ; at = (at + 1) & last {
		switch s.table[at] {
		case hash:
			return false
		case 0:
			s.table[at] = hash
			return true
		}
	}
}
