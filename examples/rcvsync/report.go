package main

import (
	"fmt"

	"github.com/ofitec/chile/examples/internal/cli"
	"github.com/ofitec/chile/sii/siisync"
)

// report prints what became of each register, and a bar for people.
type report struct {
	out  *cli.Output
	bar  *bar
	last siisync.RunProgress
}

// rows shows how far the download of a register is.
func (r *report) rows(p siisync.Progress) {
	text := p.Key.String()
	if p.Expected > 0 {
		text += fmt.Sprintf(" %d/%d rows", p.Rows, p.Expected)
	}
	r.bar.activity(text)
}

// register prints a register that was imported or failed, and moves the bar.
func (r *report) register(p *siisync.RunProgress) {
	r.last = *p
	o := &p.Outcome
	event := struct {
		Event    string `json:"event"`
		Register string `json:"register"`
		Unit     string `json:"unit"`
		Status   string `json:"status"`
		Counts   any    `json:"counts,omitempty"`
		Error    string `json:"error,omitempty"`
	}{Event: "register", Register: o.Key.String(), Unit: o.Unit.String(), Status: string(o.Status)}
	if o.Result != nil {
		event.Counts = o.Result.Counts
	}
	if o.Err != nil {
		event.Error = cli.Text(o.Err)
	}
	r.out.Event(event)
	switch {
	case o.Err != nil:
		r.bar.clear()
		r.out.Text("%d/%d %s: %s: %s", p.Done(), p.Total, o.Key, o.Status, cli.Text(o.Err))
	case o.Result != nil:
		r.bar.clear()
		c := o.Result.Counts
		cli.TellAdopted(r.out, &o.Result.ImportResult)
		cli.TellWarnings(r.out, o.Result)
		r.out.Text("%d/%d %s: %d added, %d changed, %d gone, %d back, %d unchanged", p.Done(), p.Total, o.Key, c.Added, c.Changed, c.Gone, c.Returned, c.Unchanged)
	}
	r.bar.show(p)
}

// end prints the sums of the run.
func (r *report) end() error {
	r.bar.clear()
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
		Returned int64  `json:"returned"`
	}{"done", p.Total, p.Imported, p.NotDue, p.Failed, p.NotTried, p.Documents.Added, p.Documents.Changed, p.Documents.Gone, p.Documents.Returned})
	r.out.Text("Done: %d of %d registers imported, %d not due, %d failed, %d not tried; %d documents added, %d changed, %d gone, %d back",
		p.Imported, p.Total, p.NotDue, p.Failed, p.NotTried, p.Documents.Added, p.Documents.Changed, p.Documents.Gone, p.Documents.Returned)
	if !p.Complete() {
		return fmt.Errorf("%d of %d registers are not up to date", p.Total-p.Imported-p.NotDue, p.Total)
	}
	return r.out.Err()
}
