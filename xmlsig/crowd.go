package xmlsig

import "sync"

// crowds remembers the numbers of the children of crowded elements. Without it,
// naming each of a thousand children would count a million.
type crowds struct {
	mu    sync.Mutex
	known map[int32]*crowd // by element
}

// crowd numbers the children of an element among those of their name.
type crowd struct {
	number []int32 // by how far a child is behind the element
	all    map[string]int
}

// fewElements is the number of elements up to which they are counted each time.
const fewElements = 64

// count returns the position of an element among its siblings of the same name,
// from 1, and how many there are.
func (c *crowds) count(d *Document, i int) (number, all int) {
	e := &d.elements[i]
	parent := &d.elements[e.parent]
	local := d.local(e)
	if parent.after-e.parent > fewElements {
		of := c.of(d, e.parent)
		return int(of.number[i-int(e.parent)]), of.all[local]
	}
	for j := e.parent + 1; j < parent.after; j = d.elements[j].after {
		if d.local(&d.elements[j]) == local {
			if all++; int(j) <= i {
				number++
			}
		}
	}
	return number, all
}

func (c *crowds) of(d *Document, parent int32) *crowd {
	c.mu.Lock()
	defer c.mu.Unlock()
	if known := c.known[parent]; known != nil {
		return known
	}
	after := d.elements[parent].after
	found := &crowd{number: make([]int32, after-parent), all: make(map[string]int)}
	for j := parent + 1; j < after; j = d.elements[j].after {
		local := d.local(&d.elements[j])
		found.all[local]++
		found.number[j-parent] = int32(found.all[local]) //nolint:gosec // the size is bounded
	}
	if c.known == nil {
		c.known = make(map[int32]*crowd)
	}
	c.known[parent] = found
	return found
}
