package xmlsig

import (
	"fmt"
	"slices"
)

// Elements, attributes and declarations take some 64 bytes each. Small documents
// may have any number; larger ones may have one per 16 bytes, and real ones have
// one per 25 or more. So memory is bounded by a multiple of the document's size,
// whatever its content.
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

// room makes room for one more item. For a large list it makes room for all
// items that the rest of the source may bring, because growing it often would
// take many times its size.
func room[T any](s *scanner, list []T) []T {
	n := len(list)
	if n < cap(list) || n < 1024 {
		return list
	}
	expected := int(float64(n) * float64(len(s.src)) / float64(s.pos+1) * 1.1)
	return slices.Grow(list, min(max(expected-n, n/4), max(s.nodes-n, 1)))
}
