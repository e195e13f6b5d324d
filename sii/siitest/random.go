package siitest

import (
	"encoding/binary"
	"io"
	"math/rand/v2"
	"sync"
)

// source produces seeds, tokens and generated data: the same for the same seed.
type source struct{ *rand.Rand }

func newSource(seed uint64) *source {
	return &source{rand.New(rand.NewPCG(seed, 0x51151151))} //nolint:gosec // the fake's secrets are no secrets
}

// text returns n characters of the alphabet.
func (s *source) text(n int, alphabet string) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[s.IntN(len(alphabet))]
	}
	return string(b)
}

// sharedSource is a source for concurrent use.
type sharedSource struct {
	mu     sync.Mutex
	source *source
}

func (s *sharedSource) text(n int, alphabet string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.source.text(n, alphabet)
}

// cafSource produces the keys of CAFs: the same for the same seed, independent of
// seeds and tokens.
type cafSource struct {
	mu     sync.Mutex
	source io.Reader
}

func newCAFSource(seed uint64) *cafSource {
	return &cafSource{source: rand.NewChaCha8([32]byte(binary.LittleEndian.AppendUint64(make([]byte, 24), seed)))}
}
