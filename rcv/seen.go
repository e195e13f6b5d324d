package rcv

import (
	"errors"
	"fmt"
	"math/bits"
	"math/rand/v2"
)

// ErrTwice says that an earlier row of the file already has the document. It
// counts once.
var ErrTwice = errors.New("an earlier row has this document already; it counts once")

// maxSeen bounds the documents of a file; each takes eight bytes of memory.
const maxSeen = 4_000_000

// errSeenFull says that a file has too many documents. It ends the file.
var errSeenFull = fmt.Errorf("%w: more than %d documents in a file", ErrTooLong, maxSeen)

// seen knows the earlier documents by an unpredictable hash of their identity.
// The hashes are in shards that grow one by one and in small steps, so memory
// never holds an old and a new copy of all of them.
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

// shard is a hash table with linear probing. At most three quarters of the places
// are used.
type shard struct {
	table []uint64 // 0 for free
	count int
}

// add returns false if the hash is present.
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

// put returns false if the hash is present. Its place follows from its highest
// bits, since all hashes of a shard have the same lowest bits.
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
