//go:build race

package bubbletest

// Race says whether the race detector is on, with which tests take many times as
// long: long ones may then do less.
const Race = true
