package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/ofitec/chile/examples/internal/cli"
	"github.com/ofitec/chile/sii/siisync"
)

// report prints what became of each register, and a bar for people.
type report struct {
	out  *cli.Output
	bar  io.Writer // nil if nobody looks
	last siisync.RunProgress
}

// bar returns the writer if it is a terminal.
func bar(w io.Writer) io.Writer {
	file, ok := w.(*os.File)
	if !ok {
		return nil
	}
	info, err := file.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return nil
	}
	return w
}

func (r *report) progress(p siisync.RunProgress) {
	r.last = p
	if r.bar == nil {
		return
	}
	const width = 40
	full := width * p.Done() / max(p.Total, 1)
	fmt.Fprintf(r.bar, "\r[%s%s] %d/%d %s ", strings.Repeat("#", full), strings.Repeat("-", width-full), p.Done(), p.Total, p.Outcome.Key)
	if p.Done() == p.Total {
		fmt.Fprintln(r.bar)
	}
}

// outcome prints a register that was imported or failed.
func (r *report) outcome(o *siisync.Outcome) {
	event := struct {
		Event    string `json:"event"`
		Register string `json:"register"`
		Status   string `json:"status"`
		Counts   any    `json:"counts,omitempty"`
		Error    string `json:"error,omitempty"`
	}{Event: "register", Register: o.Key.String(), Status: string(o.Status)}
	if o.Result != nil {
		event.Counts = o.Result.Counts
	}
	if o.Err != nil {
		event.Error = o.Err.Error()
	}
	r.out.Event(event)
	switch {
	case o.Err != nil:
		r.out.Text("%s: %s: %v", o.Key, o.Status, o.Err)
	case o.Result != nil:
		c := o.Result.Counts
		r.out.Text("%s: %d added, %d changed, %d gone, %d unchanged", o.Key, c.Added, c.Changed, c.Gone, c.Unchanged)
	}
}

// end prints the sums of the run.
func (r *report) end() error {
	p := &r.last
	r.out.Event(struct {
		Event    string `json:"event"`
		Total    int    `json:"total"`
		Imported int    `json:"imported"`
		NotDue   int    `json:"not_due"`
		Failed   int    `json:"failed"`
		NotTried int    `json:"not_tried"`
		Added    int64  `json:"added"`
		Changed  int64  `json:"changed"`
		Gone     int64  `json:"gone"`
	}{"done", p.Total, p.Imported, p.NotDue, p.Failed, p.NotTried, p.Added, p.Changed, p.Gone})
	r.out.Text("Done: %d of %d registers imported, %d not due, %d failed, %d not tried; %d documents added, %d changed, %d gone",
		p.Imported, p.Total, p.NotDue, p.Failed, p.NotTried, p.Added, p.Changed, p.Gone)
	if p.Failed+p.NotTried > 0 {
		return fmt.Errorf("%d of %d registers are not up to date", p.Failed+p.NotTried, p.Total)
	}
	return r.out.Err()
}
