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
// nobody can foresee. The hashes stand in shards that grow one by one, and by
// little, so that never the old and the new of all of them are in memory.
type seen struct {
	seeds  [2]uint64
	shards [64]shard // by the lowest bits of a hash
	count  int
}

func newSeen() *seen {
	return &seen{seeds: [2]uint64{rand.Uint64(), rand.Uint64()}} //nolint:gosec // seeded by the system, and no secret
}

// add returns ErrTwice if the document came before, and errSeenFull if there are
// too many.
func (s *seen) add(id docID) error {
	a := uint64(id.typ)<<32 | uint64(id.counterparty.Number())         //nolint:gosec // neither is below zero
	high, low := bits.Mul64(a^s.seeds[0], uint64(id.folio)^s.seeds[1]) //nolint:gosec // nor is this
	hash := max(high^low, 1)
	if !s.shards[hash%uint64(len(s.shards))].add(hash) {
		return ErrTwice
	}
	if s.count++; s.count > maxSeen {
		return errSeenFull
	}
	return nil
}

// shard is a table of hashes in which each stands at its own place or at the next
// that is free. At most three quarters of the places are taken.
type shard struct {
	table []uint64 // 0 is free
	count int
}

// add returns false if the hash is there.
func (s *shard) add(hash uint64) bool {
	if s.count*4 >= len(s.table)*3 {
		old := s.table
		more := len(old) / 4
		if len(old) < 4096 {
			more = max(16, len(old)) // as slices grow
		}
		s.table = make([]uint64, len(old)+more)
		for _, hash := range old {
			if hash != 0 {
				s.put(hash)
			}
		}
	}
	added := s.put(hash)
	if added {
		s.count++
	}
	return added
}

// put returns false if the hash is there. Its own place is told by its highest
// bits, since its lowest are the same in the whole shard.
func (s *shard) put(hash uint64) bool {
	at, _ := bits.Mul64(hash, uint64(len(s.table)))
	for ; ; at++ {
		if at == uint64(len(s.table)) {
			at = 0
		}
		switch s.table[at] {
		case hash:
			return false
		case 0:
			s.table[at] = hash
			return true
		}
	}
}
