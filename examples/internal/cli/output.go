package cli

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
)

// Output is where a program writes what it found: lines for people or, with
// -json, one JSON object a line.
type Output struct {
	w    io.Writer
	json bool
	err  error
}

// NewOutput returns an Output to w.
func NewOutput(w io.Writer, asJSON bool) *Output { return &Output{w: w, json: asJSON} }

// Text writes for people only.
func (o *Output) Text(format string, args ...any) {
	if !o.json {
		o.note(fmt.Fprintf(o.w, format+"\n", args...))
	}
}

// Event writes for programs only.
func (o *Output) Event(v any) {
	if !o.json {
		return
	}
	line, err := json.Marshal(v)
	if err != nil {
		o.note(0, err)
		return
	}
	o.note(o.w.Write(append(line, '\n')))
}

// Err returns the first error of writing.
func (o *Output) Err() error { return o.err }

func (o *Output) note(_ int, err error) {
	if o.err == nil {
		o.err = err
	}
}

// SortedKeys returns the keys of m in order.
func SortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
