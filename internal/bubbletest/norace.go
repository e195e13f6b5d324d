//go:build !race

package bubbletest

// Race says whether the race detector is on. It makes tests many times slower, so long
// tests may then do less.
const Race = false
