package xmlsig

import (
	"fmt"
	"slices"
)

// Elements, attributes and declarations take some 64 bytes each. Small documents
// have as many as they like; in larger ones there is one for each 16 bytes, where
// real ones have one for each 25 or more. So what a document takes is bounded by a
// multiple of its size, however it is made.
const (
	freeNodes = 10_000
	nodeSize  = 16
)

// maxNodes bounds the nodes of a text.
func maxNodes(size int, bounds limits) int { return min(bounds.elements, freeNodes+size/nodeSize) }

func (d *Document) nodes() int { return len(d.elements) + len(d.attrs) + len(d.scopes) }

// crowded refuses a document with too many nodes.
func (s *scanner) crowded() error {
	if n := s.doc.nodes(); n >= s.nodes {
		return fmt.Errorf("%w: at byte %d: %d elements and attributes, one for less than %d bytes", ErrLimit, s.pos, n, nodeSize)
	}
	return nil
}

// room makes room for one more of a list, and where it is large for as many as
// are to be expected of the rest of the source: growing it often would take many
// times its size.
func room[T any](s *scanner, list []T) []T {
	n := len(list)
	if n < cap(list) || n < 1024 {
		return list
	}
	expected := int(float64(n) * float64(len(s.src)) / float64(s.pos+1) * 1.1)
	return slices.Grow(list, min(max(expected-n, n/4), max(s.nodes-n, 1)))
}
